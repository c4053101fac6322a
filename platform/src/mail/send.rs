//! Sending what is due. A mail is claimed before it leaves, so that no two processes send it, and marked
//! afterwards: killed in between, it is sent again once the claim has run out, under the same id.

use std::time::Duration;

use lettre::Tokio1Executor;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransport;
use multitude_domain::time::Span;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::Letter;
use super::post::{Post, SendError, Transport, hand_over};
use super::sql;
use super::writing::Writing;
use crate::Desk;
use crate::db::{StoreError, Tx};
use crate::keys::Keys;
use crate::{on, rows, rows_many};

/// As many as one round captures …
const CAPTURED_AT_ONCE: i64 = 250;
/// … or hands to the mail server, all at the same time.
const HANDED_AT_ONCE: i64 = 8;
/// A mail server that has not answered by then is asked again later.
const HANDED_WITHIN: Duration = Duration::from_mins(2);
/// For so long a mail is in the hands of whoever claimed it: longer than handing it over takes.
const CLAIM: Span = Span::minutes(5);
/// When a mail that did not leave is tried again; after the last it is given up: in four to five days (RFC
/// 5321, section 4.5.4.1).
const AGAIN: [Span; 10] = [
    Span::minutes(1),
    Span::minutes(5),
    Span::minutes(30),
    Span::hours(2),
    Span::hours(6),
    Span::hours(12),
    Span::hours(24),
    Span::hours(24),
    Span::hours(24),
    Span::hours(24),
];
/// So often a mail is tried that the server refuses: what it refuses may be us, for a while.
const REFUSED_MAX: i64 = 3;
/// How long it is remembered what was sent …
const SENT_KEPT: Span = Span::days(7);
/// … and what was given up, or asked for a proof.
const MAILS_KEPT: Span = Span::days(30);
/// How many the demo world keeps.
const CAPTURED_MAX: i64 = 500;

#[derive(Debug, Clone, sqlx::FromRow)]
struct MailRow {
    id: Uuid,
    letter: String,
    email: String,
    subject_id: Uuid,
    detail_id: Option<Uuid>,
    tries: i64,
    send_at: i64,
}

/// Whether a mail is due.
pub(crate) async fn has_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let (now, wall) = (tx.now().await?.as_micros(), tx.wall_now().as_micros());
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_DUE).bind(now).bind(wall).fetch_one(c).await)?)
}

/// How many mails are due and wait, and how many were given up lately.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn count_unsent(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let now = tx.now().await?.as_micros();
    Ok(on!(tx, c => sqlx::query_as(sql::COUNT_BY_END).bind(now).fetch_one(c).await)?)
}

/// Sends what is due, one round of it, which is over within minutes; says how many were looked at. Without a
/// transport nothing is. Any number of processes may send at once.
///
/// # Errors
/// [`StoreError`] where the database does not answer. A mail server that does not is no error: it is tried
/// again later.
pub async fn send_due(desk: &Desk) -> Result<usize, StoreError> {
    let limit = match &desk.post.transport {
        Transport::Off => return Ok(0),
        Transport::Captured => CAPTURED_AT_ONCE,
        Transport::Smtp { .. } => HANDED_AT_ONCE,
    };
    // An idle site writes nothing.
    if !desk.db.read(async |tx| has_due(tx).await).await? {
        return Ok(0);
    }
    let due = desk.db.write(async move |tx| claim(tx, limit).await).await?;
    let count = due.len();
    let Written { letters, unreadable } = write_all(desk, due).await?;
    for mail in unreadable {
        later(desk, mail).await?;
    }
    match &desk.post.transport {
        Transport::Off => {}
        Transport::Captured => {
            let end = |(mail, letter): (MailRow, Option<Letter>)| {
                let state = if letter.is_some() { "sent" } else { "dropped" };
                Ended { mail, state, captured: letter }
            };
            finish(desk, letters.into_iter().map(end).collect()).await?;
        }
        Transport::Smtp { server, from } => {
            let mut handing = JoinSet::new();
            for (mail, letter) in letters {
                let (desk, server, from) = (desk.clone(), server.clone(), from.clone());
                handing.spawn(async move { deliver(&desk, &server, &from, mail, letter).await });
            }
            for delivered in handing.join_all().await {
                delivered?;
            }
        }
    }
    Ok(count)
}

