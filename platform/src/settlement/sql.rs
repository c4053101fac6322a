//! Statements about what happens at and after a deadline.

use crate::db::Many;
use crate::pledges::{has_newer_mandate, startable, to_move_columns};

macro_rules! due {
    () => {
        "FROM campaigns
    WHERE origin = 'here' AND ((state = 'scheduled' AND opens_at <= $1)
        OR (state = 'live' AND closes_at <= $1)
        OR (state = 'suspended' AND closes_at <= $2)
        OR state IN ('closing', 'collecting', 'failed', 'cancelled', 'releasing'))"
    };
}

/// Campaigns whose time has come, or that are in the middle of something. `$2` is when a suspended one gives
/// up. What was recorded elsewhere is settled by its import, at its own time. The page begins behind `$3` and
/// `$4`.
pub(super) const DUE: &str = concat!(
    "SELECT state_since, id ",
    due!(),
    " AND (CAST($3 AS BIGINT) IS NULL OR state_since > $3 OR (state_since = $3 AND id > $4))
    ORDER BY state_since, id
    LIMIT $5"
);

pub(super) const CAMPAIGN: &str = "
    SELECT c.id, c.state, c.currency, c.model, c.optimum_minor, c.goal_minor, c.livemode, c.opens_at, c.closes_at, c.decided_at,
        c.statement_due_at, c.stated_at, c.payee_verified_at, c.platform_fee_bp,
        t.secured_minor, t.matched_minor, t.collected_minor, t.cost_minor, t.escrow_minor
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.id = $1";

pub(super) const FREEZE_FEES: &str =
    "UPDATE campaigns SET platform_fee_bp = $2 WHERE id = $1 AND state = 'scheduled'";

pub(super) const DECIDED: &str = "UPDATE campaigns SET decided_at = $2 WHERE id = $1 AND decided_at IS NULL";

/// What is matched now counts from here on: when it is decided, or stopped without.
pub(super) const FREEZE_MATCH: &str = "UPDATE campaign_totals SET decided_match_minor = matched_minor WHERE campaign_id = $1 AND decided_match_minor IS NULL";

pub(super) const ASK_STATEMENT: &str =
    "UPDATE campaigns SET statement_due_at = $2 WHERE id = $1 AND statement_due_at IS NULL";

pub(super) const STATEMENT: &str = "
    SELECT c.id, c.title, c.state, c.currency, c.goal_minor, c.statement_due_at, c.stated_at,
        t.collected_minor, t.matched_minor
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.slug = $1 AND c.statement_due_at IS NOT NULL";

/// The team's word counts within its week, and before anything goes back.
pub(super) const STATED: &str = "
    UPDATE campaigns SET stated_at = $2
    WHERE id = $1 AND state = 'collecting' AND statement_due_at > $2 AND stated_at IS NULL";

/// Transfers that were announced and could still arrive, and what differs and came by the day `$3`, which
/// somebody may still accept; with `$2`, mandates too whose answer may still come.
pub(super) const ON_ITS_WAY: &str = "
    SELECT CAST(COALESCE(SUM(CASE state WHEN 'needs_review' THEN arrived_minor ELSE amount_minor END), 0) AS BIGINT)
    FROM pledges p
    WHERE campaign_id = $1 AND state IN ('awaiting_funds', 'awaiting_setup', 'needs_review')
        AND (state <> 'awaiting_setup' OR CAST($2 AS BIGINT) = 1)
        AND (state <> 'needs_review' OR (arrived_on <= $3
            AND NOT EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'cancelled')))";

pub(super) const HAS_DUE: &str = concat!("SELECT EXISTS (SELECT 1 ", due!(), ")");

