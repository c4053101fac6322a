//! SQLite: one writer connection with group commit, and a pool of read-only connections beside it.
//!
//! Each caller waits its turn for the writer, runs its use case in a savepoint of the open transaction and
//! leaves a ticket. Whoever finds nobody waiting behind it, or enough tickets, commits; only then are all of
//! them answered. A caller may vanish at any point: its savepoint is undone by the next. Entering and leaving
//! one is not cut short, nor is a commit; one that nobody is left to make is made by a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::identity::Identity;
use super::undisturbed::{begin, undisturbed};
use super::{CarriesStoreError, Held, StoreError, Tx, migrate};
use crate::ambient::Ambient;

/// More tickets than this do not wait for one commit.
const TICKETS_MAX: usize = 64;
const READERS_MAX: u32 = 3;
/// As much of the file is mapped into memory, once for all connections.
const MAPPED_BYTES: &str = "33554432";
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// So often the writer is looked for while another process has it. SQLite's own way of waiting looks less and
/// less often, and misses a gap as short as [`REST`].
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// A writer that is used without a pause rests so often …
const REST_EVERY: Duration = Duration::from_millis(500);
/// … for so long: another process, as that of a command, would hardly ever find it free.
const REST: Duration = Duration::from_millis(4);

#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    writer: Arc<Writer>,
    readers: SqlitePool,
    glances: Arc<Mutex<SqliteConnection>>,
}

#[derive(Debug)]
struct Writer {
    lane: Arc<Mutex<Lane>>,
    waiting: AtomicUsize,
    /// Somebody had it since it last rested.
    is_used: AtomicBool,
    identity: Arc<Option<Identity>>,
}

/// The writer connection and what is open on it.
#[derive(Debug)]
struct Lane {
    conn: SqliteConnection,
    is_open: bool,
    /// A caller is inside its savepoint; still set at the next turn when that caller vanished.
    in_savepoint: bool,
    tickets: Vec<oneshot::Sender<Result<(), String>>>,
    /// None where the file is only looked at.
    identity: Arc<Option<Identity>>,
}

