//! People with an account, and what they are trusted with.

use multitude_domain::email::fold_email;
use multitude_domain::id::UserId;
use multitude_domain::locale::Locale;
use multitude_domain::name::read_name;
use multitude_domain::permission::accounts::Deed;
use multitude_domain::permission::{Actor, Relations, Role};
use uuid::Uuid;

use super::sql;
use crate::audit::{Done, Target, permit};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{on, rows};

/// A person who gets an account.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The language of their mails.
    pub locale: Locale,
}

/// Why a role was not granted.
#[derive(Debug, thiserror::Error)]
pub enum GrantRoleError {
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for GrantRoleError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// The account with this address, if there is one.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_user(tx: &mut Tx, email: &str) -> Result<Option<UserId>, StoreError> {
    let id: Option<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql::USER_BY_EMAIL).bind(fold_email(email)).fetch_optional(c).await)?;
    Ok(id.map(UserId::new))
}

/// Makes an account, or finds the one that the address has.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn create_user(tx: &mut Tx, new: &NewUser) -> Result<UserId, StoreError> {
    let (id, email, now) = (tx.uuid(), fold_email(&new.email), tx.wall_now());
    rows!(
        tx,
        sqlx::query(sql::ADD_USER)
            .bind(id)
            .bind(&email)
            .bind(&new.name)
            .bind(new.locale.code())
            .bind(now.as_micros())
    )?;
    match find_user(tx, &email).await? {
        Some(user) => Ok(user),
        None => Err(StoreError::Impossible { table: "users", column: "email", id: id.to_string() }),
    }
}

/// The account of an address that was just proved: made where there was none, with the name of its last
/// pledge that was proved. What was pledged with it as a guest is its own from here on; names are shown once
/// it says that they are right.
pub(super) async fn account_of(tx: &mut Tx, proved: &str, locale: Locale) -> Result<UserId, StoreError> {
    let email = &fold_email(proved);
    let user = if let Some(user) = find_user(tx, email).await? {
        user
    } else {
        let name = name_of(tx, email).await?;
        create_user(tx, &NewUser { email: email.to_owned(), name, locale }).await?
    };
    rows!(tx, sqlx::query(sql::ADOPT_PLEDGES).bind(user.uuid()).bind(email))?;
    Ok(user)
}

async fn name_of(tx: &mut Tx, email: &str) -> Result<String, StoreError> {
    let given: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql::NAME_BY_EMAIL).bind(email).fetch_optional(c).await)?;
    let local = email.split_once('@').map_or(email, |(local, _)| local);
    // It stands in public lists: what is no name there is none.
    Ok(read_name(given.as_deref().unwrap_or(local)).unwrap_or_default())
}

/// Trusts a person with a role; whoever has no account gets one with it.
///
/// # Errors
/// [`GrantRoleError::Denied`] for whoever may not.
pub async fn grant_role(
    tx: &mut Tx,
    actor: &Actor,
    email: &str,
    role: Role,
) -> Result<UserId, GrantRoleError> {
    let permit = permit(actor, Deed::GrantRole, &Relations::none()).ok_or(GrantRoleError::Denied)?;
    let user = if let Some(user) = find_user(tx, email).await? {
        user
    } else {
        let name = name_of(tx, &fold_email(email)).await?;
        create_user(tx, &NewUser { email: email.to_owned(), name, locale: Locale::De }).await?
    };
    let now = tx.wall_now();
    rows!(tx, sqlx::query(sql::GRANT).bind(user.uuid()).bind(role.name()).bind(now.as_micros()))
        .map_err(StoreError::from)?;
    let done = Done::to(Target::Person(Some(user)), role.name()).concerning(Some(user));
    permit.write_down(tx, done).await?;
    Ok(user)
}
