//! What providers tell without being asked. Each event is kept once, by the provider's own name for it, and
//! is only a hint: what became of the attempt is asked for, never believed.

use multitude_domain::id::AttemptId;
use multitude_domain::ledger::ProviderCode;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::rows;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Its attempt is asked about in the next round.
    First,
    /// It came before: nothing changed.
    Again,
}

/// Keeps an event about an attempt. One about an attempt that has its answer changes nothing more.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the provider sends the event again then.
pub async fn receive_event(
    tx: &mut Tx,
    provider: ProviderCode,
    event: &str,
    attempt: AttemptId,
) -> Result<Received, StoreError> {
    let now = tx.now().await?.as_micros();
    let kept = rows!(
        tx,
        sqlx::query(sql::ADD_EVENT).bind(provider.name()).bind(event).bind(attempt.uuid()).bind(now)
    )?;
    if kept == 0 {
        return Ok(Received::Again);
    }
    rows!(tx, sqlx::query(sql::ASK_NOW).bind(attempt.uuid()).bind(now))?;
    Ok(Received::First)
}