impl Sqlite {
    pub(super) async fn open(path: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // `INSERT OR REPLACE` deletes, which the books' triggers see only so.
            .pragma("recursive_triggers", "ON")
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-8000")
            .pragma("mmap_size", MAPPED_BYTES)
            .statement_cache_capacity(256);
        let mut conn = options.connect().await?;
        migrate::migrations(migrate::Dialect::Sqlite).run(&mut conn).await?;
        let options = options.read_only(true).create_if_missing(false).pragma("cache_size", "-2000");
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            // No network lies between: what was sound when it was given back is sound.
            .test_before_acquire(false)
            // They read from the mapped file; what is beyond it is kept by the operating system.
            .connect_with(options.clone())
            .await?;
        let glances = options.connect().await?;
        // From here on [`Lane::begin`] does the waiting.
        sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut conn).await?;
        let identity = Identity::of(path).map_err(sqlx::Error::Io)?;
        let writer = Arc::new(Writer::new(conn, Some(identity)));
        writer.rest_now_and_then();
        Ok(Self { writer, readers, glances: Arc::new(Mutex::new(glances)) })
    }

    /// Opens a file as it is, for reading only; says which migrations were applied. Where nobody has it open,
    /// nobody is assumed to open it meanwhile: so not even the files beside it are made.
    pub(super) async fn look(path: &str) -> Result<(Self, Vec<i64>), StoreError> {
        let is_open = std::path::Path::new(&format!("{path}-wal")).exists();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(!is_open)
            .busy_timeout(BUSY_TIMEOUT);
        let mut conn = options.connect().await?;
        let has_any = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')";
        let has_any: bool = sqlx::query_scalar(has_any).fetch_one(&mut conn).await?;
        let applied = if has_any {
            sqlx::query_scalar(migrate::APPLIED).fetch_all(&mut conn).await?
        } else {
            Vec::new()
        };
        let readers = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let glances = options.connect().await?;
        let writer = Arc::new(Writer::new(conn, None));
        Ok((Self { writer, readers, glances: Arc::new(Mutex::new(glances)) }, applied))
    }

    pub(super) async fn write<T, E>(
        &self,
        ambient: &Ambient,
        mut work: impl AsyncFnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: CarriesStoreError,
    {
        let mut turn = self.writer.turn().await;
        let turn = undisturbed(async move {
            turn.lane().enter().await?;
            Ok(turn)
        })
        .await?;
        let mut tx = Tx::new(Held::SqliteWriter(turn), ambient);
        let outcome = work(&mut tx).await;
        let Held::SqliteWriter(mut turn) = tx.held else {
            unreachable!("a transaction keeps what it was given")
        };
        if let Err(error) = &outcome
            && let Some(error) = error.store_error()
        {
            self.note_damage(error);
        }
        let keep = outcome.is_ok();
        let ticket = undisturbed(async move {
            turn.lane().leave(keep).await?;
            let ticket = turn.ticket();
            turn.end();
            Ok(ticket)
        })
        .await?;
        // A refusal waits too: it may rest on a neighbour's writes, which are only true once committed.
        match ticket.await {
            Ok(Ok(())) => outcome,
            Ok(Err(reason)) => Err(StoreError::Commit(reason).into()),
            Err(_) => Err(StoreError::Commit("the writer stopped".to_owned()).into()),
        }
    }

    /// The connection for single queries, which are done before the next one could begin. Nothing is ever
    /// open on it, so nobody looks after it between two of them, as a pool would.
    pub(super) async fn glance(&self) -> OwnedMutexGuard<SqliteConnection> {
        Arc::clone(&self.glances).lock_owned().await
    }

    pub(super) async fn read<T, E>(
        &self,
        ambient: &Ambient,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let open = begin(&self.readers, "BEGIN").await?;
        let mut tx = Tx::new(Held::SqliteReader(open), ambient);
        let found = work(&mut tx).await?;
        drop(tx);
        Ok(found)
    }

    pub(super) fn check_identity(&self) -> Result<(), StoreError> {
        (*self.writer.identity).as_ref().map_or(Ok(()), Identity::check)
    }

    /// Writes to a damaged file no more.
    pub(super) fn note_damage(&self, error: &StoreError) {
        if let Some(identity) = &*self.writer.identity {
            identity.note_damage(error);
        }
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.lane.lock().await.commit().await;
    }
}

impl Writer {
    fn new(conn: SqliteConnection, identity: Option<Identity>) -> Self {
        let identity = Arc::new(identity);
        let own = Arc::clone(&identity);
        let lane = Lane { conn, is_open: false, in_savepoint: false, tickets: Vec::new(), identity: own };
        let (waiting, is_used) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { lane: Arc::new(Mutex::new(lane)), waiting, is_used, identity }
    }

    /// Leaves the database to other processes for a moment, as long as this one uses it.
    fn rest_now_and_then(self: &Arc<Self>) {
        let writer = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(REST_EVERY).await;
                let Some(writer) = writer.upgrade() else { return };
                if writer.is_used.swap(false, Ordering::SeqCst) {
                    let mut lane = writer.lane.lock().await;
                    lane.heal().await;
                    lane.commit().await;
                    tokio::time::sleep(REST).await;
                }
            }
        });
    }

    async fn turn(self: &Arc<Self>) -> Turn {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut place = Place { writer: self, has_turn: false };
        let lane = Arc::clone(&self.lane).lock_owned().await;
        place.has_turn = true;
        self.is_used.store(true, Ordering::SeqCst);
        Turn { writer: Arc::clone(self), lane: Some(lane) }
    }

    /// Commits whatever is open once the lane is free. In a task of its own: no caller's end may cut it
    /// short.
    fn commit_soon(self: &Arc<Self>) {
        let writer = Arc::clone(self);
        tokio::spawn(async move {
            let mut lane = writer.lane.lock().await;
            lane.heal().await;
            lane.commit().await;
        });
    }
}

