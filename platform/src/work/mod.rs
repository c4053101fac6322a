//! Work that goes on beside requests: sealing the ledger, asking providers. Any number of processes may run
//! it; a lease lets one at a time do each kind, and all of it is safe to do twice or to be cut off anywhere.

mod pace;
mod sql;

use std::time::Duration;

use multitude_domain::time::Span;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::db::{Db, StoreError};
use crate::pledges::attempts;
use crate::settlement::{has_due, settle_due};
use crate::{Desk, campaigns, ledger, mail, on, outbox, personal, rows};
use pace::Pace;

/// Who holds a lease loses it when it has not renewed it for so long. A round that takes longer may meet
/// another process's: that costs work, never correctness.
const LEASE: Span = Span::seconds(3);

/// A round that is under way when the process is told to stop has so long to end; then it is left where it
/// is.
const END_WITHIN: Duration = Duration::from_secs(5);

/// A round of mails writes so often, letters apart: events, what ripened, claims and ends.
const OWN_WRITES: u64 = 4;

/// One kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Sealing the ledger.
    Seal,
    /// Asking providers about attempts.
    Ask,
    /// Moving campaigns on.
    Settle,
    /// Making deliveries of events.
    Dispatch,
    /// Queueing and sending mails.
    Mail,
    /// Forgetting what is past.
    Forget,
}

impl Task {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Seal, Self::Ask, Self::Settle, Self::Dispatch, Self::Mail, Self::Forget];

    const fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Ask => "ask",
            Self::Settle => "settle",
            Self::Dispatch => "dispatch",
            Self::Mail => "mail",
            Self::Forget => "forget",
        }
    }

    /// How long it rests between rounds.
    const fn pause(self) -> Duration {
        match self {
            Self::Dispatch => Duration::from_millis(250),
            Self::Seal | Self::Mail => Duration::from_millis(500),
            Self::Ask | Self::Settle => Duration::from_secs(1),
            Self::Forget => Duration::from_mins(10),
        }
    }
}

/// Works until told to stop; then finishes the round it is in, for a while. A provider or a mail server that
/// does not answer holds nothing up: whatever a round does may be cut off anywhere.
pub async fn work(desk: Desk, stop: CancellationToken) {
    let holder = desk.db.ambient().uuid();
    let tasks = Task::ALL.map(|task| tokio::spawn(repeat(desk.clone(), task, holder, stop.clone())));
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a worker ended before its time");
        }
    }
}

/// Seals until told to stop: for a command that writes a lot and has nobody working beside it.
pub(crate) async fn seal_beside(desk: Desk, stop: CancellationToken) {
    let holder = desk.db.ambient().uuid();
    repeat(desk, Task::Seal, holder, stop).await;
}

async fn repeat(desk: Desk, task: Task, holder: Uuid, stop: CancellationToken) {
    while tokio::time::timeout(task.pause(), stop.clone().cancelled_owned()).await.is_err() {
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(END_WITHIN).await;
        };
        tokio::select! {
            done = round(&desk, task, holder, &stop) => if let Err(error) = done {
                tracing::error!(work = task.name(), %error, "a round of work failed; it is tried again");
            },
            () = too_late => tracing::warn!(work = task.name(), "a round of work did not end in time and is left"),
        }
    }
}

impl Task {
    /// Whether what it does rests on what time it is, and cannot be undone.
    const fn decides_by_the_clock(self) -> bool {
        match self {
            Self::Seal | Self::Ask | Self::Settle | Self::Forget => true,
            Self::Dispatch | Self::Mail => false,
        }
    }
}

/// One round; nothing where the clock is not to be believed. Whether there is anything to do is asked of a
/// reader first, so that an idle site writes nothing.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the next round tries again.
pub async fn round(
    desk: &Desk,
    task: Task,
    holder: Uuid,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    if task.decides_by_the_clock() && desk.db.check_clock().await?.is_err() {
        return Ok(());
    }
    if !has_work(desk, task).await? || !take_lease(&desk.db, task, holder).await? {
        return Ok(());
    }
    match task {
        Task::Seal => ledger::seal_all(&desk.db).await?,
        Task::Ask => {
            attempts::ask_due(desk).await?;
        }
        Task::Dispatch => {
            let mut pace = Pace::of(&desk.db);
            while !stop.is_cancelled() && desk.db.write(async |tx| outbox::dispatch(tx).await).await? > 0 {
                pace.rest(1).await;
            }
        }
        Task::Mail => send_mail(desk, stop).await?,
        Task::Forget => {
            desk.db.write(async |tx| personal::forget(tx).await).await?;
        }
        Task::Settle => {
            settle_due(desk).await?;
            if desk.db.read(async |tx| campaigns::has_reminders(tx).await).await? {
                desk.db.write(async |tx| campaigns::remind(tx).await).await?;
            }
        }
    }
    Ok(())
}

/// Queues what follows from what happened and from time, then sends what is due, as long as there is any and
/// nobody says stop.
async fn send_mail(desk: &Desk, stop: &CancellationToken) -> Result<(), StoreError> {
    let mut pace = Pace::of(&desk.db);
    while !stop.is_cancelled() {
        let queued = desk.db.write(async |tx| mail::queue_events(tx).await).await?;
        // What time brings is remembered as brought: a clock that jumped brings nothing.
        let is_ripe =
            desk.db.read(async |tx| mail::has_ripe(tx).await).await? && desk.db.check_clock().await?.is_ok();
        let ripe = if is_ripe { desk.db.write(async |tx| mail::queue_ripe(tx).await).await? } else { 0 };
        let sent = mail::send_due(desk).await?;
        if queued == 0 && ripe == 0 && sent == 0 {
            break;
        }
        // By SMTP each letter is marked by itself.
        pace.rest(OWN_WRITES.saturating_add(u64::try_from(sent).unwrap_or(u64::MAX))).await;
    }
    Ok(())
}

/// Whether there is any of that work now.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn has_work(desk: &Desk, task: Task) -> Result<bool, StoreError> {
    let leaves = desk.post.leaves();
    desk.db
        .read(async move |tx| {
            Ok(match task {
                Task::Seal => on!(tx, c => sqlx::query_scalar(sql::HAS_UNSEALED).fetch_one(c).await)?,
                Task::Settle => has_due(tx).await? || campaigns::has_reminders(tx).await?,
                Task::Dispatch => outbox::has_undispatched(tx).await?,
                Task::Mail => {
                    outbox::has_deliveries(tx, outbox::Consumer::Mail).await?
                        || mail::has_ripe(tx).await?
                        || (leaves && mail::has_due(tx).await?)
                }
                Task::Forget => true,
                Task::Ask => {
                    let now = tx.now().await?.as_micros();
                    on!(tx, c => sqlx::query_scalar(sql::HAS_DUE).bind(now).fetch_one(c).await)?
                }
            })
        })
        .await
}

/// Takes or renews the lease of one kind of work, in wall time; whether `holder` has it now.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn take_lease(db: &Db, task: Task, holder: Uuid) -> Result<bool, StoreError> {
    db.write(async move |tx| {
        let now = tx.wall_now();
        let taken = rows!(
            tx,
            sqlx::query(sql::TAKE)
                .bind(task.name())
                .bind(holder)
                .bind(now.plus(LEASE).as_micros())
                .bind(now.as_micros())
        )?;
        Ok(taken == 1)
    })
    .await
}
