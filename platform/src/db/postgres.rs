//! PostgreSQL: a pool, ordinary transactions and the database's own clock.

use std::time::Duration;

use multitude_domain::time::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};

use super::undisturbed::begin;
use super::{Held, StoreError, Tx, migrate};
use crate::ambient::Ambient;

const CONNECTIONS_MAX: u32 = 24;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Nobody waits longer for a row, or holds one while doing nothing.
const TIMEOUTS: [(&str, &str); 2] = [("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")];

pub(super) async fn open(url: &str) -> Result<PgPool, StoreError> {
    let options: PgConnectOptions = url.parse()?;
    // A migration may take its time, and whoever starts beside it waits for it.
    let mut migrating = PgConnection::connect_with(&options).await?;
    migrate::migrations(migrate::Dialect::Postgres).run(&mut migrating).await?;
    migrating.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS_MAX)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.options(TIMEOUTS))
        .await?;
    Ok(pool)
}

/// Connects and applies nothing; says which migrations were.
pub(super) async fn look(url: &str) -> Result<(PgPool, Vec<i64>), StoreError> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("default_transaction_read_only", "on")]);
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?;
    let has_any: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&pool).await?;
    let applied =
        if has_any { sqlx::query_scalar(migrate::APPLIED).fetch_all(&pool).await? } else { Vec::new() };
    Ok((pool, applied))
}

pub(super) async fn write<T, E>(
    pool: &PgPool,
    ambient: &Ambient,
    work: &mut impl AsyncFnMut(&mut Tx) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    let open = begin(pool, "BEGIN").await?;
    let mut tx = Tx::new(Held::Postgres(open), ambient);
    let done = work(&mut tx).await?;
    commit(tx).await?;
    Ok(done)
}

async fn commit(tx: Tx) -> Result<(), StoreError> {
    match tx.held {
        Held::Postgres(open) => Ok(open.commit().await?),
        Held::SqliteWriter(_) | Held::SqliteReader(_) | Held::SqliteGlance(_) | Held::PostgresGlance(_) => {
            Ok(())
        }
    }
}

pub(super) async fn read<T, E>(
    pool: &PgPool,
    ambient: &Ambient,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    let open = begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let mut tx = Tx::new(Held::Postgres(open), ambient);
    let found = work(&mut tx).await?;
    commit(tx).await?;
    Ok(found)
}

/// The database's clock, so that many processes agree when a deadline has passed. A test's fixed clock goes
/// before it.
pub(super) async fn now(conn: &mut PgConnection, ambient: &Ambient) -> Result<Timestamp, StoreError> {
    if ambient.is_fixed() {
        return Ok(ambient.now());
    }
    let micros: i64 =
        sqlx::query_scalar("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")
            .fetch_one(conn)
            .await?;
    Ok(Timestamp::from_micros(micros))
}