/// A caller's place in the queue.
struct Place<'w> {
    writer: &'w Arc<Writer>,
    has_turn: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let was = self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        // The one before may have left its commit to a caller that has now gone away.
        if was == 1 && !self.has_turn {
            self.writer.commit_soon();
        }
    }
}

/// One caller's turn at the writer. Dropped without an end, it still sees to it that somebody commits.
pub(super) struct Turn {
    writer: Arc<Writer>,
    lane: Option<OwnedMutexGuard<Lane>>,
}

impl Turn {
    pub(super) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.lane().conn
    }

    fn lane(&mut self) -> &mut Lane {
        self.lane.as_mut().expect("a turn holds the lane from its start to its end")
    }

    fn ticket(&mut self) -> oneshot::Receiver<Result<(), String>> {
        let (answer, ticket) = oneshot::channel();
        self.lane().tickets.push(answer);
        ticket
    }

    /// Hands the lane on to whoever waits, or commits for all when nobody does.
    fn end(mut self) {
        let Some(mut lane) = self.lane.take() else { return };
        if self.writer.waiting.load(Ordering::SeqCst) == 0 || lane.tickets.len() >= TICKETS_MAX {
            tokio::spawn(async move { lane.commit().await });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.lane.take().is_some() {
            self.writer.commit_soon();
        }
    }
}

impl Lane {
    async fn run(&mut self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::raw_sql(statement).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Undoes what a vanished caller left behind.
    async fn heal(&mut self) {
        if self.in_savepoint {
            self.in_savepoint = false;
            if let Err(e) = self.run("ROLLBACK TO use_case; RELEASE use_case").await {
                self.abort(&e).await;
            }
        }
    }

    async fn enter(&mut self) -> Result<(), StoreError> {
        self.heal().await;
        if !self.is_open {
            self.begin().await?;
            self.is_open = true;
        }
        self.in_savepoint = true;
        self.run("SAVEPOINT use_case").await
    }

    fn check_identity(&self) -> Result<(), StoreError> {
        (*self.identity).as_ref().map_or(Ok(()), Identity::check)
    }

    /// Begins, once no other process has the writer. A file that would be gone with this process is written
    /// to no more.
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.check_identity()?;
        let begun = tokio::time::timeout(BUSY_TIMEOUT, async {
            loop {
                match self.run("BEGIN IMMEDIATE").await {
                    Err(error) if error.is_busy() => tokio::time::sleep(LOOK_EVERY).await,
                    begun => return begun,
                }
            }
        });
        match begun.await {
            Ok(begun) => begun,
            Err(_) => self.run("BEGIN IMMEDIATE").await,
        }
    }

    async fn leave(&mut self, keep: bool) -> Result<(), StoreError> {
        let statement = if keep { "RELEASE use_case" } else { "ROLLBACK TO use_case; RELEASE use_case" };
        self.run(statement).await?;
        self.in_savepoint = false;
        Ok(())
    }

    async fn commit(&mut self) {
        if !self.is_open {
            return;
        }
        // Neighbours of a write that met damage are not kept either.
        if let Err(damaged) = (*self.identity).as_ref().map_or(Ok(()), Identity::check_damage) {
            return self.abort(&damaged).await;
        }
        match self.run("COMMIT").await {
            Ok(()) => {
                self.is_open = false;
                let kept = self.check_identity().map_err(|error| error.to_string());
                self.answer(&kept);
            }
            Err(e) => self.abort(&e).await,
        }
    }

    /// Gives the whole transaction up and tells everybody who was in it.
    async fn abort(&mut self, cause: &StoreError) {
        if let Some(identity) = &*self.identity {
            identity.note_damage(cause);
        }
        if let Err(e) = self.run("ROLLBACK").await {
            tracing::error!(error = %e, "rollback failed");
        }
        self.is_open = false;
        self.in_savepoint = false;
        self.answer(&Err(cause.to_string()));
    }

    fn answer(&mut self, outcome: &Result<(), String>) {
        for ticket in self.tickets.drain(..) {
            // Who no longer listens does not need the answer.
            let _ = ticket.send(outcome.clone());
        }
    }
}
