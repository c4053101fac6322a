//! What campaigns hold of a person. Words that were published stay; whoever said them leaves.

use super::sql;
use crate::db::{StoreError, Tx};
use crate::personal::{Person, Table};
use crate::{on, rows};

pub(crate) const TABLES: &[Table] = &[
    // The name of a team is its public one; an account is known by a keyed hash, and belongs to what was
    // paid.
    Table::of_columns("campaigns", &["owner_id"]).keeping(&["team_name", "payee_hash", "payee_verified_at"]),
    Table::of_rows("campaign_members"),
    Table::of_rows("campaign_former_members"),
    Table::of_columns("campaign_notes", &["user_id"]).keeping(&["body"]),
    Table::of_columns("campaign_updates", &["user_id"]).keeping(&["author", "body"]),
    Table::of_columns("campaign_questions", &["user_id", "author", "answer_user_id"])
        .keeping(&["body", "answer_author"]),
    Table::of_nobody("campaign_totals"),
    Table::of_nobody("campaign_budget"),
    Table::of_nobody("campaign_milestones"),
    Table::of_nobody("campaign_stretch_goals"),
    Table::of_nobody("campaign_transitions"),
    // Made of what the campaign says.
    Table::of_nobody("campaign_search"),
    Table::of_nobody("rewards"),
    Table::of_nobody("reward_regions"),
    Table::of_nobody("add_ons"),
];

/// The slug of a campaign that somebody answers for and that is not over.
pub(crate) async fn find_answered(tx: &mut Tx, person: &Person<'_>) -> Result<Option<String>, StoreError> {
    let Some(user) = person.user else { return Ok(None) };
    Ok(on!(tx, c => sqlx::query_scalar(sql::ANSWERED_BY).bind(user.uuid()).fetch_optional(c).await)?)
}

pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    let Some(user) = person.user else { return Ok(()) };
    for statement in sql::ERASE {
        rows!(tx, sqlx::query(statement).bind(user.uuid()))?;
    }
    Ok(())
}