/// Takes mails that are due and in nobody's hands, the longest due first, at most `limit`.
async fn claim(tx: &mut Tx, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    let (now, wall) = (tx.now().await?, tx.wall_now());
    let mut claimed: Vec<MailRow> = on!(tx, c => sqlx::query_as(sql::CLAIM)
        .bind(now.as_micros())
        .bind(wall.as_micros())
        .bind(wall.plus(CLAIM).as_micros())
        .bind(limit)
        .fetch_all(c).await)?;
    claimed.sort_by_key(|mail| (mail.send_at, mail.id));
    Ok(claimed)
}

/// Hands one mail over and marks what became of it.
async fn deliver(
    desk: &Desk,
    server: &AsyncSmtpTransport<Tokio1Executor>,
    from: &Mailbox,
    mail: MailRow,
    letter: Option<Letter>,
) -> Result<(), StoreError> {
    let Some(letter) = letter else { return finish_one(desk, mail, "dropped").await };
    let handing = hand_over(server, from, mail.id, &mail.email, &letter);
    let handed = tokio::time::timeout(HANDED_WITHIN, handing)
        .await
        .unwrap_or_else(|_| Err(SendError::Later("no answer in time".to_owned())));
    match handed {
        Ok(()) => finish_one(desk, mail, "sent").await,
        Err(SendError::Refused(why)) if mail.tries.saturating_add(1) >= REFUSED_MAX => {
            tracing::warn!(mail.id = %mail.id, why, "the mail server does not take this mail");
            finish_one(desk, mail, "failed").await
        }
        Err(SendError::Refused(why) | SendError::Later(why)) => {
            tracing::warn!(mail.id = %mail.id, why, "a mail did not leave");
            later(desk, mail).await
        }
    }
}

/// What became of writing some mails.
#[derive(Default)]
struct Written {
    /// Each with its letter; none where there is nothing to say any more.
    letters: Vec<(MailRow, Option<Letter>)>,
    /// What they are about stands in rows that this version does not understand.
    unreadable: Vec<MailRow>,
}

/// Writes letters, from what is true now. One that cannot be written does not keep the others back.
async fn write_all(desk: &Desk, due: Vec<MailRow>) -> Result<Written, StoreError> {
    let (keys, post) = (desk.keys.clone(), desk.post.clone());
    let write = async move |tx: &mut Tx| {
        let mut written = Written::default();
        for mail in due {
            match write_one(tx, &keys, &post, &mail).await {
                Ok(letter) => written.letters.push((mail, letter)),
                Err(error @ StoreError::Impossible { .. }) => {
                    tracing::error!(mail.id = %mail.id, %error, "a mail cannot be written");
                    written.unreadable.push(mail);
                }
                Err(error) => return Err(error),
            }
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
    let kind = LetterKind::named(&mail.letter).ok_or_else(|| StoreError::Impossible {
        table: "mails",
        column: "letter",
        id: mail.id.to_string(),
    })?;
    let (subject, detail) = (mail.subject_id, mail.detail_id);
    Writing { keys, post, subject, detail, email: &mail.email }.write(tx, kind).await
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
pub(crate) async fn forget_old(tx: &mut Tx) -> Result<(), StoreError> {
    let now = tx.now().await?.as_micros();
    let before = |kept: Span| now.saturating_sub(kept.as_micros());
    rows!(tx, sqlx::query(sql::FORGET_MAILS).bind(before(SENT_KEPT)).bind(before(MAILS_KEPT)))?;
    rows!(tx, sqlx::query(sql::FORGET_CAPTURED).bind(CAPTURED_MAX))?;
    Ok(())
}
