//! Statements about letters of campaigns.

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

/// Who ticked that they want news of a campaign and has not turned away from it. Nobody whose address is not
/// proved.
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

/// Teams of campaigns that began to collect.
pub(super) const BEGAN_COLLECTING: &str = "
    SELECT c.id AS subject_id, u.email, c.state_since AS at
    FROM campaigns c JOIN users u ON u.id = c.owner_id
        OR u.id IN (SELECT m.user_id FROM campaign_members m WHERE m.campaign_id = c.id)
    WHERE c.state = 'collecting' AND c.state_since > $1 AND c.state_since <= $2
        AND NOT EXISTS (SELECT 1 FROM mails o
            WHERE o.subject_id = c.id AND o.letter = 'failing' AND o.email = u.email AND o.state = 'waiting')
    ORDER BY c.state_since, c.id, u.email
    LIMIT $3";

pub(super) const HAS_BEGUN_COLLECTING: &str = "
    SELECT EXISTS (SELECT 1 FROM campaigns
        WHERE state = 'collecting' AND state_since > $1 AND state_since <= $2)";
