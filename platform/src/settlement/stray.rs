//! Money that is nobody's: transfers of pledges that were taken back, or that came when everything was
//! decided, and refunds that failed. All of it goes back to where it came from.

use multitude_domain::pledges::CHARGE_AGAIN;
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::{MoveCampaignError, before, sql};
use crate::db::{StoreError, Tx};
use crate::payments::Operation;
use crate::pledges::attempts;
use crate::pledges::lock::lock_pledges;
use crate::pledges::starts::{Startable, StartableRow, start_refunds};
use crate::{Desk, on};

/// How many go back in one transaction.
const BATCH: i64 = 100;

/// Whether any money is to go back now.
pub(super) async fn has_strays(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    Ok(!strays(tx, now, 1).await?.is_empty())
}

/// Lets all of it go back. Says of how many batches. What cannot go back keeps nothing else here: the log
/// says why.
pub(super) async fn return_strays(desk: &Desk) -> Result<usize, StoreError> {
    let mut batches = 0_usize;
    loop {
        let found = desk.db.read(async |tx| {
            let now = tx.now().await?;
            strays(tx, now, BATCH).await
        });
        let ids: Vec<Uuid> = found.await?.into_iter().map(|one| one.record.id.uuid()).collect();
        let mut attempts = Vec::new();
        if let Some(together) = return_together(desk, ids.clone()).await? {
            attempts = together;
        } else {
            for id in ids {
                attempts.extend(return_together(desk, vec![id]).await?.unwrap_or_default());
            }
        }
        if attempts.is_empty() {
            return Ok(batches);
        }
        attempts::ask_new(desk, attempts).await?;
        batches = batches.saturating_add(1);
    }
}

/// Lets some of it go back in one transaction; none where the ledger or the database refuses one of them.
async fn return_together(desk: &Desk, ids: Vec<Uuid>) -> Result<Option<Vec<Operation>>, StoreError> {
    if ids.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let payments = desk.payments.clone();
    let write = async move |tx: &mut Tx| {
        lock_pledges(tx, &ids).await?;
        let now = tx.now().await?;
        let mut strays = strays(tx, now, BATCH).await?;
        strays.retain(|one| ids.contains(&one.record.id.uuid()));
        Ok(start_refunds(tx, &payments, strays, now).await?)
    };
    match desk.db.write(write).await {
        Ok(attempts) => Ok(Some(attempts)),
        Err(MoveCampaignError::Store(error)) if error.is_away() => Err(error),
        Err(error) => {
            tracing::error!(%error, "money could not go back");
            Ok(None)
        }
    }
}

async fn strays(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Startable>, StoreError> {
    let rows: Vec<StartableRow> = on!(tx, c => sqlx::query_as(sql::STRAYS)
        .bind(before(now, CHARGE_AGAIN).as_micros()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Startable::try_from).collect()
}
