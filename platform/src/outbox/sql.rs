//! Statements about the outbox.

use crate::db::Many;

pub(super) const ADD: Many =
    Many::insert("INSERT INTO outbox (id, subject_kind, subject_id, name, body, at, dispatched_at) ");

/// The oldest that were not dispatched; two processes never take the same.
pub(super) const CLAIM: &str = "
    UPDATE outbox SET dispatched_at = $1
    WHERE dispatched_at IS NULL
        AND id IN (SELECT id FROM outbox WHERE dispatched_at IS NULL ORDER BY at, id LIMIT $2)
    RETURNING id, subject_kind, subject_id, name, body, at";

pub(super) const HAS_UNDISPATCHED: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE dispatched_at IS NULL)";

pub(super) const ADD_DELIVERIES: Many =
    Many::insert("INSERT INTO outbox_deliveries (consumer, due_at, event_id) ");

pub(super) const HAS_DELIVERIES: &str =
    "SELECT EXISTS (SELECT 1 FROM outbox_deliveries WHERE consumer = $1 AND due_at <= $2)";

/// The oldest that are due; two processes never take the same.
pub(super) const TAKE: &str = "
    DELETE FROM outbox_deliveries
    WHERE consumer = $1 AND event_id IN (
        SELECT event_id FROM outbox_deliveries
        WHERE consumer = $1 AND due_at <= $2 ORDER BY due_at, event_id LIMIT $3)
    RETURNING event_id";

pub(super) const COUNT_UNDELIVERED: &str = "
    SELECT (SELECT COUNT(*) FROM outbox WHERE dispatched_at IS NULL) + (SELECT COUNT(*) FROM outbox_deliveries)";

pub(super) const EVENTS: Many =
    Many { head: "SELECT id, subject_kind, subject_id, name, body, at FROM outbox WHERE id IN (", tail: ")" };

/// Those before an instant that no delivery waits for.
pub(super) const FORGET: &str = "
    DELETE FROM outbox WHERE id IN (
        SELECT o.id FROM outbox o
        WHERE o.dispatched_at < $1
            AND NOT EXISTS (SELECT 1 FROM outbox_deliveries d WHERE d.event_id = o.id)
        ORDER BY o.dispatched_at LIMIT $2)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("outbox_undispatched", CLAIM).await;
        assert_uses("outbox_undispatched", HAS_UNDISPATCHED).await;
        assert_uses("outbox_dispatched", FORGET).await;
        assert_uses("outbox_deliveries_by_event", FORGET).await;
    }
}
