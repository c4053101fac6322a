//! Statements about mails.

use crate::db::Many;

pub(super) const ADD: Many = Many::insert(
    "INSERT INTO mails (id, letter, email, pledge_id, sign_in_id, campaign_id, follower_id, update_id, state, send_at, created_at, email_counted) ",
);

/// Where a pledge's mails go, whether that address is proved, and whether it was asked to be: a mail that waits for another hour has not asked yet.
pub(super) const ADDRESSEES: Many = Many {
    head: "SELECT p.id, p.email, p.email_confirmed_at IS NOT NULL AS is_proved,
            EXISTS (SELECT 1 FROM mails m WHERE m.pledge_id = p.id AND m.letter IN ('confirm', 'bank')
                AND (m.send_at <= m.created_at OR m.ended_at IS NOT NULL)) AS was_asked
        FROM pledges p WHERE p.email IS NOT NULL AND p.id IN (",
    tail: ")",
};

/// Who hears of what happens to a whole campaign: backers whose pledge may still be charged or returned.
pub(super) const BACKERS: &str = "
    SELECT id, email FROM pledges
    WHERE campaign_id = $1 AND email IS NOT NULL
        AND state IN ('awaiting_setup', 'awaiting_funds', 'needs_review', 'secured', 'funded')
    ORDER BY id";

/// Whose reward is to be sent somewhere that they have not told yet.
pub(super) const ADDRESSLESS: &str = "
    SELECT p.id, p.email FROM pledges p
    WHERE p.campaign_id = $1 AND p.email IS NOT NULL AND p.state = 'paid' AND p.region IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM pledge_addresses a WHERE a.pledge_id = p.id)
    ORDER BY p.id";

/// Who ticked that they want news of a campaign and has not turned away from it. Nobody whose address is not proved.
pub(super) const READERS: &str = "
    SELECT id, email FROM pledges
    WHERE campaign_id = $1 AND wants_updates AND email IS NOT NULL AND email_confirmed_at IS NOT NULL
        AND state NOT IN ('draft', 'expired', 'cancelled', 'charged_back')
    ORDER BY id";

/// What news say of a pledge's campaign.
pub(super) const NEWS: &str = "
    SELECT p.name, p.locale, p.wants_updates AND p.email_confirmed_at IS NOT NULL AS is_wanted,
        c.title, c.slug, c.team_name, c.locale AS campaign_locale, c.currency, c.state, c.closes_at, c.goal_minor,
        c.model = 'flexible' AS is_flexible, t.secured_minor + t.matched_minor AS counted_minor,
        (SELECT MAX(m.due_on) FROM campaign_milestones m WHERE m.campaign_id = c.id AND m.told = 'past') AS promised_on
    FROM pledges p JOIN campaigns c ON c.id = p.campaign_id JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE p.id = $1";

pub(super) const UPDATE: &str = "SELECT author, title, body FROM campaign_updates WHERE id = $1";

pub(super) const HAS_DUE: &str = "SELECT EXISTS (SELECT 1 FROM mails WHERE state = 'waiting' AND send_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2))";

/// What somebody waits for at a screen comes first, said as an index says it: it does not stand behind the thousands of letters of a settlement.
/// Until `$3`, in wall time like `$2`, nobody else takes them: who comes at the same time waits, looks again and finds them
/// taken. That they wait is said by their end, as in [`FINISH`]. The plus keeps SQLite from the index on the time alone, which it would
/// take for a small `$4`, and then sort all that is due.
pub(super) const CLAIM: &str = "
    UPDATE mails SET claimed_until = $3
    WHERE ended_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $2) AND id IN (
        SELECT id FROM mails
        WHERE state = 'waiting' AND +send_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)
        ORDER BY letter NOT IN ('sign_in', 'confirm', 'follow'), send_at, id
        LIMIT $4)
    RETURNING id, letter, email, pledge_id, sign_in_id, campaign_id, follower_id, update_id, tries, send_at";

