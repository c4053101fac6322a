//! What pledges hold of a person: who they are and where they live. What was counted stays.

use multitude_domain::UnknownState;
use multitude_domain::id::UserId;
use multitude_domain::pledges::PledgeState;
use uuid::Uuid;

use super::sql;
use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::personal::{Person, Table};
use crate::{on, rows_many};

pub(crate) const TABLES: &[Table] = &[
    // Whoever has a receipt's token proves that they have it; the hash says nothing of them.
    Table::of_columns(
        "pledges",
        &[
            "user_id",
            "email",
            "email_folded",
            "email_counted",
            "email_confirmed_at",
            "name",
            "show_as",
            "payer_hash",
            "caller_hash",
            "idempotency_key",
            "request_hash",
        ],
    )
    .keeping(&["receipt_hash"]),
    Table::of_rows("pledge_addresses"),
    Table::of_nobody("pledge_add_ons"),
    Table::of_nobody("pledge_events"),
    Table::of_nobody("pledge_transitions"),
    // A browser and a network address, by keyed hashes, for a quarter of an hour.
    Table::forgotten("reward_holds"),
];

/// A pledge of whoever is to be erased.
#[derive(Debug)]
pub(crate) struct OfPerson {
    pub(crate) id: Uuid,
    pub(crate) campaign: Uuid,
    pub(crate) state: PledgeState,
}

/// Every pledge of an account, and of a folded address.
pub(crate) async fn list_of_person(
    tx: &mut Tx,
    user: Option<UserId>,
    email: &str,
) -> Result<Vec<OfPerson>, StoreError> {
    let rows: Vec<(Uuid, Uuid, String)> = on!(tx, c => sqlx::query_as(sql::OF_PERSON)
        .bind(user.map(UserId::uuid)).bind(email).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, campaign, state)| {
            let bad = |UnknownState| StoreError::Impossible {
                table: "pledges",
                column: "state",
                id: id.to_string(),
            };
            Ok(OfPerson { id, campaign, state: state.parse().map_err(bad)? })
        })
        .collect()
}

pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    for some in person.pledges.chunks(ROWS_MAX) {
        for statement in [sql::ERASE_ADDRESSES, sql::ERASE] {
            rows_many!(tx, statement, some, |one| [one.id])?;
        }
    }
    Ok(())
}
