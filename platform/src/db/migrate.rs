//! The migrations of both dialects, embedded: same numbers, same names, same meaning.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// One step of the schema in both dialects.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The number in the file's name.
    pub number: i64,
    /// The rest of the file's name.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($number:literal $name:literal)+ ; $($later:literal $later_name:literal)+) => {
        /// Every step, in order.
        pub const MIGRATIONS: &[Step] =
            &[$(step!("000", $number, $name)),+, $(step!("00", $later, $later_name)),+];
    };
}

macro_rules! step {
    ($zeros:literal, $number:literal, $name:literal) => {
        Step {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $zeros, $number, "_", $name, ".sql")),
            postgres: include_str!(concat!(
                "../../migrations/postgres/",
                $zeros,
                $number,
                "_",
                $name,
                ".sql"
            )),
        }
    };
}

steps! {
    1 "instance"
    2 "campaigns"
    3 "pledges"
    4 "ledger"
    5 "settlement"
    6 "accounts"
    7 "campaign_life"
    8 "listing"
    9 "team_mails";
    11 "email_folded"
}

/// The numbers of what was applied to a database that has had any.
pub(super) const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

pub(super) fn migrations(dialect: Dialect) -> Migrator {
    let steps = MIGRATIONS.iter().map(|step| {
        let sql = match dialect {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        };
        Migration::new(
            step.number,
            Cow::Borrowed(step.name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(steps.collect())
}
