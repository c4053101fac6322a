//! The lock of pools: what is left of one stands still.

use uuid::Uuid;

use crate::db::{Lock, StoreError, Tx};

/// A pool, alone.
pub(crate) static POOL: Lock = Lock { name: "pool", rank: 50 };

const OF_CAMPAIGNS: &str = "
    SELECT id FROM pools WHERE id IN (SELECT pool_id FROM pool_campaigns WHERE campaign_id = ANY($1))
    ORDER BY id FOR UPDATE";

/// Key shares that other tables' foreign keys take do not meet it.
const OF_PLEDGES: &str = "
    SELECT id FROM pools WHERE id IN (SELECT m.pool_id FROM pool_campaigns m
        JOIN pledges p ON p.campaign_id = m.campaign_id WHERE p.id = ANY($1))
    ORDER BY id FOR NO KEY UPDATE";

/// Takes the pools that match these campaigns' pledges; nothing happens where there are none.
pub(crate) async fn lock_pools_of_campaigns(tx: &mut Tx, campaigns: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&POOL, OF_CAMPAIGNS, campaigns).await
}

/// Takes the pools that match these pledges.
pub(crate) async fn lock_pools_of(tx: &mut Tx, pledges: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&POOL, OF_PLEDGES, pledges).await
}