pub(super) const IS_OVERTAKEN: &str = "
    SELECT EXISTS (SELECT 1 FROM mails
        WHERE pledge_id = $1 AND letter = 'reminder' AND state = 'waiting' AND send_at > $2 AND send_at <= $3)";

/// Mails that wait have no end. Asked for by their state, SQLite would look through all that wait.
pub(super) const FINISH: Many = Many {
    head: "UPDATE mails SET state = ended.column2, ended_at = ended.column3, tries = tries + 1 FROM (",
    tail: ") AS ended WHERE mails.id = ended.column1 AND mails.ended_at IS NULL",
};

pub(super) const LATER: &str = "UPDATE mails SET send_at = $2, tries = tries + 1, claimed_until = NULL WHERE id = $1 AND ended_at IS NULL";

pub(super) const RETRY_FAILED: &str = "
    UPDATE mails SET state = 'waiting', ended_at = NULL, tries = 0, send_at = $1, claimed_until = NULL WHERE state = 'failed'";

pub(super) const PLEDGE: &str = "
    SELECT p.id, p.name, p.locale, p.state, p.amount_minor, p.arrived_minor, p.currency, p.method, p.email_confirmed_at,
        p.state_since, p.reward_qty, r.title AS reward_title, c.title AS campaign_title, c.closes_at, c.decided_at,
        c.state AS campaign_state, c.model = 'flexible' AS is_flexible,
        EXISTS (SELECT 1 FROM pledge_addresses a WHERE a.pledge_id = p.id) AS has_address
    FROM pledges p JOIN campaigns c ON c.id = p.campaign_id LEFT JOIN rewards r ON r.id = p.reward_id
    WHERE p.id = $1";

/// Where a team's mails go: to whoever answers for the campaign, and to everybody whom it took in.
pub(super) const TEAM: &str = "
    SELECT u.email FROM campaigns c JOIN users u ON u.id = c.owner_id WHERE c.id = $1
    UNION SELECT u.email FROM campaign_members m JOIN users u ON u.id = m.user_id WHERE m.campaign_id = $1";

/// What is said of a campaign to the one of its team whose address is `$3`, while they are of it.
pub(super) const CAMPAIGN: &str = "
    SELECT u.name, u.locale, c.title, c.slug, c.currency, c.state, c.state_since, c.opens_at, c.closes_at, c.goal_minor,
        c.model = 'flexible' AS is_flexible, c.statement_due_at, c.stated_at,
        (SELECT MIN(m.due_on) FROM campaign_milestones m WHERE m.campaign_id = c.id AND m.told = 'due') AS due_on,
        (SELECT MAX(m.due_on) FROM campaign_milestones m WHERE m.campaign_id = c.id AND m.told = 'past') AS promised_on,
        (SELECT COUNT(*) FROM pledges p WHERE p.campaign_id = c.id AND p.state IN ('awaiting_funds', 'needs_review')) AS transfers,
        t.secured_minor, t.pledged_minor, t.matched_minor, t.collected_minor, t.fees_minor + t.cost_minor AS fees_minor, t.backers,
        COALESCE(t.decided_match_minor, t.matched_minor) AS counted_match_minor,
        t.captured_minor + t.banked_minor AS gross_minor, t.refunded_minor + t.charged_back_minor AS returned_minor,
        t.paid_out_minor, c.payee_verified_at IS NOT NULL AS is_payee_verified, c.platform_fee_bp, c.decided_at,
        (SELECT COUNT(*) FROM pledges p WHERE p.campaign_id = c.id AND p.state IN ('charge_failed', 'action_required')) AS failing,
        (SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) FROM pledges p
            WHERE p.campaign_id = c.id AND p.state IN ('charge_failed', 'action_required')) AS failing_minor,
        (SELECT COUNT(*) FROM pledges p WHERE p.campaign_id = c.id AND p.state = 'dropped') AS dropped,
        (SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) FROM pledges p
            WHERE p.campaign_id = c.id AND p.state = 'dropped') AS dropped_minor,
        COALESCE((SELECT n.body FROM campaign_notes n WHERE n.campaign_id = c.id AND n.state = $2
            ORDER BY n.at DESC, n.id DESC LIMIT 1), '') AS note
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id JOIN users u ON u.email = $3
    WHERE c.id = $1 AND (u.id = c.owner_id
        OR EXISTS (SELECT 1 FROM campaign_members m WHERE m.campaign_id = c.id AND m.user_id = u.id))";

