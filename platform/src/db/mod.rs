//! Two databases behind one code path: the same statements, the same use cases, on SQLite and on PostgreSQL.
//!
//! A use case is a function of `&mut Tx`; only [`Db::write`] and [`Db::read`] begin and commit. What differs
//! between the two (search, the database's clock) lies in `sqlite.rs` and `postgres.rs` under the same names.
//! What is locked is each feature's own matter, by [`Tx::lock`].

mod clock;
mod error;
mod identity;
mod lock;
mod many;
mod migrate;
mod news;
#[cfg(test)]
pub(crate) mod plan;
mod postgres;
mod relay;
mod sqlite;
mod undisturbed;
mod waits;

use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, SqliteConnection};

use clock::ClockGuard;
pub use clock::Jump;
pub use error::{CarriesStoreError, StoreError};
pub(crate) use lock::Lock;
use lock::Order;
pub use many::{Many, ROWS_MAX};
pub use migrate::MIGRATIONS;
use multitude_domain::time::{Span, Timestamp};
pub use news::{Change, Origin};
use news::{News, Noted};
use tokio::sync::{OwnedMutexGuard, broadcast};
use uuid::Uuid;
use waits::Waits;
pub use waits::{WAIT_BOUNDS_US, WriteWaits};

use crate::ambient::Ambient;
use crate::subject::Subject;

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    ambient: Ambient,
    told_now: Option<Timestamp>,
    site: Site,
    news: News,
    waits: Arc<Waits>,
    clock: Arc<ClockGuard>,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(sqlx::PgPool),
}

/// Whether this installation moves real money. What is simulated stays out of a live one's public lists,
/// totals and search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Site {
    /// All money is simulated.
    #[default]
    Sandbox,
    /// Its provider moves real money.
    Live,
}

/// One transaction: the connection, and the ambient facts a use case may ask for.
pub struct Tx {
    held: Held,
    ambient: Ambient,
    told_now: Option<Timestamp>,
    site: Site,
    noted: Noted,
    order: Order,
    explanation: Option<String>,
}

