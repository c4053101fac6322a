//! Proving the address of a pledge: by the mailed link, or by its code on the receipt.

use multitude_domain::code::read_code;
use multitude_domain::email::fold_email;
use multitude_domain::id::PledgeId;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose, is_same};
use crate::{on, rows};

/// As many codes as may be typed for one pledge; the link works all the same.
const CODE_TRIES_MAX: i64 = 10;

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOutcome {
    /// The address is proved.
    Confirmed,
    /// It is not six digits, which is no try.
    NoCode,
    /// Another code was mailed.
    Wrong,
    /// That was one code too many.
    TooManyTries,
}

/// The address was proved: from now on the backer's name may show.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn confirm_email(tx: &mut Tx, id: PledgeId) -> Result<(), StoreError> {
    let now = tx.now().await?;
    rows!(tx, sqlx::query(sql::CONFIRM_EMAIL).bind(id.uuid()).bind(now.as_micros()))?;
    Ok(())
}

/// Whoever has proved the address of a pledge says that it is theirs; says whether it is.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn confirm_own(tx: &mut Tx, id: PledgeId, own_email: &str) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let confirmed = rows!(
        tx,
        sqlx::query(sql::CONFIRM_OWN).bind(id.uuid()).bind(fold_email(own_email)).bind(now.as_micros())
    )?;
    Ok(confirmed == 1)
}

/// Whether this is the proof in the link that was mailed for the pledge.
pub fn is_proof(keys: &Keys, id: PledgeId, proof: &str) -> bool {
    is_same(proof, &keys.token(Purpose::PledgeProof, id.uuid().as_bytes()))
}

/// Tries a code. A wrong one is an outcome and no error: the try counts.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn confirm_by_code(
    tx: &mut Tx,
    keys: &Keys,
    id: PledgeId,
    code: &str,
) -> Result<CodeOutcome, StoreError> {
    let Some(code) = read_code(code) else { return Ok(CodeOutcome::NoCode) };
    let tries: Option<i64> = on!(tx, c => sqlx::query_scalar(sql::COUNT_CODE_TRY)
        .bind(id.uuid()).bind(CODE_TRIES_MAX).fetch_optional(c).await)?;
    if tries.is_none() {
        return Ok(CodeOutcome::TooManyTries);
    }
    if !is_same(&code, &keys.code(Purpose::PledgeCode, id.uuid().as_bytes())) {
        return Ok(CodeOutcome::Wrong);
    }
    confirm_email(tx, id).await?;
    Ok(CodeOutcome::Confirmed)
}