/// Who hears that a campaign opens.
pub(super) const FOLLOWERS: &str = "SELECT id, email FROM campaign_followers WHERE campaign_id = $1 AND confirmed_at IS NOT NULL ORDER BY id";

pub(super) const FOLLOWER: &str = "
    SELECT f.email, f.locale, f.confirmed_at, c.title, c.slug, c.state, c.opens_at, c.closes_at
    FROM campaign_followers f JOIN campaigns c ON c.id = f.campaign_id
    WHERE f.id = $1";

pub(super) const SIGN_IN: &str =
    "SELECT id, email, locale, browser_hash, ends_at FROM sign_ins WHERE id = $1 AND used_at IS NULL";

pub(super) const COUNT_OF_PLEDGE: &str = "
    SELECT COUNT(*) FROM mails WHERE pledge_id = $1 AND letter IN ('confirm', 'reminder') AND created_at > $2";

/// How often each of some addresses is asked to be proved from an instant on, mails that are still to come included. Which letters ask is said as an index says it.
pub(super) const COUNT_PROOFS: Many = Many {
    head: "SELECT m.email_counted, COUNT(*) FROM (",
    tail: ") AS asked CROSS JOIN mails m
        WHERE m.email_counted = asked.column1 AND m.send_at > asked.column2 AND m.letter IN ('confirm', 'bank', 'follow')
        GROUP BY m.email_counted",
};

/// Mails whose time has come, and mails that were given up.
pub(super) const COUNT_BY_END: &str = "
    SELECT COUNT(CASE WHEN state = 'waiting' AND send_at <= $1 THEN 1 END), COUNT(CASE WHEN state = 'failed' THEN 1 END)
    FROM mails";

pub(super) const CAPTURE: Many =
    Many::insert("INSERT INTO captured_mails (id, email, subject, body_text, body_html, at) ");

pub(super) const CAPTURED: &str = "
    SELECT id, email, subject, body_text, at FROM captured_mails
    WHERE ($1 = '' OR email = $1)
    ORDER BY at DESC, id DESC
    LIMIT $2";

pub(super) const CAPTURED_HTML: &str =
    "SELECT body_html FROM captured_mails WHERE id = $1 AND ($2 = '' OR email = $2)";

pub(super) const FORGET_MAILS: &str = "DELETE FROM mails WHERE state <> 'waiting' AND ended_at < $1";

/// All but the newest `$1` that were captured.
pub(super) const FORGET_CAPTURED: &str = "
    DELETE FROM captured_mails
    WHERE id NOT IN (SELECT id FROM captured_mails ORDER BY at DESC, id DESC LIMIT $1)";

/// Before the addresses of the pledges go.
pub(super) const ERASE_CAPTURED: &str = "
    DELETE FROM captured_mails
    WHERE email = $2 OR email IN (SELECT email FROM pledges WHERE user_id = $1 OR email_folded = $2)
        OR email IN (SELECT email FROM campaign_followers WHERE email_folded = $2)";

pub(super) const ERASE_OF_PLEDGES: Many = Many { head: "DELETE FROM mails WHERE pledge_id IN (", tail: ")" };

pub(super) const ERASE_TO: &str = "DELETE FROM mails WHERE email = $1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{assert_many_uses, assert_uses};

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("mails_waiting_urgent", CLAIM).await;
        assert_many_uses("mails_by_email_counted", &COUNT_PROOFS, 2).await;
    }
}
