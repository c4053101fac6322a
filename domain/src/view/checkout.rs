//! The three screens of a pledge.

use serde::{Deserialize, Serialize};

use super::CampaignView;
use crate::pledges::{Offer, OfferedAddOn, OfferedReward, PledgeDraft, PledgeWish};
use crate::time::Timestamp;

/// What a screen of the checkout shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutView {
    /// The campaign with what it offers.
    pub campaign: CampaignView,
    /// What was typed so far.
    pub draft: PledgeDraft,
    /// What stands for all that the last button agrees to; where a pledge is changed, for what it is now.
    pub terms: String,
    /// What this browser holds, and until when.
    pub hold: Option<HoldView>,
}

/// A held reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// Its title.
    pub title: String,
    /// Until when.
    pub until: Timestamp,
    /// Whether a click adds a quarter of an hour; where not, signing in comes first.
    pub can_extend: bool,
}

impl CampaignView {
    /// What may be chosen now.
    pub fn offer(&self) -> Offer {
        let currency = self.summary.currency;
        let region = |reward: &super::RewardView| {
            reward.regions.iter().map(|one| (one.region.clone(), one.shipping_minor)).collect()
        };
        Offer {
            currency,
            policy: self.policy,
            rewards: self
                .rewards
                .iter()
                .map(|reward| OfferedReward {
                    id: reward.id,
                    price_minor: reward.price_minor,
                    early_until: reward.early_until,
                    regions: region(reward),
                })
                .collect(),
            add_ons: self
                .add_ons
                .iter()
                .map(|add_on| OfferedAddOn { id: add_on.id, price_minor: add_on.price_minor })
                .collect(),
            closes_at: self.summary.closes_at.unwrap_or(self.now),
            now: self.now,
        }
    }

    /// As the backer sees it who has chosen this already: what they have is there for them, early price and
    /// all.
    #[must_use]
    pub fn with_own(mut self, own: &PledgeWish) -> Self {
        // Its match is counted in what the pool has left.
        self.matching = None;
        let more = |left: Option<i64>, qty: u32| left.map(|left| left.saturating_add(i64::from(qty)));
        if let Some((id, qty)) = own.reward
            && let Some(reward) = self.rewards.iter_mut().find(|one| one.id == id)
        {
            reward.left = more(reward.left, qty);
            reward.early_until = None;
        }
        for choice in &own.add_ons {
            if let Some(add_on) = self.add_ons.iter_mut().find(|one| one.id == choice.id) {
                add_on.left = more(add_on.left, choice.qty);
            }
        }
        self
    }

    /// Whether it takes pledges now.
    pub fn is_open(&self) -> bool {
        self.summary.state == crate::campaigns::CampaignState::Live
            && self.summary.closes_at.is_some_and(|end| self.now < end)
    }
}
