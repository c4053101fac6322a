//! What can go wrong between a use case and its database.

use multitude_domain::id::MalformedId;

/// The database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The driver's own error: a broken statement, a lost connection, a refused constraint.
    #[error(transparent)]
    Driver(#[from] sqlx::Error),
    /// A migration could not be applied.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The transaction that carried this use case could not be made durable.
    #[error("the transaction could not be committed: {0}")]
    Commit(String),
    /// The file that is written to is not where the next start would look for it.
    #[error("the database's file is not the one that was opened: {0}")]
    Lost(String),
    /// SQLite said to a write that its file is damaged; nothing more is written to it.
    #[error("the database's file is damaged: {0}")]
    Damaged(String),
    /// A row holds what this program never writes.
    #[error("impossible data in {table}.{column} of {id}")]
    Impossible {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key, as text.
        id: String,
    },
    /// A guarded change found its row in another state than it had just read.
    #[error("{what} changed meanwhile")]
    ChangedMeanwhile {
        /// What was to be changed.
        what: &'static str,
    },
    /// The URL names no database this program knows.
    #[error("no database at that address: write sqlite:PATH or postgres://…")]
    UnknownUrl,
    /// An id in the database is not one.
    #[error(transparent)]
    Id(#[from] MalformedId),
}

impl StoreError {
    /// Whether a unique constraint refused the row (SQLite does not say which).
    pub fn is_unique_violation(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(e)) => e.is_unique_violation(),
            _ => false,
        }
    }

    /// Whether another process has SQLite's writer.
    pub(crate) fn is_busy(&self) -> bool {
        self.sqlite_code() == Some(5)
    }

    /// Whether SQLite found its file malformed, or to be no database.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self.sqlite_code(), Some(11 | 26))
    }

    /// SQLite's primary result code; its extended forms add bits above.
    fn sqlite_code(&self) -> Option<i32> {
        match self {
            Self::Driver(sqlx::Error::Database(e)) => {
                // A state of PostgreSQL has five characters.
                let code = e.code().filter(|code| code.len() < 5)?;
                Some(code.parse::<i32>().ok()? & 0xff)
            }
            _ => None,
        }
    }

    /// Whether the database is away, so that nothing else would work either: not where one row or one
    /// statement is at fault.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(e)) => {
                // Busy, only to be read, not readable, damaged, full or no database; out of resources, shutting
                // down. Anything else is about the statement.
                matches!(self.sqlite_code(), Some(5 | 8 | 10 | 11 | 13 | 26))
                    || e.code().is_some_and(|code| code.starts_with("53") || code.starts_with("57"))
            }
            Self::Driver(
                sqlx::Error::RowNotFound | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_),
            )
            | Self::Impossible { .. }
            | Self::ChangedMeanwhile { .. }
            | Self::Id(_) => false,
            Self::Driver(_)
            | Self::Commit(_)
            | Self::Lost(_)
            | Self::Damaged(_)
            | Self::Migrate(_)
            | Self::UnknownUrl => true,
        }
    }

    /// Whether PostgreSQL has waited for a lock as long as it was to.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(e)) => e.code().as_deref() == Some("55P03"),
            _ => false,
        }
    }

    /// Whether PostgreSQL asks to run the transaction again: a serialisation failure or a deadlock.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(e)) => {
                e.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
            }
            _ => false,
        }
    }
}

/// An error that may carry a store error, so that the transaction can tell whether another try helps.
pub trait CarriesStoreError: From<StoreError> {
    /// The store error inside, if that is what this is.
    fn store_error(&self) -> Option<&StoreError>;
}

impl CarriesStoreError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}