/// Pledges that can be moved on now. `$2` is when what failed is tried again, `$3` when attempts are given up,
/// `$4` when transfers that were announced have had their banking days, `$5` when no provider confirms a
/// method in time any more. Where another mandate has taken the place of the one that was charged, a charge
/// that failed is tried at once, and one that waits for its bank is withdrawn: last, since a provider may not
/// answer. The states are said once more, for their index.
pub(super) const TO_COLLECT: &str = concat!(
    startable!(),
    "p.campaign_id = $1 AND p.state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'needs_review',
            'charge_failed', 'action_required')
        AND (p.state IN ('secured', 'funded', 'needs_review')
        OR (p.state = 'awaiting_setup' AND CAST($5 AS BIGINT) IS NOT NULL)
        OR (p.state = 'awaiting_funds' AND CAST($4 AS BIGINT) IS NOT NULL)
        OR (p.state = 'charge_failed' AND p.state_since <= $2)
        OR (p.state IN ('charge_failed', 'action_required') AND (CAST($3 AS BIGINT) IS NOT NULL OR ",
    has_newer_mandate!(),
    ")))
    ORDER BY CASE p.state WHEN 'action_required' THEN 1 ELSE 0 END, p.id
    LIMIT $6"
);

/// Pledges of which the end is not known. Money that was never the campaign's may be on its way back for as
/// long as that takes.
pub(super) const COUNT_UNSETTLED: &str = "
    SELECT COUNT(*) FROM pledges p
    WHERE p.campaign_id = $1 AND p.state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'charging',
            'charge_failed', 'action_required', 'needs_review', 'refund_pending', 'refund_failed')
        AND (p.state NOT IN ('refund_pending', 'refund_failed')
            OR EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'paid'))";

pub(super) const TO_RELEASE: &str = concat!(
    startable!(),
    "p.campaign_id = $1 AND p.state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'needs_review')
    ORDER BY p.id
    LIMIT $2"
);

pub(super) const COUNT_UNRELEASED: &str = "
    SELECT COUNT(*) FROM pledges
    WHERE campaign_id = $1 AND state IN ('awaiting_setup', 'awaiting_funds', 'secured', 'funded', 'needs_review',
        'refund_pending', 'refund_failed')";

pub(super) const TO_REFUND: &str =
    concat!(startable!(), "p.campaign_id = $1 AND p.state = 'paid' ORDER BY p.id LIMIT $2");

/// Money that goes back: what differs from its pledge once nothing is to be decided about it any more, or of
/// a pledge that was taken back, and refunds that failed by `$1`. The states are said twice, for their index;
/// in the order of their ids, SQLite would look through all pledges.
pub(super) const STRAYS: &str = concat!(
    startable!(),
    "p.state IN ('needs_review', 'refund_failed') AND c.origin = 'here'
        AND ((p.state = 'needs_review' AND (c.state NOT IN ('live', 'suspended', 'closing', 'collecting')
                OR EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'cancelled')))
            OR (p.state = 'refund_failed' AND p.state_since <= $1))
    ORDER BY p.state_since, p.id
    LIMIT $2"
);

pub(super) const PAYEE: &str = "SELECT payee_hash FROM campaigns WHERE id = $1";

pub(super) const VERIFY_PAYEE: &str =
    "UPDATE campaigns SET payee_verified_at = $2, payee_hash = $3 WHERE id = $1";

pub(super) const ABANDON: Many = Many {
    head: "UPDATE payment_attempts SET state = 'abandoned', answered_at = ended.column2 FROM (",
    tail: ") AS ended WHERE payment_attempts.pledge_id = ended.column1 AND payment_attempts.state IN ('pending', 'action_required')",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{assert_never_scans, assert_uses};

    #[tokio::test]
    async fn pledges_that_have_ended_are_not_read() {
        for statement in [ON_ITS_WAY, TO_COLLECT, COUNT_UNSETTLED, TO_RELEASE, COUNT_UNRELEASED, TO_REFUND] {
            assert_uses("pledges_by_state", statement).await;
        }
        assert_uses("pledges_to_return", STRAYS).await;
        assert_never_scans("c", STRAYS).await;
    }
}
