//! Sending what is due. A mail is marked after it left: killed in between, it is sent again, under the same id.

use multitude_domain::UnknownState;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::Letter;
use super::post::{Post, SendError, Transport, hand_over};
use super::{sql, team, write};
use crate::Desk;
use crate::db::{StoreError, Tx};
use crate::keys::Keys;
use crate::{on, rows, rows_many};

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
    campaign_id: Option<Uuid>,
    tries: i64,
}

/// Whether a mail is due.
pub(crate) async fn has_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?.as_micros();
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_DUE).bind(now).fetch_one(c).await)?)
}

/// How many mails are due and wait, and how many were given up lately.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn count_unsent(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let now = tx.now().await?.as_micros();
    Ok(on!(tx, c => sqlx::query_as(sql::COUNT_BY_END).bind(now).fetch_one(c).await)?)
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
    match &desk.post.transport {
        Transport::Off => {}
        Transport::Captured => {
            let written = write_all(desk, due).await?;
            finish(
                desk,
                written
                    .into_iter()
                    .map(|(mail, letter)| {
                        let state = if letter.is_some() { "sent" } else { "dropped" };
                        Ended { mail, state, captured: letter }
                    })
                    .collect(),
            )
            .await?;
        }
        Transport::Smtp { server, from } => {
            for mail in due {
                // Not before its turn: the one before may have taken a while.
                let Some((mail, letter)) = write_all(desk, vec![mail]).await?.pop() else { continue };
                let Some(letter) = letter else {
                    finish_one(desk, mail, "dropped").await?;
                    continue;
                };
                match hand_over(server, from, mail.id, &mail.email, &letter).await {
                    Ok(()) => finish_one(desk, mail, "sent").await?,
                    Err(SendError::Refused(why)) => {
                        tracing::warn!(mail.id = %mail.id, why, "the mail server does not take this mail");
                        finish_one(desk, mail, "failed").await?;
                    }
                    Err(SendError::Later(why)) => {
                        tracing::warn!(mail.id = %mail.id, why, "a mail did not leave");
                        later(desk, mail).await?;
                    }
                }
            }
        }
    }
    Ok(count)
}

/// Writes letters, from what is true now; none where there is nothing to say any more.
async fn write_all(desk: &Desk, due: Vec<MailRow>) -> Result<Vec<(MailRow, Option<Letter>)>, StoreError> {
    let (keys, post) = (desk.keys.clone(), desk.post.clone());
    let write = async move |tx: &mut Tx| {
        let mut written = Vec::with_capacity(due.len());
        for mail in due {
            let letter = write_one(tx, &keys, &post, &mail).await?;
            written.push((mail, letter));
        }
        Ok::<_, StoreError>(written)
    };
    desk.db.read(write).await
}

async fn write_one(
    tx: &mut Tx,
    keys: &Keys,
    post: &Post,
    mail: &MailRow,
) -> Result<Option<Letter>, StoreError> {
    let kind: LetterKind = mail.letter.parse().map_err(|UnknownState| StoreError::Impossible {
        table: "mails",
        column: "letter",
        id: mail.id.to_string(),
    })?;
    match (mail.pledge_id, mail.sign_in_id, mail.campaign_id) {
        (Some(pledge), ..) => write::pledge_letter(tx, keys, post, kind, pledge, &mail.email).await,
        (None, Some(sign_in), _) => write::sign_in_letter(tx, keys, post, sign_in).await,
        (None, None, Some(campaign)) => team::letter(tx, post, kind, campaign, &mail.email).await,
        (None, None, None) => Ok(None),
    }
}

/// A mail's end.
struct Ended {
    mail: MailRow,
    state: &'static str,
    /// Its letter, where it is kept instead of sent.
    captured: Option<Letter>,
}

async fn finish_one(desk: &Desk, mail: MailRow, state: &'static str) -> Result<(), StoreError> {
    finish(desk, vec![Ended { mail, state, captured: None }]).await
}

async fn finish(desk: &Desk, ended: Vec<Ended>) -> Result<(), StoreError> {
    let write = async move |tx: &mut Tx| {
        let now = tx.now().await?.as_micros();
        let done = rows_many!(tx, sql::FINISH, ended, |one| [one.mail.id, one.state, now])?;
        if usize::try_from(done) != Ok(ended.len()) {
            // Somebody else was at it: whatever is still due is seen by the next round.
            return Err(StoreError::ChangedMeanwhile { what: "mail" });
        }
        let captured: Vec<(Uuid, &str, &Letter)> = ended
            .iter()
            .filter_map(|one| Some((tx.uuid(), one.mail.email.as_str(), one.captured.as_ref()?)))
            .collect();
        rows_many!(tx, sql::CAPTURE, captured, |(id, email, letter)| [
            *id,
            *email,
            letter.subject.as_str(),
            letter.text(),
            letter.html(),
            now,
        ])?;
        Ok(())
    };
    desk.db.write(write).await
}

async fn later(desk: &Desk, mail: MailRow) -> Result<(), StoreError> {
    let again = usize::try_from(mail.tries).ok().and_then(|tries| AGAIN.get(tries).copied());
    let Some(again) = again else { return finish_one(desk, mail, "failed").await };
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
