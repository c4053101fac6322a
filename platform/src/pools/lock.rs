//! The lock of pools: what is left of one stands still.

use uuid::Uuid;

use crate::db::{Lock, StoreError, Tx};

/// A pool, alone.
pub(crate) static POOL: Lock = Lock { name: "pool", rank: 50 };

const OF_CAMPAIGN: &str = "
    SELECT p.id FROM pools p JOIN pool_campaigns m ON m.pool_id = p.id
    WHERE m.campaign_id = $1 FOR UPDATE OF p";

/// Key shares that other tables' foreign keys take do not meet it.
const OF_PLEDGES: &str = "
    SELECT id FROM pools WHERE id IN (SELECT m.pool_id FROM pool_campaigns m
        JOIN pledges p ON p.campaign_id = m.campaign_id WHERE p.id = ANY($1))
    ORDER BY id FOR NO KEY UPDATE";

/// Takes the pool that matches a campaign's pledges; nothing happens where there is none.
pub(crate) async fn lock_pool_of(tx: &mut Tx, campaign: Uuid) -> Result<(), StoreError> {
    tx.lock(&POOL, OF_CAMPAIGN, campaign).await
}

/// Takes the pools that match these pledges.
pub(crate) async fn lock_pools_of(tx: &mut Tx, pledges: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&POOL, OF_PLEDGES, pledges).await
}
