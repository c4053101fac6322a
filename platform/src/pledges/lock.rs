//! The locks of pledges and of what is limited. Key shares that other tables' foreign keys take do not meet
//! those of moves.

use uuid::Uuid;

use crate::campaigns::lock::{lock_campaigns_of, lock_totals_of};
use crate::db::{Lock, StoreError, Tx};
use crate::pools::lock::lock_pools_of;

/// A pledge, alone.
pub(crate) static PLEDGE: Lock = Lock { name: "pledge", rank: 20 };
/// A reward, alone: what is left of it stands still.
pub(crate) static REWARD: Lock = Lock { name: "reward", rank: 30 };
/// The same of an add-on.
pub(crate) static ADD_ON: Lock = Lock { name: "add-on", rank: 40 };

const PLEDGES: &str = "SELECT id FROM pledges WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";

const ONE_REWARD: &str = "SELECT id FROM rewards WHERE id = $1 FOR NO KEY UPDATE";

/// Those of pledges, and those that are named: no reward has the id of a pledge.
const REWARDS: &str = "
    SELECT id FROM rewards
    WHERE stock IS NOT NULL AND (id IN (SELECT reward_id FROM pledges WHERE id = ANY($1)) OR id = ANY($1))
    ORDER BY id FOR NO KEY UPDATE";

/// As [`REWARDS`].
const ADD_ONS: &str = "
    SELECT id FROM add_ons
    WHERE id IN (SELECT add_on_id FROM pledge_add_ons WHERE pledge_id = ANY($1)) OR id = ANY($1)
    ORDER BY id FOR NO KEY UPDATE";

/// Takes every lock that moving these pledges needs, in the one order: their campaigns, shared, which cannot
/// be decided before this transaction ends, and the pledges and what moves with them alone. What is read
/// afterwards stands still. Whoever holds the campaign alone needs none of it.
pub(crate) async fn lock_pledges(tx: &mut Tx, pledges: &[Uuid]) -> Result<(), StoreError> {
    lock_pledges_wanting(tx, pledges, &[]).await
}

/// As [`lock_pledges`], with the rewards and add-ons that are `wanted` for them from now on.
pub(super) async fn lock_pledges_wanting(
    tx: &mut Tx,
    pledges: &[Uuid],
    wanted: &[Uuid],
) -> Result<(), StoreError> {
    let limited = [pledges, wanted].concat();
    lock_campaigns_of(tx, pledges).await?;
    tx.lock(&PLEDGE, PLEDGES, pledges).await?;
    tx.lock(&REWARD, REWARDS, limited.as_slice()).await?;
    tx.lock(&ADD_ON, ADD_ONS, limited.as_slice()).await?;
    lock_pools_of(tx, pledges).await?;
    lock_totals_of(tx, pledges).await
}

/// Takes one reward.
pub(super) async fn lock_reward(tx: &mut Tx, reward: Uuid) -> Result<(), StoreError> {
    tx.lock(&REWARD, ONE_REWARD, reward).await
}
