//! Sessions: a random token in the browser, its hash here.

use multitude_domain::id::UserId;
use multitude_domain::locale::Locale;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::time::{Span, Timestamp};
use multitude_domain::view::SessionView;
use uuid::Uuid;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::keys::{hex, token_hash};
use crate::{on, rows};

/// A session ends after so long.
const SESSION_LASTS: Span = Span::days(30);
/// As many as a page lists.
const SESSIONS_MAX: i64 = 100;

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What the browser keeps; it is stored nowhere else.
    pub token: String,
    /// The account.
    pub user: UserId,
    /// How long the browser may keep it, in seconds.
    pub lasts_seconds: i64,
}

/// Whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// This session.
    pub session: Uuid,
    /// The account.
    pub user: UserId,
    /// Its proved address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The language of their mails.
    pub locale: Locale,
    /// What they are trusted with.
    pub roles: Vec<Role>,
}

impl SignedIn {
    /// As use cases know them.
    pub fn actor(&self) -> Actor {
        Actor::Member { user: self.user, roles: self.roles.clone() }
    }
}

/// Begins a session of an account.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn start_session(tx: &mut Tx, user: UserId) -> Result<NewSession, StoreError> {
    let (id, now) = (tx.uuid(), tx.wall_now());
    let token = hex(&tx.bytes::<32>());
    rows!(
        tx,
        sqlx::query(sql::ADD_SESSION)
            .bind(id)
            .bind(token_hash(&token).as_slice())
            .bind(user.uuid())
            .bind(now.as_micros())
            .bind(now.plus(SESSION_LASTS).as_micros())
    )?;
    Ok(NewSession { token, user, lasts_seconds: SESSION_LASTS.as_seconds() })
}

/// Whoever holds this token, if it is one that has not ended.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_session(tx: &mut Tx, token: &str) -> Result<Option<SignedIn>, StoreError> {
    let now = tx.wall_now().as_micros();
    let found: Option<(Uuid, Uuid, String, String, String)> = on!(tx, c => sqlx::query_as(sql::SESSION)
        .bind(token_hash(token).as_slice()).bind(now).fetch_optional(c).await)?;
    let Some((session, user, email, name, locale)) = found else { return Ok(None) };
    let bad = |table, column| StoreError::Impossible { table, column, id: user.to_string() };
    let roles: Vec<String> = on!(tx, c => sqlx::query_scalar(sql::ROLES).bind(user).fetch_all(c).await)?;
    let roles = roles.iter().map(|role| role.parse().map_err(|_| bad("user_roles", "role")));
    Ok(Some(SignedIn {
        session,
        user: UserId::new(user),
        email,
        name,
        locale: locale.parse().map_err(|_| bad("users", "locale"))?,
        roles: roles.collect::<Result<_, StoreError>>()?,
    }))
}

/// The running sessions of an account, newest first.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_sessions(tx: &mut Tx, of: &SignedIn) -> Result<Vec<SessionView>, StoreError> {
    let now = tx.wall_now().as_micros();
    let rows: Vec<(Uuid, i64, i64)> = on!(tx, c => sqlx::query_as(sql::SESSIONS_OF)
        .bind(of.user.uuid()).bind(now).bind(SESSIONS_MAX).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, started_at, ends_at)| SessionView {
            id: id.to_string(),
            started_at: Timestamp::from_micros(started_at),
            ends_at: Timestamp::from_micros(ends_at),
            is_this: id == of.session,
        })
        .collect())
}

/// Ends one of an account's sessions; another account's stays.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn end_session(tx: &mut Tx, user: UserId, session: Uuid) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::END_SESSION).bind(session).bind(user.uuid()))?;
    Ok(())
}

/// Ends all of an account's sessions, this one too.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn end_sessions_of(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::END_SESSIONS_OF).bind(user.uuid()))?;
    Ok(())
}
