//! What is known of whoever waits for a campaign to open.

use super::sql;
use crate::db::{StoreError, Tx};
use crate::personal::{Person, Table};
use crate::rows;

pub(crate) const TABLES: &[Table] = &[Table::of_rows("campaign_followers")];

pub(crate) async fn erase(tx: &mut Tx, person: &Person<'_>) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::ERASE).bind(person.email))?;
    Ok(())
}
