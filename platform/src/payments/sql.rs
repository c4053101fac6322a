//! Statements about attempts, and the sandbox's own memory.

pub(super) const FIND_OPERATION: &str =
    "SELECT outcome, created_at FROM sandbox_operations WHERE idempotency_key = $1";

pub(super) const ADD_OPERATION: &str = "
    INSERT INTO sandbox_operations (idempotency_key, kind, token, amount_minor, currency, outcome, mandate, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (idempotency_key) DO NOTHING";

/// How often the mandate was charged before, whatever came of it.
pub(super) const COUNT_CHARGES: &str =
    "SELECT COUNT(*) FROM sandbox_operations WHERE mandate = $1 AND kind = 'charge'";

pub(super) const CONFIRM: &str = "
    UPDATE sandbox_operations SET outcome = $2 WHERE idempotency_key = $1 AND outcome = 'action_required'";

/// Tries whose end is not known and whose time to ask has come; the longest due first.
pub(super) const DUE: &str = "
    SELECT a.id, a.pledge_id, a.kind, a.token, a.amount_minor, p.currency, p.method, p.email, a.created_at
    FROM payment_attempts a JOIN pledges p ON p.id = a.pledge_id
    WHERE a.state IN ('pending', 'action_required') AND a.ask_at <= $1
    ORDER BY a.ask_at, a.id
    LIMIT $2";

pub(super) const FIND: &str = "
    SELECT a.id, a.pledge_id, a.kind, a.token, a.amount_minor, p.currency, p.method, p.email, a.created_at
    FROM payment_attempts a JOIN pledges p ON p.id = a.pledge_id
    WHERE a.id = $1 AND a.state IN ('pending', 'action_required')";

pub(super) const ASK_LATER: &str =
    "UPDATE payment_attempts SET ask_at = $2 WHERE id = $1 AND state IN ('pending', 'action_required')";
