//! PostgreSQL: a pool, ordinary transactions, row locks and the database's own clock.

use std::time::Duration;

use multitude_domain::time::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

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

/// The database's clock, so that many processes agree when a deadline has passed. A test's fixed clock goes before it.
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

/// Whoever shares a campaign and whoever needs it alone wait in one line before they lock its row: an advisory lock of its own.
/// Row locks have no line: sharers who keep coming would for ever keep out whoever needs it alone.
macro_rules! in_line {
    ($lock:literal, $campaigns:literal) => {
        concat!(
            "WITH wanted AS MATERIALIZED (",
            $campaigns,
            "), line AS MATERIALIZED (SELECT ",
            $lock,
            "(hashtextextended(CAST(id AS TEXT), 0)) FROM wanted)
            SELECT id FROM campaigns WHERE id IN (SELECT id FROM wanted) AND (SELECT COUNT(*) FROM line) > 0
            ORDER BY id "
        )
    };
}

pub(super) async fn lock_campaign_shared(conn: &mut PgConnection, campaign: Uuid) -> Result<(), StoreError> {
    let statement =
        concat!(in_line!("pg_advisory_xact_lock_shared", "SELECT CAST($1 AS UUID) AS id"), "FOR SHARE");
    sqlx::query(statement).bind(campaign).execute(conn).await?;
    Ok(())
}

pub(super) async fn lock_campaign(conn: &mut PgConnection, campaign: Uuid) -> Result<(), StoreError> {
    let statement = concat!(in_line!("pg_advisory_xact_lock", "SELECT CAST($1 AS UUID) AS id"), "FOR UPDATE");
    sqlx::query(statement).bind(campaign).execute(conn).await?;
    Ok(())
}

pub(super) async fn lock_campaign_shared_by_slug(
    conn: &mut PgConnection,
    slug: &str,
) -> Result<(), StoreError> {
    let statement = concat!(
        in_line!("pg_advisory_xact_lock_shared", "SELECT id FROM campaigns WHERE slug = $1"),
        "FOR SHARE"
    );
    sqlx::query(statement).bind(slug).execute(conn).await?;
    Ok(())
}

pub(super) async fn lock_pool_of(conn: &mut PgConnection, campaign: Uuid) -> Result<(), StoreError> {
    let statement = "SELECT p.id FROM pools p JOIN pool_campaigns m ON m.pool_id = p.id
        WHERE m.campaign_id = $1 FOR UPDATE OF p";
    sqlx::query(statement).bind(campaign).execute(conn).await?;
    Ok(())
}

/// What each pledge's moves may touch, one statement for each table, in the order of [`super`]; `$2` is what is wanted beside
/// what they have. Key shares that other tables' foreign keys take do not meet these locks.
const FOR_MOVES: [&str; 6] = [
    concat!(
        in_line!(
            "pg_advisory_xact_lock_shared",
            "SELECT DISTINCT campaign_id AS id FROM pledges WHERE id = ANY($1) ORDER BY id"
        ),
        "FOR SHARE"
    ),
    "SELECT id FROM pledges WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
    "SELECT id FROM rewards WHERE stock IS NOT NULL
            AND (id IN (SELECT reward_id FROM pledges WHERE id = ANY($1)) OR id = ANY($2))
        ORDER BY id FOR NO KEY UPDATE",
    "SELECT id FROM add_ons WHERE id IN (SELECT add_on_id FROM pledge_add_ons WHERE pledge_id = ANY($1)) OR id = ANY($2)
        ORDER BY id FOR NO KEY UPDATE",
    "SELECT id FROM pools WHERE id IN (SELECT m.pool_id FROM pool_campaigns m
            JOIN pledges p ON p.campaign_id = m.campaign_id WHERE p.id = ANY($1))
        ORDER BY id FOR NO KEY UPDATE",
    "SELECT campaign_id FROM campaign_totals WHERE campaign_id IN (SELECT campaign_id FROM pledges WHERE id = ANY($1))
        ORDER BY campaign_id FOR NO KEY UPDATE",
];

pub(super) async fn lock_pledges(
    conn: &mut PgConnection,
    pledges: &[Uuid],
    wanted: &[Uuid],
) -> Result<(), StoreError> {
    for statement in FOR_MOVES {
        sqlx::query(statement).bind(pledges).bind(wanted).execute(&mut *conn).await?;
    }
    Ok(())
}

/// The number of the sealer's advisory lock; those of campaigns are hashes.
const SEALING: i64 = 0x5EA1;

pub(super) async fn lock_sealing(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(SEALING).execute(conn).await?;
    Ok(())
}

pub(super) async fn lock_reward(conn: &mut PgConnection, reward: Uuid) -> Result<(), StoreError> {
    sqlx::query("SELECT id FROM rewards WHERE id = $1 FOR UPDATE").bind(reward).execute(conn).await?;
    Ok(())
}
