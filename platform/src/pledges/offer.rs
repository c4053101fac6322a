//! A campaign that takes pledges now, and what it offers of what is wanted.

use std::collections::HashMap;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::{CampaignState, PolicyKind};
use multitude_domain::id::{AddOnId, CampaignId};
use multitude_domain::money::Currency;
use multitude_domain::pledges::{Offer, OfferedAddOn, OfferedReward, PledgeWish};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::command::PlacePledgeError;
use super::sql;
use crate::campaigns::lock::lock_campaign_shared_by_slug;
use crate::db::{StoreError, Tx};
use crate::{find_many, on};

#[derive(Debug, sqlx::FromRow)]
struct OfferRow {
    id: Uuid,
    slug: String,
    currency: String,
    policy: String,
    state: String,
    goal_minor: i64,
    livemode: bool,
    closes_at: Option<i64>,
    is_imported: bool,
    has_pool: bool,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct RewardRow {
    pub(super) title: String,
    pub(super) price_minor: i64,
    pub(super) stock: Option<i64>,
    pub(super) taken: i64,
    pub(super) early_until: Option<i64>,
    pub(super) is_shipped: bool,
}

impl RewardRow {
    /// How many no pledge has taken; nothing where it is not limited. Holds count as left.
    pub(super) fn left(&self) -> Option<i64> {
        self.stock.map(|stock| stock.saturating_sub(self.taken))
    }
}

/// A campaign that takes pledges now, as far as a wish concerns it.
#[derive(Debug, Clone)]
pub(super) struct OpenCampaign {
    pub(super) id: CampaignId,
    pub(super) goal_minor: i64,
    pub(super) livemode: bool,
    /// Recorded elsewhere: nobody is told of its pledges.
    pub(super) is_imported: bool,
    pub(super) has_pool: bool,
    pub(super) reward: Option<RewardRow>,
    pub(super) offer: Offer,
}

impl OpenCampaign {
    /// Whether there are only so many of the reward.
    pub(super) fn is_limited(&self) -> bool {
        self.reward.as_ref().is_some_and(|reward| reward.stock.is_some())
    }
}

/// Finds the campaign and what it offers of the wish; it cannot close before this transaction ends.
pub(super) async fn open_campaign(
    tx: &mut Tx,
    slug: &str,
    wish: &PledgeWish,
) -> Result<OpenCampaign, PlacePledgeError> {
    lock_campaign_shared_by_slug(tx, slug).await?;
    offer_of(tx, slug, wish).await
}

/// As [`open_campaign`], of a campaign that is held already.
pub(super) async fn offer_of(
    tx: &mut Tx,
    slug: &str,
    wish: &PledgeWish,
) -> Result<OpenCampaign, PlacePledgeError> {
    let found = read_campaign(tx, slug).await?;
    let now = tx.now().await?;
    found.offer(tx, wish, now).await
}

/// A campaign that may be open for pledges.
pub(super) struct FoundCampaign {
    pub(super) id: CampaignId,
    state: CampaignState,
    currency: Currency,
    policy: PolicyKind,
    row: OfferRow,
}

/// Finds the campaign; it cannot close before this transaction ends.
pub(super) async fn find_campaign(tx: &mut Tx, slug: &str) -> Result<FoundCampaign, PlacePledgeError> {
    lock_campaign_shared_by_slug(tx, slug).await?;
    read_campaign(tx, slug).await
}

async fn read_campaign(tx: &mut Tx, slug: &str) -> Result<FoundCampaign, PlacePledgeError> {
    let found = read_campaigns(tx, &[slug]).await?.remove(slug);
    found.ok_or_else(|| PlacePledgeError::NoCampaign { slug: slug.to_owned() })
}

/// Reads campaigns that are held already, as far as there are any with these slugs.
pub(super) async fn read_campaigns(
    tx: &mut Tx,
    slugs: &[&str],
) -> Result<HashMap<String, FoundCampaign>, StoreError> {
    let rows = find_many!(tx, sql::OFFERS, slugs, |slug| [*slug] => OfferRow)?;
    rows.into_iter().map(|row| Ok((row.slug.clone(), FoundCampaign::of(row)?))).collect()
}

impl FoundCampaign {
    fn of(row: OfferRow) -> Result<Self, StoreError> {
        let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.id.to_string() };
        Ok(Self {
            id: CampaignId::new(row.id),
            state: row.state.parse().map_err(|UnknownState| bad("state"))?,
            currency: row.currency.parse().map_err(|_| bad("currency"))?,
            policy: row.policy.parse().map_err(|UnknownState| bad("policy"))?,
            row,
        })
    }

