//! What is mailed to somebody who signs in.

use multitude_domain::email::shown_email;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_words::format::time_of_day;
use uuid::Uuid;

use super::{sign_in_code, sql};
use crate::db::{StoreError, Tx};
use crate::keys::Purpose;
use crate::mail::{Block, Letter, LetterKind, NewMail, Writing, letters, queue};
use crate::on;
use crate::words::{Texts, words_of};

letters! {
    /// A letter about an account.
    AccountLetter {
        /// Link and code to sign in.
        SignIn = "sign_in"
    }
}

/// Queues link and code for somebody who asked to sign in.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(super) async fn queue_sign_in(
    tx: &mut Tx,
    email: &str,
    sign_in: Uuid,
    send_at: Timestamp,
) -> Result<(), StoreError> {
    let kind = LetterKind::Account(AccountLetter::SignIn);
    queue(tx, &[NewMail::about(sign_in, kind, email.to_owned(), send_at)]).await
}

/// The letter; none where it is too late.
///
/// # Errors
/// [`StoreError`] where the database does not answer, or has what this version does not understand.
pub(crate) async fn write(
    tx: &mut Tx,
    writing: &Writing<'_>,
    kind: AccountLetter,
) -> Result<Option<Letter>, StoreError> {
    match kind {
        AccountLetter::SignIn => sign_in(tx, writing).await,
    }
}

async fn sign_in(tx: &mut Tx, writing: &Writing<'_>) -> Result<Option<Letter>, StoreError> {
    let found: Option<(Uuid, String, String, Vec<u8>, i64)> =
        on!(tx, c => sqlx::query_as(sql::SIGN_IN).bind(writing.subject).fetch_optional(c).await)?;
    let Some((id, email, locale, browser, ends_at)) = found else { return Ok(None) };
    let ends_at = Timestamp::from_micros(ends_at);
    if ends_at <= tx.wall_now() {
        return Ok(None);
    }
    let locale: Locale = locale.parse().map_err(|_| StoreError::Impossible {
        table: "sign_ins",
        column: "locale",
        id: id.to_string(),
    })?;
    let w = words_of(locale);
    let token = writing.keys.token(Purpose::SignInLink, id.as_bytes());
    let link = writing.address(locale, &format!("sign-in/{token}"));
    let blocks = vec![
        Block::Text(w.accounts_sign_in_text(shown_email(&email), time_of_day(w.locale, ends_at))),
        Block::Action(w.accounts_sign_in_button().to_owned(), link),
        Block::Text(w.accounts_sign_in_code().to_owned()),
        Block::Code(sign_in_code(writing.keys, id, &browser)),
        Block::Text(w.accounts_sign_in_other().to_owned()),
    ];
    Ok(Some(Letter {
        subject: w.accounts_sign_in_subject().to_owned(),
        locale,
        hello: w.letter_hello_nobody().to_owned(),
        blocks,
        footer: w.letter_footer(writing.site(), shown_email(&email)),
    }))
}
