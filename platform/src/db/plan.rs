//! Which indexes SQLite takes for a statement. One on an expression or with a condition is taken only while
//! it says, word for word, what the statement says; nothing but the time tells where it no longer does.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use super::Many;
use super::migrate::{Dialect, migrations};

/// Fails unless a statement is answered by that index.
pub(crate) async fn assert_uses(index: &str, statement: &str) {
    let plan = plan(statement).await;
    let uses = |line: &String| line.split_whitespace().any(|word| word == index);
    assert!(plan.iter().any(uses), "{index} is not used:\n{}\n{statement}", plan.join("\n"));
}

/// Fails where all rows of a table, by its name in the statement, are looked through.
pub(crate) async fn assert_never_scans(table: &str, statement: &str) {
    let plan = plan(statement).await;
    let scans = |line: &String| line.starts_with(&format!("SCAN {table}"));
    assert!(!plan.iter().any(scans), "{table} is scanned:\n{}\n{statement}", plan.join("\n"));
}

/// The same of a statement for many rows of so many values each.
pub(crate) async fn assert_many_uses(index: &str, many: &Many, values: usize) {
    let row = format!("({})", vec!["?"; values].join(", "));
    assert_uses(index, &format!("{}VALUES {row}, {row}{}", many.head, many.tail)).await;
}

async fn plan(statement: &str) -> Vec<String> {
    let mut conn: SqliteConnection =
        SqliteConnectOptions::new().filename(":memory:").connect().await.expect("a database in memory opens");
    migrations(Dialect::Sqlite).run(&mut conn).await.expect("the migrations run");
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
            .fetch_all(&mut conn)
            .await
            .expect("the statement fits the schema");
    plan.into_iter().map(|(_, _, _, line)| line).collect()
}
