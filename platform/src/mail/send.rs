//! Sending what is due. A mail is marked after it left: killed in between, it is sent again, under the same id.

use multitude_domain::UnknownState;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::Letter;
use super::post::{SendError, Transport, hand_over};
use super::{sql, write};
use crate::Desk;
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// As many as one round sends.
const MAILS_MAX: i64 = 50;
/// When a mail that did not leave is tried again; after the last it is given up.
const AGAIN: [Span; 6] =
    [Span::minutes(1), Span::minutes(5), Span::minutes(30), Span::hours(2), Span::hours(6), Span::hours(12)];
/// How long it is remembered what was sent.
const MAILS_KEPT: Span = Span::days(30);
/// How many the demo world keeps.
const CAPTURED_MAX: i64 = 500;

#[derive(Debug, Clone, sqlx::FromRow)]
struct MailRow {
    id: Uuid,
    letter: String,
    email: String,
    pledge_id: Option<Uuid>,
    sign_in_id: Option<Uuid>,
    tries: i64,
}

/// Whether a mail is due.
pub(crate) async fn has_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?.as_micros();
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_DUE).bind(now).fetch_one(c).await)?)
}

/// Sends what is due, at most some at once; says how many were looked at. Without a transport nothing is.
///
/// # Errors
/// [`StoreError`] where the database does not answer. A mail server that does not is no error: it is tried again later.
pub async fn send_due(desk: &Desk) -> Result<usize, StoreError> {
    if !desk.post.leaves() {
        return Ok(0);
    }
    let due: Vec<MailRow> = desk
        .db
        .read(async |tx| {
            let now = tx.now().await?.as_micros();
            let due = on!(tx, c => sqlx::query_as(sql::DUE).bind(now).bind(MAILS_MAX).fetch_all(c).await)?;
            Ok::<_, StoreError>(due)
        })
        .await?;
    let count = due.len();
    for mail in due {
        send(desk, mail).await?;
    }
    Ok(count)
}

async fn send(desk: &Desk, mail: MailRow) -> Result<(), StoreError> {
    let (keys, post, row) = (desk.keys.clone(), desk.post.clone(), mail.clone());
    let written = desk.db.read(async move |tx| {
        let kind: LetterKind = row.letter.parse().map_err(|UnknownState| StoreError::Impossible {
            table: "mails",
            column: "letter",
            id: row.id.to_string(),
        })?;
        match (row.pledge_id, row.sign_in_id) {
            (Some(pledge), _) => write::pledge_letter(tx, &keys, &post, kind, pledge, &row.email).await,
            (None, Some(sign_in)) => write::sign_in_letter(tx, &keys, &post, sign_in).await,
            (None, None) => Ok(None),
        }
    });
    let Some(letter) = written.await? else { return finish(desk, mail, "dropped", None).await };
    match &desk.post.transport {
        Transport::Off => Ok(()),
        Transport::Captured => finish(desk, mail, "sent", Some(letter)).await,
        Transport::Smtp { server, from } => {
            match hand_over(server, from, mail.id, &mail.email, &letter).await {
                Ok(()) => finish(desk, mail, "sent", None).await,
                Err(SendError::Refused(why)) => {
                    tracing::warn!(mail.id = %mail.id, why, "the mail server does not take this mail");
                    finish(desk, mail, "failed", None).await
                }
                Err(SendError::Later(why)) => {
                    tracing::warn!(mail.id = %mail.id, why, "a mail did not leave");
                    later(desk, mail).await
                }
            }
        }
    }
}

/// The mail's end; with its letter where it is captured.
async fn finish(desk: &Desk, mail: MailRow, state: &str, captured: Option<Letter>) -> Result<(), StoreError> {
    let state = state.to_owned();
    let write = async move |tx: &mut Tx| {
        let now = tx.now().await?.as_micros();
        let done = rows!(tx, sqlx::query(sql::FINISH).bind(mail.id).bind(&state).bind(now))?;
        if let (1, Some(letter)) = (done, &captured) {
            let id = tx.uuid();
            rows!(
                tx,
                sqlx::query(sql::CAPTURE)
                    .bind(id)
                    .bind(&mail.email)
                    .bind(&letter.subject)
                    .bind(letter.text())
                    .bind(letter.html())
                    .bind(now)
            )?;
        }
        Ok(())
    };
    desk.db.write(write).await
}

async fn later(desk: &Desk, mail: MailRow) -> Result<(), StoreError> {
    let again = usize::try_from(mail.tries).ok().and_then(|tries| AGAIN.get(tries).copied());
    let Some(again) = again else { return finish(desk, mail, "failed", None).await };
    let write = async move |tx: &mut Tx| {
        let at = tx.now().await?.plus(again).as_micros();
        rows!(tx, sqlx::query(sql::LATER).bind(mail.id).bind(at))?;
        Ok::<(), StoreError>(())
    };
    desk.db.write(write).await
}

/// Forgets what was sent long ago.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn forget_old(tx: &mut Tx) -> Result<(), StoreError> {
    let before = Timestamp::from_micros(tx.now().await?.as_micros().saturating_sub(MAILS_KEPT.as_micros()));
    rows!(tx, sqlx::query(sql::FORGET_MAILS).bind(before.as_micros()))?;
    rows!(tx, sqlx::query(sql::FORGET_CAPTURED).bind(CAPTURED_MAX))?;
    Ok(())
}