    /// Whether a pool matches its pledges.
    pub(super) const fn has_pool(&self) -> bool {
        self.row.has_pool
    }

    /// What it offers of a wish at an instant.
    pub(super) async fn offer(
        &self,
        tx: &mut Tx,
        wish: &PledgeWish,
        now: Timestamp,
    ) -> Result<OpenCampaign, PlacePledgeError> {
        let closes_at = self.open_until(now)?;
        let (rewards, reward) = offered_reward(tx, self.id.uuid(), wish).await?;
        let offer = Offer {
            currency: self.currency,
            policy: self.policy,
            rewards,
            add_ons: offered_add_ons(tx, self.id.uuid(), wish).await?,
            closes_at,
            now,
        };
        Ok(OpenCampaign {
            id: self.id,
            goal_minor: self.row.goal_minor,
            livemode: self.row.livemode,
            is_imported: self.row.is_imported,
            has_pool: self.row.has_pool,
            reward,
            offer,
        })
    }

    /// Until when it takes pledges; refused where it takes none at `now`.
    pub(super) fn open_until(&self, now: Timestamp) -> Result<Timestamp, PlacePledgeError> {
        let closes_at = self.row.closes_at.map(Timestamp::from_micros);
        let slug = self.row.slug.clone();
        match (self.state, closes_at) {
            (CampaignState::Live, Some(at)) if now < at => Ok(at),
            (CampaignState::Live | CampaignState::Suspended, Some(at)) if now >= at => {
                Err(PlacePledgeError::Closed { slug, at })
            }
            (CampaignState::Live | CampaignState::Suspended | CampaignState::Scheduled, _) => {
                Err(PlacePledgeError::NotOpen { slug, state: self.state })
            }
            (state, Some(at)) if state.is_public() => Err(PlacePledgeError::Closed { slug, at }),
            _ => Err(PlacePledgeError::NoCampaign { slug }),
        }
    }
}

async fn offered_reward(
    tx: &mut Tx,
    campaign: Uuid,
    wish: &PledgeWish,
) -> Result<(Vec<OfferedReward>, Option<RewardRow>), StoreError> {
    let Some((id, _)) = wish.reward else { return Ok((Vec::new(), None)) };
    let row: Option<RewardRow> = on!(tx, c => sqlx::query_as(sql::OFFERED_REWARD)
        .bind(id.uuid()).bind(campaign).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok((Vec::new(), None)) };
    let regions = if row.is_shipped {
        on!(tx, c => sqlx::query_as(sql::REGIONS).bind(id.uuid()).fetch_all(c).await)?
    } else {
        Vec::new()
    };
    let offered = OfferedReward {
        id,
        price_minor: row.price_minor,
        early_until: row.early_until.map(Timestamp::from_micros),
        regions,
    };
    Ok((vec![offered], Some(row)))
}

async fn offered_add_ons(
    tx: &mut Tx,
    campaign: Uuid,
    wish: &PledgeWish,
) -> Result<Vec<OfferedAddOn>, StoreError> {
    if wish.add_ons.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, i64)> =
        on!(tx, c => sqlx::query_as(sql::OFFERED_ADD_ONS).bind(campaign).fetch_all(c).await)?;
    let offered = |(id, price_minor)| OfferedAddOn { id: AddOnId::new(id), price_minor };
    Ok(rows.into_iter().map(offered).collect())
}
