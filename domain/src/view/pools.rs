//! Pools of match money as pages show them. Amounts are minor units of the pool's currency.

use serde::{Deserialize, Serialize};

use crate::id::PoolId;
use crate::locale::Locale;
use crate::matching::{MatchLimit, PoolRoom, RatioRule};
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// The pool that a campaign's pledges are matched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchOffer {
    /// The pool.
    pub pool: PoolId,
    /// Its name.
    pub name: String,
    /// Who gives.
    pub giver: String,
    /// What it adds.
    pub rule: RatioRule,
    /// What is left of it.
    pub room: PoolRoom,
}

impl MatchOffer {
    /// What the campaign can still get.
    pub fn left_minor(&self) -> i64 {
        self.rule.match_for(i64::MAX, self.room).0
    }

    /// What the pool would add to a pledge now, and what keeps it from more.
    pub fn adds(&self, pledge_minor: i64) -> (i64, Option<MatchLimit>) {
        self.rule.match_for(pledge_minor, self.room)
    }
}

/// A pool on its own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolView {
    /// Its name.
    pub name: String,
    /// Who gives.
    pub giver: String,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it adds.
    pub rule: RatioRule,
    /// What was paid into it.
    pub funded_minor: i64,
    /// Reserved or paid.
    pub used_minor: i64,
    /// Paid to campaigns.
    pub paid_minor: i64,
    /// The campaigns it is for that anybody may see.
    pub campaigns: Vec<PoolCampaignView>,
    /// Its newest matches.
    pub matches: Vec<MatchView>,
}

impl PoolView {
    /// An amount in the pool's currency.
    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Reserved for pledges whose campaigns are not decided, or not paid out.
    pub const fn reserved_minor(&self) -> i64 {
        self.used_minor.saturating_sub(self.paid_minor)
    }

    /// Neither reserved nor paid.
    pub const fn free_minor(&self) -> i64 {
        self.funded_minor.saturating_sub(self.used_minor)
    }
}

/// A campaign that a pool matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolCampaignView {
    /// Its constant name in addresses.
    pub slug: String,
    /// Its title, in its own language.
    pub title: String,
    /// The language its team writes.
    pub locale: Locale,
    /// Reserved for its pledges.
    pub reserved_minor: i64,
    /// Paid to it.
    pub paid_minor: i64,
}

/// What a pool added to one pledge, and why it was not more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchView {
    /// The campaign's title, in its own language.
    pub title: String,
    /// That language.
    pub locale: Locale,
    /// When the pledge was placed.
    pub at: Timestamp,
    /// The pledge.
    pub pledge_minor: i64,
    /// What the pool added.
    pub amount_minor: i64,
    /// What kept it from adding more.
    pub limit: Option<MatchLimit>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn campaign_can_get_what_the_pool_and_its_own_cap_leave() {
        let offer = |free_minor, campaign_minor| MatchOffer {
            pool: PoolId::new(uuid::Uuid::from_u128(1)),
            name: String::new(),
            giver: String::new(),
            rule: RatioRule { adds: 1, per: 3, campaign_minor_max: 1_000 },
            room: PoolRoom { free_minor, campaign_minor },
        };
        assert_eq!(offer(5_000, 400).left_minor(), 600);
        assert_eq!(offer(50, 400).left_minor(), 50);
        assert_eq!(offer(5_000, 1_000).left_minor(), 0);
        assert_eq!(offer(5_000, 900).adds(600), (100, Some(MatchLimit::CampaignCap)));
    }
}
