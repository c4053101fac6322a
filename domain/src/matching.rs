//! Match money: what a pool adds to a pledge, and why it sometimes does not.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::pledges::UnknownChoice;

/// A pool that adds so much for so much, up to a sum for each campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatioRule {
    /// The pool adds this …
    pub adds: u32,
    /// … for each of this that is pledged.
    pub per: u32,
    /// The most that one campaign gets, in minor units.
    pub campaign_minor_max: i64,
}

/// What is left of a pool's money, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRoom {
    /// Neither reserved nor paid.
    pub free_minor: i64,
    /// Reserved or paid for the campaign in question.
    pub campaign_minor: i64,
}

/// Why a pledge is not matched, or not in full. Each pledge says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchLimit {
    /// The backer is or was of the team, or pays from the account that the campaign is paid out to.
    TeamMember,
    /// Another pledge is matched that has the same card or bank account, the same counted address, or the
    /// same account here.
    SamePayer,
    /// The campaign has all that the pool gives to one.
    CampaignCap,
    /// The pool is used up.
    PoolUsedUp,
    /// It counts only after a review.
    NeedsReview,
}

impl MatchLimit {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::TeamMember, Self::SamePayer, Self::CampaignCap, Self::PoolUsedUp, Self::NeedsReview];

    /// The name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TeamMember => "team_member",
            Self::SamePayer => "same_payer",
            Self::CampaignCap => "campaign_cap",
            Self::PoolUsedUp => "pool_used_up",
            Self::NeedsReview => "needs_review",
        }
    }
}

impl FromStr for MatchLimit {
    type Err = UnknownChoice;

    fn from_str(name: &str) -> Result<Self, UnknownChoice> {
        Self::ALL.into_iter().find(|limit| limit.name() == name).ok_or(UnknownChoice)
    }
}

impl fmt::Display for MatchLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl RatioRule {
    /// What a pool adds to a pledge, rounded down to a minor unit, and what kept it from adding more.
    pub fn match_for(&self, pledge_minor: i64, room: PoolRoom) -> (i64, Option<MatchLimit>) {
        let full = i128::from(pledge_minor.max(0)) * i128::from(self.adds) / i128::from(self.per.max(1));
        let full = i64::try_from(full).unwrap_or(i64::MAX);
        let under_cap = self.campaign_minor_max.saturating_sub(room.campaign_minor).max(0);
        let free = room.free_minor.max(0);
        let amount = full.min(under_cap).min(free);
        let limit = match () {
            () if amount == full => None,
            () if under_cap <= free => Some(MatchLimit::CampaignCap),
            () => Some(MatchLimit::PoolUsedUp),
        };
        (amount, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_FOR_THREE: RatioRule = RatioRule { adds: 1, per: 3, campaign_minor_max: 1_000_000 };

    fn room(free_minor: i64, campaign_minor: i64) -> PoolRoom {
        PoolRoom { free_minor, campaign_minor }
    }

    #[test]
    fn pool_adds_its_ratio_rounded_down() {
        assert_eq!(ONE_FOR_THREE.match_for(6_000, room(9_999_999, 0)), (2_000, None));
        assert_eq!(ONE_FOR_THREE.match_for(100, room(9_999_999, 0)), (33, None));
    }

    #[test]
    fn caps_hold_and_are_named() {
        assert_eq!(
            ONE_FOR_THREE.match_for(6_000, room(9_999_999, 999_000)),
            (1_000, Some(MatchLimit::CampaignCap))
        );
        assert_eq!(ONE_FOR_THREE.match_for(6_000, room(500, 0)), (500, Some(MatchLimit::PoolUsedUp)));
        assert_eq!(ONE_FOR_THREE.match_for(6_000, room(-5, 2_000_000)), (0, Some(MatchLimit::CampaignCap)));
    }
}
