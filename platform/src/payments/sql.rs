//! The sandbox's own memory.

use crate::db::Many;

pub(super) const FIND_OPERATIONS: Many = Many {
    head: "SELECT idempotency_key, outcome, created_at FROM sandbox_operations WHERE idempotency_key IN (",
    tail: ")",
};

pub(super) const ADD_OPERATIONS: Many = Many {
    head: "INSERT INTO sandbox_operations (idempotency_key, kind, token, amount_minor, currency, outcome, mandate, created_at) ",
    tail: " ON CONFLICT (idempotency_key) DO NOTHING",
};

/// How often the mandate was charged before, whatever came of it.
pub(super) const COUNT_CHARGES: &str =
    "SELECT COUNT(*) FROM sandbox_operations WHERE mandate = $1 AND kind = 'charge'";

pub(super) const CONFIRM: &str = "
    UPDATE sandbox_operations SET outcome = $2 WHERE idempotency_key = $1 AND outcome = 'action_required'";

pub(super) const ADD_EVENT: &str = "
    INSERT INTO provider_events (provider, event_id, attempt_id, received_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (provider, event_id) DO NOTHING";

pub(super) const ASK_NOW: &str = "UPDATE payment_attempts SET ask_at = $2 WHERE id = $1 AND ask_at > $2 AND state IN ('pending', 'action_required')";
