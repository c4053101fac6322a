//! Statements about leases.

/// Takes or renews a lease; one row changes where it is free, run out, or one's own.
pub(super) const TAKE: &str = "
    INSERT INTO leases (name, holder, until_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
    WHERE leases.holder = excluded.holder OR leases.until_at <= $4";

pub(super) const HAS_UNSEALED: &str = "SELECT EXISTS (SELECT 1 FROM ledger_unsealed)";

pub(super) const HAS_DUE: &str = "
    SELECT EXISTS (SELECT 1 FROM payment_attempts WHERE state IN ('pending', 'action_required') AND ask_at <= $1)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("payment_attempts_due", HAS_DUE).await;
    }
}
