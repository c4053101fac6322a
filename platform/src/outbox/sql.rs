//! Statements about the outbox.

use crate::db::Many;

pub(super) const ADD: Many = Many::insert(
    "INSERT INTO outbox (id, kind, campaign_id, pledge_id, update_id, from_state, to_state, at, mailed_at) ",
);

/// The longest unmailed; two processes never take the same.
pub(super) const CLAIM_FOR_MAIL: &str = "
    UPDATE outbox SET mailed_at = $1
    WHERE mailed_at IS NULL AND id IN (SELECT id FROM outbox WHERE mailed_at IS NULL ORDER BY at, id LIMIT $2)
    RETURNING kind, campaign_id, pledge_id, update_id, COALESCE(from_state, '') AS from_state, COALESCE(to_state, '') AS to_state, at";

pub(super) const HAS_UNMAILED: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE mailed_at IS NULL)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("outbox_unmailed", CLAIM_FOR_MAIL).await;
        assert_uses("outbox_unmailed", HAS_UNMAILED).await;
    }
}
