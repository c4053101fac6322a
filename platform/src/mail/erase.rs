//! What was mailed to a person, and waits to be.

use multitude_domain::id::UserId;

use super::sql;
use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::personal::{Person, Table};
use crate::{rows, rows_many};

pub(crate) const TABLES: &[Table] = &[
    Table::of_rows("mails"),
    Table::of_rows("captured_mails"),
    Table::of_nobody("ripenings").keeping(&["name"]),
];

/// While the addresses on their pledges are still there.
pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    let user = person.user.map(UserId::uuid);
    rows!(tx, sqlx::query(sql::ERASE_CAPTURED).bind(user).bind(person.email))?;
    for some in person.pledges.chunks(ROWS_MAX) {
        rows_many!(tx, sql::WITHDRAW, some, |one| [one.id])?;
    }
    rows!(tx, sqlx::query(sql::ERASE_TO).bind(person.email))?;
    Ok(())
}