/// What a transaction holds while it is open; giving it up early undoes its writes.
enum Held {
    SqliteWriter(sqlite::Turn),
    SqliteReader(sqlx::Transaction<'static, sqlx::Sqlite>),
    SqliteGlance(OwnedMutexGuard<SqliteConnection>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    PostgresGlance(PoolConnection<sqlx::Postgres>),
}

/// The parts of [`Tx::now`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Microseconds; none where it is the database's own clock.
    pub(crate) base_us: Option<i64>,
    /// A told time is not moved by what the demo has skipped.
    pub(crate) is_told: bool,
}

/// The connection of whichever database is open. Only [`on!`] and [`rows!`] look inside.
#[derive(Debug)]
pub enum Conn<'c> {
    /// SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// Runs the same expression on whichever database is open.
#[macro_export]
macro_rules! on {
    ($tx:expr, $c:ident => $run:expr) => {
        match $tx.conn() {
            $crate::db::Conn::Sqlite($c) => $run,
            $crate::db::Conn::Postgres($c) => $run,
        }
    };
}

/// Executes the same statement on whichever database is open; says how many rows it changed.
#[macro_export]
macro_rules! rows {
    ($tx:expr, $statement:expr) => {
        match $tx.conn() {
            $crate::db::Conn::Sqlite(c) => $statement.execute(c).await.map(|done| done.rows_affected()),
            $crate::db::Conn::Postgres(c) => $statement.execute(c).await.map(|done| done.rows_affected()),
        }
    };
}

/// How often a transaction is tried again on PostgreSQL when it says that two of them crossed.
const RETRIES_MAX: u32 = 8;

impl Db {
    /// Opens the database at `sqlite:PATH` or `postgres://…` and applies the migrations it lacks.
    ///
    /// # Errors
    /// [`StoreError`] where the address is unknown, the database cannot be reached or a migration fails.
    pub async fn open(url: &str, ambient: Ambient) -> Result<Self, StoreError> {
        let engine = if let Some(path) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(path).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::open(url).await?)
        } else {
            return Err(StoreError::UnknownUrl);
        };
        Ok(Self {
            engine,
            ambient,
            told_now: None,
            site: Site::default(),
            news: News::new(),
            waits: Arc::default(),
            clock: Arc::default(),
        })
    }

    /// Opens a database as it is, to look at: nothing is made and nothing is applied. Says which migrations
    /// it lacks; where there are any, not every statement of this program works on it.
    ///
    /// # Errors
    /// [`StoreError`] where the address is unknown or there is no such database.
    pub async fn look(url: &str, ambient: Ambient) -> Result<(Self, Vec<&'static str>), StoreError> {
        let (engine, applied) = if let Some(path) = url.strip_prefix("sqlite:") {
            let (sqlite, applied) = sqlite::Sqlite::look(path).await?;
            (Engine::Sqlite(sqlite), applied)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let (pool, applied) = postgres::look(url).await?;
            (Engine::Postgres(pool), applied)
        } else {
            return Err(StoreError::UnknownUrl);
        };
        let lacks = MIGRATIONS.iter().filter(|one| !applied.contains(&one.number)).map(|one| one.name);
        let (site, told_now) = (Site::default(), None);
        let (waits, clock) = (Arc::default(), Arc::default());
        let db = Self { engine, ambient, told_now, site, news: News::new(), waits, clock };
        Ok((db, lacks.collect()))
    }

    /// Whether nothing was ever made at this address: no file, or no table of ours.
    ///
    /// # Errors
    /// [`StoreError`] where the address is unknown or PostgreSQL does not answer.
    pub async fn is_missing(url: &str) -> Result<bool, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:")
            && !tokio::fs::try_exists(path).await.unwrap_or(false)
        {
            return Ok(true);
        }
        let (db, lacks) = Self::look(url, Ambient::machine()).await?;
        db.close().await;
        Ok(lacks.len() == MIGRATIONS.len())
    }

    /// The same database, seen from another time: for what is recorded (the import) or made up (the demo
    /// world).
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self { told_now: Some(now), ..self.clone() }
    }

    /// The same database, seen from a site of that kind.
    #[must_use]
    pub fn for_site(&self, site: Site) -> Self {
        Self { site, ..self.clone() }
    }

    /// Time, ids and randomness as this database's transactions see them.
    pub fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// Runs a use case in a transaction and returns once its writes are durable.
    ///
    /// On SQLite, use cases that arrive together share one commit. On PostgreSQL the use case may run again
    /// when two transactions crossed, so it must not do anything outside the database.
    ///
    /// # Errors
    /// What the use case returned, after undoing its writes. [`StoreError::Commit`] where the commit failed,
    /// and a [`StoreError::Driver`] that is no answer of the database (a lost connection): then nobody knows
    /// whether the writes are there. Any other error of the store undid them.
    pub async fn write<T, E>(&self, mut work: impl AsyncFnMut(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: CarriesStoreError,
    {
        let (told, site, asked) = (self.told_now, self.site, self.ambient.now());
        let (noted, waits) = (Noted::default(), Arc::clone(&self.waits));
        let hints = noted.clone();
        let mut work = async move |tx: &mut Tx| {
            waits.note(tx.ambient.now().since(asked));
            hints.take();
            tx.noted = hints.clone();
            tx.told_now = told;
            tx.site = site;
            work(tx).await
        };
        let outcome = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(&self.ambient, work).await,
            Engine::Postgres(pool) => {
                let mut tries = 1;
                loop {
                    let outcome = postgres::write(pool, &self.ambient, &mut work).await;
                    match &outcome {
                        Err(e)
                            if tries < RETRIES_MAX
                                && e.store_error().is_some_and(StoreError::is_retryable) =>
                        {
                            tries += 1;
                            self.waits.note_retry();
                        }
                        _ => break outcome,
                    }
                }
            }
        };
        if outcome.is_ok() {
            for subject in noted.take() {
                self.news.tell(subject, Origin::Here);
            }
        }
        outcome
    }

    /// Whether it works at a told time.
    pub(crate) const fn is_told(&self) -> bool {
        self.told_now.is_some()
    }

    /// Hears of everything that changes from now on, once the change is durable. A hint, not a record: a
    /// caller that goes away before its commit is answered tells nobody, so whoever needs every change polls
    /// as well, slowly.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.news.listen()
    }

    /// How long writes have waited for their turn since the process began.
    pub fn write_waits(&self) -> WriteWaits {
        self.waits.read()
    }

    /// Runs queries against one consistent state of the database; nothing can be written.
    ///
    /// # Errors
    /// What the queries returned, or the store's own error.
    pub async fn read<T, E>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let (told, site) = (self.told_now, self.site);
        let work = async move |tx: &mut Tx| {
            tx.told_now = told;
            tx.site = site;
            work(tx).await
        };
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(&self.ambient, work).await,
            Engine::Postgres(pool) => postgres::read(pool, &self.ambient, work).await,
        }
    }

    /// Runs one query, which sees one state by itself: no transaction is begun for it. It must not write.
    ///
    /// # Errors
    /// What the query returned, or the store's own error.
    pub async fn glance<T, E>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let held = match &self.engine {
            Engine::Sqlite(sqlite) => Held::SqliteGlance(sqlite.glance().await),
            Engine::Postgres(pool) => Held::PostgresGlance(pool.acquire().await.map_err(StoreError::from)?),
        };
        let mut tx = Tx::new(held, &self.ambient);
        tx.told_now = self.told_now;
        tx.site = self.site;
        work(&mut tx).await
    }

    /// How far the database's clock is ahead of this process's; always nothing on SQLite. The time that
    /// asking takes is not counted.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn skew(&self) -> Result<Span, StoreError> {
        match &self.engine {
            Engine::Sqlite(_) => self.read(async |tx| tx.now().await).await.map(|_| Span::ZERO),
            Engine::Postgres(pool) => {
                let mut conn = pool.acquire().await?;
                let before = self.ambient.now();
                let theirs = postgres::now(&mut conn, &self.ambient).await?;
                Ok(theirs.since(theirs.clamp(before, self.ambient.now().max(before))))
            }
        }
    }

    /// Writes a moment down and commits it: whether anything can be saved is known only by saving something.
    ///
    /// # Errors
    /// [`StoreError`] where nothing can be saved.
    pub async fn beat(&self) -> Result<(), StoreError> {
        self.write(async move |tx| {
            let now = tx.wall_now().as_micros();
            rows!(tx, sqlx::query("UPDATE instance SET beat_at = $1 WHERE id = 1").bind(now))?;
            Ok(())
        })
        .await
    }

    /// Whether what was acknowledged lies where the next start looks for it. PostgreSQL answers for its own
    /// files.
    ///
    /// # Errors
    /// [`StoreError::Lost`] where it does not, [`StoreError::Damaged`] where the file is no longer sound.
    pub fn check_identity(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.check_identity(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes every connection; what was acknowledged is durable already.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    fn new(held: Held, ambient: &Ambient) -> Self {
        Self {
            held,
            ambient: ambient.clone(),
            told_now: None,
            site: Site::default(),
            noted: Noted::default(),
            order: Order::default(),
            explanation: None,
        }
    }

    /// The connection, for [`on!`] and [`rows!`].
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.held {
            Held::SqliteWriter(turn) => Conn::Sqlite(turn.conn()),
            Held::SqliteReader(open) => Conn::Sqlite(open),
            Held::SqliteGlance(conn) => Conn::Sqlite(conn),
            Held::Postgres(open) => Conn::Postgres(open),
            Held::PostgresGlance(conn) => Conn::Postgres(conn),
        }
    }

    /// A fresh UUID of version 7.
    pub fn uuid(&self) -> Uuid {
        self.ambient.uuid()
    }

    /// Unpredictable bytes, for tokens and salts.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        self.ambient.bytes()
    }

    /// Wall time: for sessions, leases and limits, which no demo moves.
    pub fn wall_now(&self) -> Timestamp {
        self.ambient.now()
    }

    /// Business time: the database's clock on PostgreSQL (many processes, one clock), the process's on
    /// SQLite, plus what the demo has skipped. Never before the ledger's last block, however a clock was set
    /// back: nothing that happens later is stored as if it had happened earlier.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn now(&mut self) -> Result<Timestamp, StoreError> {
        if let Some(told) = self.told_now {
            return Ok(told);
        }
        let ambient = self.ambient.clone();
        let wall = match self.conn() {
            Conn::Sqlite(_) => ambient.now(),
            Conn::Postgres(conn) => postgres::now(conn, &ambient).await?,
        };
        let marks = "SELECT skipped_us, COALESCE((SELECT sealed_at FROM ledger_blocks ORDER BY number DESC LIMIT 1), $1)
            FROM instance WHERE id = 1";
        let (skipped, sealed): (i64, i64) =
            on!(self, c => sqlx::query_as(marks).bind(i64::MIN).fetch_one(c).await)?;
        Ok(wall.plus(Span::micros(skipped)).max(Timestamp::from_micros(sealed)))
    }

    /// Business time in parts, for a statement that adds them up itself and saves one more.
    pub(crate) fn clock(&self) -> Clock {
        let has_own = matches!(self.held, Held::Postgres(_) | Held::PostgresGlance(_));
        let base = match self.told_now {
            Some(told) => Some(told),
            None if has_own && !self.ambient.is_fixed() => None,
            None => Some(self.ambient.now()),
        };
        Clock { base_us: base.map(Timestamp::as_micros), is_told: self.is_told() }
    }

    /// Lets this transaction happen at another time: for what is recorded (the import) or made up (the demo
    /// world).
    pub const fn tell_time(&mut self, at: Timestamp) {
        self.told_now = Some(at);
    }

    /// Says why what follows is done, where its use case asks for no reason: it stands in the audit.
    pub fn explain(&mut self, why: Option<&str>) {
        self.explanation = why.map(str::to_owned);
    }

    /// Why it is done, as the door said.
    pub(crate) fn explanation(&self) -> Option<String> {
        self.explanation.clone()
    }

    /// Whether lists, totals and search show what is simulated.
    pub(crate) const fn shows_simulated(&self) -> bool {
        match self.site {
            Site::Sandbox => true,
            Site::Live => false,
        }
    }

    /// Whether this transaction happens at a told time.
    pub const fn is_told(&self) -> bool {
        self.told_now.is_some()
    }

    /// Notes that this transaction changes what is shown of something: whoever watches it is told after the
    /// commit.
    pub(crate) fn note_change(&self, subject: impl Into<Subject>) {
        self.noted.note(subject.into());
    }
}
