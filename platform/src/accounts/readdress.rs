//! Brings addresses that were kept before domains had one form (ADR 21) into it, so that they are found like
//! new ones.

use multitude_domain::email::{count_email, fold_email, with_one_domain};
use uuid::Uuid;

use super::sql;
use crate::db::{Db, StoreError, Tx};
use crate::{on, rows};

/// So many addresses are brought into their form in one transaction.
const AT_ONCE: i64 = 100;

/// Brings what waits into its form. Most databases have nothing that waits, and pay one look for it.
///
/// # Errors
/// [`StoreError`] where the database does not do it; what is left waits for the next opening.
pub async fn readdress_all(db: &Db) -> Result<(), StoreError> {
    while db.read(async |tx| has_any(tx).await).await? {
        db.write(async |tx| readdress_some(tx).await).await?;
    }
    Ok(())
}

async fn has_any(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_TO_READDRESS).fetch_one(c).await)?)
}

async fn readdress_some(tx: &mut Tx) -> Result<(), StoreError> {
    let some: Vec<String> =
        on!(tx, c => sqlx::query_scalar(sql::TO_READDRESS).bind(AT_ONCE).fetch_all(c).await)?;
    for old in some {
        let new = with_one_domain(&old);
        account(tx, &old, &fold_email(&old)).await?;
        followers(tx, &old, &new).await?;
        let (folded, counted) = (fold_email(&old), count_email(&old));
        rows!(tx, sqlx::query(sql::READDRESS_PLEDGES).bind(&old).bind(&new).bind(folded).bind(counted))?;
        for statement in [sql::READDRESS_SIGN_INS, sql::READDRESS_MAILS, sql::READDRESS_CAPTURED] {
            rows!(tx, sqlx::query(statement).bind(&old).bind(&new))?;
        }
        rows!(tx, sqlx::query(sql::READDRESSED).bind(&old))?;
    }
    Ok(())
}

/// Two accounts that turn out to have one address stay two: what each did is its own. Whoever proves the
/// address comes to the one that had it in ASCII.
async fn account(tx: &mut Tx, old: &str, new: &str) -> Result<(), StoreError> {
    let found: Option<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql::USER_BY_EMAIL).bind(old).fetch_optional(c).await)?;
    let Some(user) = found.filter(|_| old != new) else { return Ok(()) };
    if rows!(tx, sqlx::query(sql::READDRESS_USER).bind(user).bind(new))? == 0 {
        tracing::warn!(user.id = %user, "an account is not reached any more: another one has its address");
    }
    Ok(())
}

/// Whoever follows a campaign with both forms follows it once.
async fn followers(tx: &mut Tx, old: &str, new: &str) -> Result<(), StoreError> {
    let found: Vec<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql::FOLLOWERS_BY_EMAIL).bind(old).fetch_all(c).await)?;
    for follower in found {
        let folded = fold_email(new);
        let done = rows!(tx, sqlx::query(sql::READDRESS_FOLLOWER).bind(follower).bind(new).bind(&folded))?;
        if done == 0 {
            rows!(tx, sqlx::query(sql::DROP_FOLLOWER).bind(follower))?;
        }
    }
    Ok(())
}
