//! Money that is nobody's: transfers of pledges that were taken back, or that came when everything was decided, and refunds
//! that failed. All of it goes back to where it came from.

use multitude_domain::pledge::TRY_AGAIN;
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::{MoveCampaignError, before, sql};
use crate::db::{StoreError, Tx};
use crate::payments::Operation;
use crate::pledges::attempts;
use crate::pledges::tries::{Startable, StartableRow, start_refunds};
use crate::{Desk, on};

/// How many go back in one transaction.
const BATCH: i64 = 100;

/// Whether any money is to go back now.
pub(super) async fn has_strays(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    Ok(!strays(tx, now, 1).await?.is_empty())
}

/// Lets all of it go back. Says of how many batches.
pub(super) async fn return_strays(desk: &Desk) -> Result<usize, StoreError> {
    let mut batches = 0_usize;
    loop {
        match return_batch(desk).await {
            Ok(tries) if tries.is_empty() => return Ok(batches),
            Ok(tries) => attempts::ask_new(desk, tries).await?,
            Err(MoveCampaignError::Store(error)) if error.is_away() => return Err(error),
            Err(error) => {
                tracing::error!(%error, "money could not go back");
                return Ok(batches);
            }
        }
        batches = batches.saturating_add(1);
    }
}

async fn return_batch(desk: &Desk) -> Result<Vec<Operation>, MoveCampaignError> {
    let found = desk.db.read(async |tx| {
        let now = tx.now().await?;
        strays(tx, now, BATCH).await
    });
    let ids: Vec<Uuid> = found.await?.into_iter().map(|one| one.record.id.uuid()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let payments = desk.payments.clone();
    desk.db
        .write(async move |tx| {
            tx.lock_pledges(&ids).await?;
            let now = tx.now().await?;
            let mut strays = strays(tx, now, BATCH).await?;
            strays.retain(|one| ids.contains(&one.record.id.uuid()));
            Ok(start_refunds(tx, &payments, strays, now).await?)
        })
        .await
}

async fn strays(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Startable>, StoreError> {
    let rows: Vec<StartableRow> = on!(tx, c => sqlx::query_as(sql::STRAYS)
        .bind(before(now, TRY_AGAIN).as_micros()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Startable::try_from).collect()
}
