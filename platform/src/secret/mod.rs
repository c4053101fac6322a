//! Whose secret a database was made with.

mod sql;

use subtle::ConstantTimeEq as _;

use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose};
use crate::{on, rows};

/// What a database knows of the secret with which the links and hashes in it were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// No secret has been used with it yet.
    New,
    /// It is this one.
    Own,
    /// It is another one: no link that was given out would open, no payer would be known again.
    Other,
}

/// Whether the database was made with this secret.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_acquaintance(tx: &mut Tx, keys: &Keys) -> Result<Acquaintance, StoreError> {
    Ok(match find_mark(tx).await? {
        None => Acquaintance::New,
        Some(mark) if bool::from(mark.ct_eq(&keys.hash(Purpose::Mark, b""))) => Acquaintance::Own,
        Some(_) => Acquaintance::Other,
    })
}

/// Whether any secret has been used with the database.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn knows_a_secret(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(find_mark(tx).await?.is_some())
}

async fn find_mark(tx: &mut Tx) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::MARK).fetch_one(c).await)?)
}

/// Has a database that knows no secret yet know this one from now on; says whether it does.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn introduce(tx: &mut Tx, keys: &Keys) -> Result<Acquaintance, StoreError> {
    let mark = keys.hash(Purpose::Mark, b"");
    rows!(tx, sqlx::query(sql::SET_MARK).bind(mark.as_slice()))?;
    find_acquaintance(tx, keys).await
}
