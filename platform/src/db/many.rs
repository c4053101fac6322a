//! One statement for many rows: its values are counted when it is run, so it is kept in two parts.

/// A statement around `VALUES (…), (…)`; databases call the columns of those `column1`, `column2` and so
/// on.
#[derive(Debug, Clone, Copy)]
pub struct Many {
    /// What stands before.
    pub head: &'static str,
    /// What stands after.
    pub tail: &'static str,
}

impl Many {
    /// An insert: nothing stands after its values.
    pub const fn insert(head: &'static str) -> Self {
        Self { head, tail: "" }
    }
}

/// How many rows one statement takes at most: SQLite binds 32,766 values, and a row has up to 26.
pub const ROWS_MAX: usize = 1_000;

/// Executes one statement for a slice of rows, on whichever database is open; says how many rows it changed.
/// Nothing happens for no rows.
#[macro_export]
macro_rules! rows_many {
    ($tx:expr, $many:expr, $rows:expr, |$row:pat_param| [$($value:expr),+ $(,)?]) => {
        if $rows.is_empty() {
            Ok(0)
        } else {
            match $tx.conn() {
                $crate::db::Conn::Sqlite(c) => {
                    let mut query = $crate::build_many!(sqlx::Sqlite, $many, $rows, |$row| [$($value),+]);
                    query.build().persistent($rows.len() == 1).execute(c).await.map(|done| done.rows_affected())
                }
                $crate::db::Conn::Postgres(c) => {
                    let mut query = $crate::build_many!(sqlx::Postgres, $many, $rows, |$row| [$($value),+]);
                    query.build().persistent($rows.len() == 1).execute(c).await.map(|done| done.rows_affected())
                }
            }
        }
    };
}

/// Finds rows of a type by one statement for a slice of values, on whichever database is open. Nothing is
/// found for no values.
#[macro_export]
macro_rules! find_many {
    ($tx:expr, $many:expr, $rows:expr, |$row:pat_param| [$($value:expr),+ $(,)?] => $found:ty) => {
        if $rows.is_empty() {
            Ok(Vec::new())
        } else {
            match $tx.conn() {
                $crate::db::Conn::Sqlite(c) => {
                    let mut query = $crate::build_many!(sqlx::Sqlite, $many, $rows, |$row| [$($value),+]);
                    query.build_query_as::<$found>().persistent($rows.len() == 1).fetch_all(c).await
                }
                $crate::db::Conn::Postgres(c) => {
                    let mut query = $crate::build_many!(sqlx::Postgres, $many, $rows, |$row| [$($value),+]);
                    query.build_query_as::<$found>().persistent($rows.len() == 1).fetch_all(c).await
                }
            }
        }
    };
}

/// The statement with everybody's values bound. Only [`rows_many!`] and [`find_many!`] use it.
#[macro_export]
macro_rules! build_many {
    ($database:ty, $many:expr, $rows:expr, |$row:pat_param| [$($value:expr),+]) => {{
        let mut query = sqlx::QueryBuilder::<$database>::new($many.head);
        query.push_values($rows.iter(), |mut values, $row| {
            $(values.push_bind($value);)+
        });
        query.push($many.tail);
        query
    }};
}
