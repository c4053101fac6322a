//! What must not be cut short, although whoever asked for it may go away at any moment: a browser that closes
//! its connection drops the request half-way.

use sqlx::{Database, Pool, Transaction};

use super::StoreError;

/// Runs `work` to its end, in a task of its own.
pub(super) async fn undisturbed<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Begins a transaction on a pooled connection. One that is dropped half-way rolls back before its connection
/// is used again; one that was dropped while `BEGIN` is under way would not, and whoever had the connection
/// next would be in it.
pub(super) async fn begin<DB: Database>(
    pool: &Pool<DB>,
    statement: &'static str,
) -> Result<Transaction<'static, DB>, StoreError> {
    let pool = pool.clone();
    undisturbed(async move { Ok(pool.begin_with(statement).await?) }).await
}
