//! Statements about whoever waits for a campaign to open.

pub(super) const AHEAD: &str = "SELECT id FROM campaigns WHERE slug = $1 AND state = $2";

pub(super) const ADD_FOLLOWER: &str = "
    INSERT INTO campaign_followers (id, campaign_id, email, email_folded, locale, token_hash, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (campaign_id, email_folded) DO NOTHING";

pub(super) const FOLLOWER_BY_EMAIL: &str =
    "SELECT id, email, confirmed_at FROM campaign_followers WHERE campaign_id = $1 AND email_folded = $2";

pub(super) const FOLLOWER_BY_TOKEN: &str = "
    SELECT f.id, f.email, f.confirmed_at, c.slug, c.title, c.locale, c.state, c.opens_at
    FROM campaign_followers f JOIN campaigns c ON c.id = f.campaign_id
    WHERE f.token_hash = $1";

pub(super) const CONFIRM_FOLLOWER: &str =
    "UPDATE campaign_followers SET confirmed_at = $2 WHERE id = $1 AND confirmed_at IS NULL";

/// Whoever has not proved their address in time, and whoever waited for a campaign that has opened or will
/// not.
pub(super) const FORGET_FOLLOWERS: &str = "
    DELETE FROM campaign_followers
    WHERE (confirmed_at IS NULL AND asked_at < $1) OR campaign_id IN (
        SELECT id FROM campaigns
        WHERE state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled') AND state_since < $1)";

pub(super) const FORGET_FOLLOWER: &str = "DELETE FROM campaign_followers WHERE id = $1";

pub(super) const ERASE: &str = "DELETE FROM campaign_followers WHERE email_folded = $1";

/// Who hears that a campaign opens.
pub(super) const FOLLOWERS: &str = "SELECT id, email FROM campaign_followers WHERE campaign_id = $1 AND confirmed_at IS NOT NULL ORDER BY id";

pub(super) const FOLLOWER: &str = "
    SELECT f.email, f.locale, f.confirmed_at, c.title, c.slug, c.state, c.opens_at, c.closes_at
    FROM campaign_followers f JOIN campaigns c ON c.id = f.campaign_id
    WHERE f.id = $1";
