//! Holding a limited reward for one browser while it checks out. A hold is a row with an end, checked whenever it would
//! count; nobody has to clean it up for the reward to be free again.

use multitude_domain::id::RewardId;
use multitude_domain::pledge::{HOLD_MINUTES, HoldRules, PledgeWish};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::command::PlacePledgeError;
use super::offer::open_campaign;
use super::sql;
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// A reward held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The reward.
    pub reward: RewardId,
    /// How many of it.
    pub qty: i64,
    /// Until when.
    pub until: Timestamp,
    /// Whether *Keep it* adds another quarter of an hour at a click.
    pub can_extend: bool,
}

#[derive(Debug, sqlx::FromRow)]
struct HoldRow {
    reward_id: Uuid,
    qty: i64,
    extensions: i64,
    expires_at: i64,
}

impl HoldRow {
    const fn hold(&self) -> Hold {
        Hold {
            reward: RewardId::new(self.reward_id),
            qty: self.qty,
            until: Timestamp::from_micros(self.expires_at),
            can_extend: self.extensions == 0,
        }
    }
}

/// Who holds: a browser, from an address. Both are keyed hashes.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// The browser.
    pub browser: [u8; 32],
    /// Its network address.
    pub address: [u8; 32],
}

/// What became of the wish to hold a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldOutcome {
    /// Nothing limited was chosen: nothing needs to be held.
    NotNeeded,
    /// It is held.
    Held(Hold),
    /// It may be pledged for as long as there is some, but it is not held: too many are held already.
    NotHeld,
}

/// Holds the wished reward for a browser, in place of what it held before. The same reward in the same number keeps its
/// first end.
///
/// # Errors
/// [`PlacePledgeError`] as for the pledge itself: closed, sold out, not open.
pub async fn hold_reward(
    tx: &mut Tx,
    slug: &str,
    wish: &PledgeWish,
    holder: &Holder,
) -> Result<HoldOutcome, PlacePledgeError> {
    let campaign = open_campaign(tx, slug, wish).await?;
    let (Some((id, qty)), Some(reward)) = (wish.reward, &campaign.reward) else {
        return Ok(HoldOutcome::NotNeeded);
    };
    let Some(stock) = reward.stock else { return Ok(HoldOutcome::NotNeeded) };
    let (now, qty) = (campaign.offer.now, i64::from(qty));
    tx.lock_reward(id.uuid()).await?;
    let own = find_row(tx, campaign.id.uuid(), holder, now).await?;
    if let Some(own) = own.filter(|own| own.reward_id == id.uuid() && own.qty == qty) {
        return Ok(HoldOutcome::Held(own.hold()));
    }
    let (taken, held, address_holds): (i64, i64, i64) = on!(tx, c => sqlx::query_as(sql::ROOM)
        .bind(id.uuid())
        .bind(now.as_micros())
        .bind(holder.browser.as_slice())
        .bind(holder.address.as_slice())
        .fetch_one(c).await)?;
    let rules = HoldRules { left: stock.saturating_sub(taken), held, address_holds };
    if !rules.has_room(qty) {
        return Err(PlacePledgeError::SoldOut { title: reward.title.clone() });
    }
    rows!(tx, sqlx::query(sql::DROP_HOLD).bind(holder.browser.as_slice()).bind(campaign.id.uuid()))?;
    if !rules.may_hold(qty) {
        return Ok(HoldOutcome::NotHeld);
    }
    let until = now.plus(Span::minutes(HOLD_MINUTES));
    let id_of_hold = tx.uuid();
    rows!(
        tx,
        sqlx::query(sql::ADD_HOLD)
            .bind(id_of_hold)
            .bind(campaign.id.uuid())
            .bind(id.uuid())
            .bind(holder.browser.as_slice())
            .bind(holder.address.as_slice())
            .bind(qty)
            .bind(now.as_micros())
            .bind(until.as_micros())
    )?;
    Ok(HoldOutcome::Held(Hold { reward: id, qty, until, can_extend: true }))
}

/// Adds a quarter of an hour to a running hold, once.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn extend_hold(tx: &mut Tx, campaign: Uuid, holder: &Holder) -> Result<Option<Hold>, StoreError> {
    let now = tx.now().await?;
    let Some(row) = find_row(tx, campaign, holder, now).await? else { return Ok(None) };
    if row.extensions > 0 {
        return Ok(Some(row.hold()));
    }
    let until = Timestamp::from_micros(row.expires_at).plus(Span::minutes(HOLD_MINUTES));
    rows!(
        tx,
        sqlx::query(sql::EXTEND_HOLD).bind(holder.browser.as_slice()).bind(campaign).bind(until.as_micros())
    )?;
    Ok(Some(Hold { until, can_extend: false, ..row.hold() }))
}

/// The hold that a browser has on a campaign's reward now.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_hold(tx: &mut Tx, campaign: Uuid, holder: &Holder) -> Result<Option<Hold>, StoreError> {
    let now = tx.now().await?;
    Ok(find_row(tx, campaign, holder, now).await?.map(|row| row.hold()))
}

/// Deletes the holds that have run out; they counted no more. Says how many.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn forget_old_holds(tx: &mut Tx) -> Result<u64, StoreError> {
    let now = tx.now().await?;
    Ok(rows!(tx, sqlx::query(sql::FORGET_HOLDS).bind(now.as_micros()))?)
}

async fn find_row(
    tx: &mut Tx,
    campaign: Uuid,
    holder: &Holder,
    now: Timestamp,
) -> Result<Option<HoldRow>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(sql::FIND_HOLD)
        .bind(holder.browser.as_slice()).bind(campaign).bind(now.as_micros()).fetch_optional(c).await)?)
}
