//! Statements about what happens at and after a deadline.

use crate::db::Many;
use crate::pledges::record_columns;

macro_rules! due {
    () => {
        "FROM campaigns
    WHERE origin = 'here' AND ((state = 'scheduled' AND opens_at <= $1)
        OR (state = 'live' AND closes_at <= $1)
        OR (state = 'suspended' AND closes_at <= $2)
        OR state IN ('closing', 'collecting', 'failed', 'cancelled', 'releasing'))"
    };
}

/// Campaigns whose time has come, or that are in the middle of something. `$2` is when a suspended one gives up. What
/// was recorded elsewhere is settled by its import, at its own time.
pub(super) const DUE: &str = concat!(
    "SELECT id, state ",
    due!(),
    "
    ORDER BY state_since, id
    LIMIT $3"
);

pub(super) const CAMPAIGN: &str = "
    SELECT c.id, c.state, c.currency, c.model, c.optimum_minor, c.goal_minor, c.livemode, c.opens_at, c.closes_at, c.decided_at,
        c.statement_due_at, c.stated_at, c.platform_fee_bp, c.owner_id,
        t.secured_minor, t.matched_minor, t.collected_minor, t.cost_minor, t.escrow_minor
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.id = $1";

pub(super) const DECIDED: &str = "UPDATE campaigns SET decided_at = $2 WHERE id = $1 AND decided_at IS NULL";

pub(super) const ASK_STATEMENT: &str =
    "UPDATE campaigns SET statement_due_at = $2 WHERE id = $1 AND statement_due_at IS NULL";

pub(super) const STATED: &str = "UPDATE campaigns SET stated_at = $2 WHERE id = $1 AND statement_due_at IS NOT NULL AND stated_at IS NULL";

/// Transfers that were announced and could still arrive; with `$2`, mandates too whose answer may still come.
pub(super) const ON_ITS_WAY: &str = "
    SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM pledges
    WHERE campaign_id = $1 AND (state = 'awaiting_funds' OR (state = 'awaiting_setup' AND CAST($2 AS BIGINT) = 1))";

pub(super) const HAS_DUE: &str = concat!("SELECT EXISTS (SELECT 1 ", due!(), ")");

/// Pledges of a campaign, each with the token of its newest mandate.
macro_rules! waiting {
    () => {
        concat!(
            "SELECT ",
            record_columns!(),
            ", (SELECT a.token FROM payment_attempts a WHERE a.pledge_id = p.id AND a.kind = 'setup'
                AND a.state = 'succeeded' ORDER BY a.created_at DESC, a.id DESC LIMIT 1) AS token
            FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
            WHERE p.campaign_id = $1 AND "
        )
    };
}

/// Pledges that can be moved on now. `$2` is when a failed charge is tried again, `$3` when tries are given up. A charge
/// that failed is tried at once where another mandate has taken the place of the one that did not work.
pub(super) const TO_COLLECT: &str = concat!(
    waiting!(),
    "(p.state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded')
        OR (p.state = 'charge_failed' AND (p.state_since <= $2 OR EXISTS (SELECT 1 FROM payment_attempts a
            WHERE a.pledge_id = p.id AND a.kind = 'setup' AND a.state = 'succeeded' AND a.answered_at > p.state_since)))
        OR (p.state IN ('charge_failed', 'action_required') AND CAST($3 AS BIGINT) IS NOT NULL))
    ORDER BY p.id
    LIMIT $4"
);

/// Pledges of which the end is not known.
pub(super) const COUNT_UNSETTLED: &str = "
    SELECT COUNT(*) FROM pledges
    WHERE campaign_id = $1 AND state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'charging',
        'charge_failed', 'action_required', 'refund_pending')";

pub(super) const TO_RELEASE: &str = concat!(
    waiting!(),
    "p.state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'needs_review')
    ORDER BY p.id
    LIMIT $2"
);

pub(super) const COUNT_UNRELEASED: &str = "
    SELECT COUNT(*) FROM pledges
    WHERE campaign_id = $1 AND state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'needs_review',
        'refund_pending', 'refund_failed')";

pub(super) const TO_REFUND: &str = concat!(waiting!(), "p.state = 'paid' ORDER BY p.id LIMIT $2");

pub(super) const ABANDON: Many = Many {
    head: "UPDATE payment_attempts SET state = 'abandoned', answered_at = ended.column2 FROM (",
    tail: ") AS ended WHERE payment_attempts.pledge_id = ended.column1 AND payment_attempts.state IN ('pending', 'action_required')",
};
