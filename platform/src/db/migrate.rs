//! The migrations of both dialects, embedded: same numbers, same names, same meaning.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// One migration in both dialects.
#[derive(Debug, Clone, Copy)]
pub struct MigrationFiles {
    /// The number in the file's name.
    pub number: i64,
    /// The rest of the file's name.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! files {
    ($($number:literal $file:literal $name:literal)+) => {
        /// Every migration, in order.
        pub const MIGRATIONS: &[MigrationFiles] = &[$(MigrationFiles {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file, "_", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $file, "_", $name, ".sql")),
        }),+];
    };
}

files! {
    1 "0001" "instance"
    2 "0002" "campaigns"
    3 "0003" "pledges"
    4 "0004" "ledger"
    5 "0005" "settlement"
    6 "0006" "accounts"
    7 "0007" "campaign_life"
    8 "0008" "listing"
    9 "0009" "team_mails"
    10 "0010" "late_money"
    11 "0011" "email_folded"
    12 "0012" "tamper_proof"
    13 "0013" "promises"
    14 "0014" "followers"
    15 "0015" "deeds"
    16 "0016" "news"
    17 "0017" "choices"
    18 "0018" "teams"
    19 "0019" "decided"
    20 "0020" "filters"
    21 "0021" "starts"
    22 "0022" "email_domains"
    23 "0023" "one_folding"
    24 "0024" "deferred_proofs"
    25 "0025" "beat"
    26 "0026" "events"
    27 "0027" "audit"
    28 "0028" "first_match"
    29 "0029" "languages"
}

/// The numbers of what was applied to a database that has had any.
pub(super) const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

pub(super) fn migrations(dialect: Dialect) -> Migrator {
    let all = MIGRATIONS.iter().map(|one| {
        let sql = match dialect {
            Dialect::Sqlite => one.sqlite,
            Dialect::Postgres => one.postgres,
        };
        Migration::new(one.number, Cow::Borrowed(one.name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(all.collect())
}
