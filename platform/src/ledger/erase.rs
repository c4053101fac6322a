//! What the ledger holds of a person: private details, without which its chain holds.

use super::sql;
use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::personal::{Person, Table};
use crate::rows_many;

pub(crate) const TABLES: &[Table] = &[
    Table::of_rows("ledger_details"),
    Table::of_nobody("ledger_transactions"),
    Table::of_nobody("ledger_entries"),
    Table::of_nobody("ledger_unsealed"),
    // Of records.
    Table::of_nobody("ledger_blocks").keeping(&["hash", "previous_hash"]),
    Table::of_nobody("ledger_seals").keeping(&["hash", "previous_hash"]),
];

pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    for some in person.pledges.chunks(ROWS_MAX) {
        rows_many!(tx, sql::ERASE_DETAILS, some, |one| [one.campaign, format!("pledge {}", one.id)])?;
    }
    Ok(())
}
