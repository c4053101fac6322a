//! The limits that hold for a campaign, as a value: today's for campaigns made here, none to speak of for
//! those that were recorded elsewhere before there were limits.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::Currency;
use crate::states::UnknownState;

/// Which limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// Campaigns made here.
    Standard,
    /// Campaigns recorded elsewhere and imported.
    Historical,
}

impl PolicyKind {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Historical => "historical",
        }
    }

    /// The limits, in a campaign's currency.
    pub const fn policy(self, currency: Currency) -> CampaignPolicy {
        let major = currency.minor_per_major();
        match self {
            Self::Standard => CampaignPolicy {
                title_chars_max: 60,
                one_liner_chars_max: 140,
                days_min: 14,
                days_max: 45,
                rewards_max: 12,
                milestones_min: 2,
                pledge_minor_min: 5 * major,
                pledge_minor_max: 1_000_000 * major,
                twint_minor_max: 5_000 * major,
                large_pledge: Some(LargePledge { goal_share: 10, minor_min: 1_000 * major }),
            },
            Self::Historical => CampaignPolicy {
                title_chars_max: usize::MAX,
                one_liner_chars_max: usize::MAX,
                days_min: 1,
                days_max: i64::MAX,
                rewards_max: usize::MAX,
                milestones_min: 0,
                pledge_minor_min: 1,
                pledge_minor_max: i64::MAX,
                twint_minor_max: i64::MAX,
                large_pledge: None,
            },
        }
    }
}

impl FromStr for PolicyKind {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        [Self::Standard, Self::Historical].into_iter().find(|kind| kind.name() == name).ok_or(UnknownState)
    }
}

/// The limits. Amounts are minor units of the campaign's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CampaignPolicy {
    /// The longest title.
    pub title_chars_max: usize,
    /// The longest one-liner.
    pub one_liner_chars_max: usize,
    /// The shortest run.
    pub days_min: i64,
    /// The longest run.
    pub days_max: i64,
    /// The most rewards.
    pub rewards_max: usize,
    /// The fewest milestones.
    pub milestones_min: usize,
    /// The smallest pledge.
    pub pledge_minor_min: i64,
    /// The largest pledge.
    pub pledge_minor_max: i64,
    /// The largest pledge that TWINT carries.
    pub twint_minor_max: i64,
    /// From where a pledge counts only after somebody has looked at it; never where there is none.
    pub large_pledge: Option<LargePledge>,
}

/// When a single pledge is large enough to decide a campaign alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LargePledge {
    /// More than one of so many parts of the goal is large.
    pub goal_share: i64,
    /// Never large up to this.
    pub minor_min: i64,
}

impl CampaignPolicy {
    /// Whether a pledge counts only once its money has arrived by bank or a person has reviewed it: above
    /// max(10 % of the goal, 1,000.00) (docs/RULES.md, P4).
    pub fn needs_review(&self, amount_minor: i64, goal_minor: i64) -> bool {
        amount_minor > self.unseen_minor_max(goal_minor)
    }

    /// The largest pledge that counts without a review, in minor units.
    pub fn unseen_minor_max(&self, goal_minor: i64) -> i64 {
        self.large_pledge
            .map_or(i64::MAX, |large| (goal_minor / large.goal_share.max(1)).max(large.minor_min))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pledges_need_a_look() {
        let standard = PolicyKind::Standard.policy(Currency::CHF);
        assert!(!standard.needs_review(100_000, 500_000), "1,000.00 is never large");
        assert!(standard.needs_review(100_001, 500_000));
        assert!(!standard.needs_review(480_000, 4_800_000), "a tenth of the goal is not more than a tenth");
        assert!(standard.needs_review(480_001, 4_800_000));
        assert!(!PolicyKind::Historical.policy(Currency::USD).needs_review(i64::MAX, 100));
    }

    #[test]
    fn smallest_pledge_follows_the_currency() {
        assert_eq!(PolicyKind::Standard.policy(Currency::CHF).pledge_minor_min, 500);
        assert_eq!(PolicyKind::Standard.policy(Currency::JPY).pledge_minor_min, 5);
    }
}
