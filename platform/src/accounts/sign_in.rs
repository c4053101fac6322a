//! Signing in: asking, then proving the address by the mailed link or, in the browser that asked, by the
//! code.

use multitude_domain::code::read_code;
use multitude_domain::email::{count_email, fold_email};
use multitude_domain::locale::Locale;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::session::{NewSession, start_session};
use super::user::account_of;
use super::{letters, sql};
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose, is_same, token_hash};
use crate::{on, rows};

/// Link and code work for so long.
pub const SIGN_IN_WITHIN: Span = Span::minutes(15);
/// As many wrong codes as one mail stands.
pub const CODE_TRIES_MAX: i64 = 5;
/// As many mails as an address gets in [`ASKED_WITHIN`], and as many as all its tags together: they do not
/// use up its own. One more waits until there is room; while it does, nothing else is mailed.
const ASKED_MAX: usize = 8;
const ASKED_WITHIN: Span = Span::hours(1);
/// Sign-ins are kept so long after their end.
const KEPT: Span = Span::days(1);

/// Somebody asks to sign in.
#[derive(Debug, Clone)]
pub struct AskSignIn {
    /// The address, as the form checked it.
    pub email: String,
    /// The language of the mail.
    pub locale: Locale,
    /// The keyed hash of the asking browser's own secret.
    pub browser: [u8; 32],
}

/// What came of proving an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in.
    Started(NewSession),
    /// It is not six digits, which is no try.
    NoCode,
    /// Another code was mailed.
    WrongCode,
    /// That was one code too many.
    TooManyTries,
    /// It was used, its time is over, or this browser never asked.
    Ended,
}

/// The code of a sign-in; it belongs to the browser that asked.
pub(crate) fn sign_in_code(keys: &Keys, id: Uuid, browser_hash: &[u8]) -> String {
    keys.code(Purpose::SignInCode, &[id.as_bytes().as_slice(), browser_hash].concat())
}

/// Mails link and code, whether there is an account or not: at once, or within [`ASKED_WITHIN`] where there
/// were many. Nobody who asks in another's name keeps a mail from them.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn ask_sign_in(tx: &mut Tx, keys: &Keys, ask: &AskSignIn) -> Result<(), StoreError> {
    let (email, counted, now) = (fold_email(&ask.email), count_email(&ask.email), tx.wall_now());
    let since = Timestamp::from_micros(now.as_micros().saturating_sub(ASKED_WITHIN.as_micros()));
    let most = i64::try_from(ASKED_MAX).unwrap_or(i64::MAX);
    let asked: Vec<i64> = on!(tx, c => sqlx::query_scalar(sql::ASKED)
        .bind(&counted).bind(since.as_micros()).bind(email == counted).bind(most).fetch_all(c).await)?;
    if asked.first().is_some_and(|latest| *latest > now.as_micros()) {
        return Ok(());
    }
    let full = asked.get(ASKED_MAX.saturating_sub(1));
    let leaves_at = full.map_or(now, |first| Timestamp::from_micros(*first).plus(ASKED_WITHIN));
    let id = tx.uuid();
    let token = keys.token(Purpose::SignInLink, id.as_bytes());
    rows!(
        tx,
        sqlx::query(sql::ADD_SIGN_IN)
            .bind(id)
            .bind(&email)
            .bind(ask.locale.code())
            .bind(token_hash(&token).as_slice())
            .bind(ask.browser.as_slice())
            .bind(leaves_at.as_micros())
            .bind(leaves_at.plus(SIGN_IN_WITHIN).as_micros())
            .bind(&counted)
    )?;
    // Mails leave in business time.
    let send_at = tx.now().await?.plus(leaves_at.since(now));
    letters::queue_sign_in(tx, &email, id, send_at).await
}

/// The address that a link would sign in; looking changes nothing.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_sign_in(tx: &mut Tx, token: &str) -> Result<Option<String>, StoreError> {
    let now = tx.wall_now().as_micros();
    Ok(on!(tx, c => sqlx::query_scalar(sql::BY_LINK)
        .bind(token_hash(token).as_slice()).bind(now).fetch_optional(c).await)?)
}

/// Signs in by the link, in any browser, once.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn sign_in_by_link(tx: &mut Tx, token: &str) -> Result<SignInOutcome, StoreError> {
    let now = tx.wall_now().as_micros();
    let used: Option<(String, String)> = on!(tx, c => sqlx::query_as(sql::USE_LINK)
        .bind(token_hash(token).as_slice()).bind(now).fetch_optional(c).await)?;
    start(tx, used).await
}

/// Signs in by the code, in the browser that asked, once. A wrong code is an outcome and no error: the try
/// counts.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn sign_in_by_code(
    tx: &mut Tx,
    keys: &Keys,
    browser: &[u8; 32],
    code: &str,
) -> Result<SignInOutcome, StoreError> {
    let Some(code) = read_code(code) else { return Ok(SignInOutcome::NoCode) };
    let now = tx.wall_now().as_micros();
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(sql::LATEST_OF_BROWSER)
        .bind(browser.as_slice()).bind(now).fetch_optional(c).await)?;
    let Some(id) = id else { return Ok(SignInOutcome::Ended) };
    let tries: Option<i64> = on!(tx, c => sqlx::query_scalar(sql::COUNT_TRY)
        .bind(id).bind(CODE_TRIES_MAX).fetch_optional(c).await)?;
    let Some(tries) = tries else { return Ok(SignInOutcome::TooManyTries) };
    if !is_same(&code, &sign_in_code(keys, id, browser)) {
        return Ok(if tries < CODE_TRIES_MAX {
            SignInOutcome::WrongCode
        } else {
            SignInOutcome::TooManyTries
        });
    }
    let used: Option<(String, String)> =
        on!(tx, c => sqlx::query_as(sql::USE_CODE).bind(id).bind(now).fetch_optional(c).await)?;
    start(tx, used).await
}

async fn start(tx: &mut Tx, proved: Option<(String, String)>) -> Result<SignInOutcome, StoreError> {
    let Some((email, locale)) = proved else { return Ok(SignInOutcome::Ended) };
    let account = account_of(tx, &email, locale.parse().unwrap_or(Locale::De)).await?;
    Ok(SignInOutcome::Started(start_session(tx, account).await?))
}

/// Forgets sign-ins and sessions that ended.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn forget_old(tx: &mut Tx) -> Result<(), StoreError> {
    let now = tx.wall_now().as_micros();
    rows!(tx, sqlx::query(sql::FORGET_SIGN_INS).bind(now.saturating_sub(KEPT.as_micros())))?;
    rows!(tx, sqlx::query(sql::FORGET_SESSIONS).bind(now))?;
    Ok(())
}
