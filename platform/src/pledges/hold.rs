//! Holding a limited reward for one browser while it checks out. A hold is a row with an end, checked
//! whenever it would count; nobody has to clean it up for the reward to be free again.

use multitude_domain::id::RewardId;
use multitude_domain::pledges::{HOLD_MINUTES, HoldRules, NeedsProof, PledgeWish, Proof, check_extension};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::command::PlacePledgeError;
use super::lock::lock_reward;
use super::offer::open_campaign;
use super::sql;
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// Nobody holds further ahead, however often they say *Keep it*.
const AHEAD_MAX: Span = Span::minutes(60);

/// A reward held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The reward.
    pub reward: RewardId,
    /// How many of it.
    pub qty: i64,
    /// Until when.
    pub until: Timestamp,
    /// How often it was extended.
    pub extensions: i64,
}

impl Hold {
    /// Whether *Keep it* adds another quarter of an hour at a click.
    pub const fn can_extend(&self, proof: Proof) -> bool {
        check_extension(self.extensions, proof).is_ok()
    }
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
            extensions: self.extensions,
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
    /// It may be pledged for as long as there is some, but it is not held: too many are held already. What
    /// the browser held of the same reward before, in a smaller number, stays held.
    NotHeld,
}

/// What became of *Keep it*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtendOutcome {
    /// It is held a quarter of an hour longer.
    Extended(Hold),
    /// It is held as before: it was extended once, and the holder has to prove an address first.
    NeedsProof(Hold),
    /// Nothing is held any more.
    Gone,
}

/// Holds the wished reward for a browser, in place of what it held before. The same reward keeps its first
/// end and its extensions, in whatever number, so that changing the number back and forth gains no time.
///
/// # Errors
/// [`PlacePledgeError`] as for the pledge itself: closed, sold out, not open.
pub async fn hold_reward(
    tx: &mut Tx,
    slug: &str,
    wish: &PledgeWish,
    holder: &Holder,
    proof: Proof,
) -> Result<HoldOutcome, PlacePledgeError> {
    let campaign = open_campaign(tx, slug, wish).await?;
    let (Some((id, qty)), Some(reward)) = (wish.reward, &campaign.reward) else {
        return Ok(HoldOutcome::NotNeeded);
    };
    let Some(stock) = reward.stock else { return Ok(HoldOutcome::NotNeeded) };
    let (now, qty) = (campaign.offer.now, i64::from(qty));
    lock_reward(tx, id.uuid()).await?;
    let before = find_row(tx, campaign.id.uuid(), holder, now).await?;
    let same = before.as_ref().filter(|own| own.reward_id == id.uuid());
    if let Some(same) = same.filter(|own| own.qty == qty) {
        return Ok(HoldOutcome::Held(same.hold()));
    }
    let rules = find_rules(tx, id, stock, holder, now, proof).await?;
    if !rules.has_room(qty) {
        return Err(PlacePledgeError::SoldOut { title: reward.title.clone() });
    }
    match same {
        // Fewer than are held already take nothing from anybody.
        Some(same) if qty < same.qty || rules.may_hold(qty) => {
            change_row(tx, campaign.id.uuid(), holder, qty).await?;
            Ok(HoldOutcome::Held(Hold { qty, ..same.hold() }))
        }
        Some(_) => Ok(HoldOutcome::NotHeld),
        None => {
            rows!(tx, sqlx::query(sql::DROP_HOLD).bind(holder.browser.as_slice()).bind(campaign.id.uuid()))?;
            if !rules.may_hold(qty) {
                return Ok(HoldOutcome::NotHeld);
            }
            let until = now.plus(Span::minutes(HOLD_MINUTES));
            // Another reward is no new beginning.
            let extensions = before.as_ref().map_or(0, |own| own.extensions);
            let hold = Hold { reward: id, qty, until, extensions };
            add_row(tx, campaign.id.uuid(), holder, now, &hold).await?;
            Ok(HoldOutcome::Held(hold))
        }
    }
}

/// Adds a quarter of an hour to a running hold: once for anybody, further for the proved, who hold for an
/// hour ahead at most, however often they ask.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn extend_hold(
    tx: &mut Tx,
    campaign: Uuid,
    holder: &Holder,
    proof: Proof,
) -> Result<ExtendOutcome, StoreError> {
    let now = tx.now().await?;
    let Some(row) = find_row(tx, campaign, holder, now).await? else { return Ok(ExtendOutcome::Gone) };
    let hold = row.hold();
    if let Err(NeedsProof) = check_extension(hold.extensions, proof) {
        return Ok(ExtendOutcome::NeedsProof(hold));
    }
    let until = hold.until.plus(Span::minutes(HOLD_MINUTES)).min(now.plus(AHEAD_MAX));
    rows!(
        tx,
        sqlx::query(sql::EXTEND_HOLD).bind(holder.browser.as_slice()).bind(campaign).bind(until.as_micros())
    )?;
    Ok(ExtendOutcome::Extended(Hold { until, extensions: hold.extensions.saturating_add(1), ..hold }))
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

/// What there is of a reward for this holder now.
async fn find_rules(
    tx: &mut Tx,
    id: RewardId,
    stock: i64,
    holder: &Holder,
    now: Timestamp,
    proof: Proof,
) -> Result<HoldRules, StoreError> {
    let (taken, held, address_holds): (i64, i64, i64) = on!(tx, c => sqlx::query_as(sql::ROOM)
        .bind(id.uuid())
        .bind(now.as_micros())
        .bind(holder.browser.as_slice())
        .bind(holder.address.as_slice())
        .fetch_one(c).await)?;
    Ok(HoldRules { left: stock.saturating_sub(taken), held, address_holds, proof })
}

async fn add_row(
    tx: &mut Tx,
    campaign: Uuid,
    holder: &Holder,
    now: Timestamp,
    hold: &Hold,
) -> Result<(), StoreError> {
    let id = tx.uuid();
    rows!(
        tx,
        sqlx::query(sql::ADD_HOLD)
            .bind(id)
            .bind(campaign)
            .bind(hold.reward.uuid())
            .bind(holder.browser.as_slice())
            .bind(holder.address.as_slice())
            .bind(hold.qty)
            .bind(now.as_micros())
            .bind(hold.until.as_micros())
            .bind(hold.extensions)
    )?;
    Ok(())
}

async fn change_row(tx: &mut Tx, campaign: Uuid, holder: &Holder, qty: i64) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::CHANGE_HOLD).bind(holder.browser.as_slice()).bind(campaign).bind(qty))?;
    Ok(())
}
