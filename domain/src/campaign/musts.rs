//! What a campaign must be before a coach reads it: the same list for the studio's page and for sending it in.

use serde::{Deserialize, Serialize};

use super::CampaignPolicy;
use crate::money::{Currency, Money};
use crate::time::Day;

/// What the musts look at. Amounts are minor units of the campaign's currency.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The title.
    pub title: String,
    /// What it is, in one sentence.
    pub one_liner: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// What must be reached.
    pub goal_minor: i64,
    /// What the budget adds up to.
    pub budget_minor: i64,
    /// How many days it is to run; nothing while that is open.
    pub run_days: Option<i64>,
    /// The day on which pledging ends, or the first on which it could.
    pub deadline: Day,
    /// What is promised, and by when as `YYYY-MM-DD`.
    pub milestones: Vec<(String, String)>,
    /// The titles of its rewards, and their months of delivery as `YYYY-MM`.
    pub rewards: Vec<(String, Option<String>)>,
}

/// A must that a campaign does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CampaignFault {
    /// No title, or one too long.
    #[error("the title has {chars} characters; 1 to {max} are allowed")]
    Title {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
    /// No one-liner, or one too long.
    #[error("the one-liner has {chars} characters; 1 to {max} are allowed")]
    OneLiner {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
    /// No goal.
    #[error("the goal is more than nothing")]
    Goal,
    /// The rows do not add up to the goal.
    #[error("the budget adds up to {sum}, the goal is {goal}")]
    Budget {
        /// What they add up to.
        sum: Money,
        /// The goal.
        goal: Money,
    },
    /// Too short, too long or open.
    #[error("a campaign runs {min} to {max} days")]
    Days {
        /// The shortest run.
        min: i64,
        /// The longest run.
        max: i64,
    },
    /// Too few promises.
    #[error("at least {min} milestones are wanted")]
    FewMilestones {
        /// The fewest.
        min: usize,
    },
    /// A promise without a day, or with one before there is any money.
    #[error("milestone {label} must come after {deadline}")]
    MilestoneTooEarly {
        /// What is promised.
        label: String,
        /// When pledging ends.
        deadline: Day,
    },
    /// Too many rewards.
    #[error("at most {max} rewards are allowed")]
    ManyRewards {
        /// The most.
        max: usize,
    },
    /// Delivered before there is any money.
    #[error("delivery of {title} must come after {deadline}")]
    DeliveryTooEarly {
        /// The reward's title.
        title: String,
        /// When pledging ends.
        deadline: Day,
    },
}

impl CampaignFault {
    /// The part of the campaign it belongs to, as forms and the API name it.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Title { .. } => "title",
            Self::OneLiner { .. } => "one_liner",
            Self::Goal => "goal",
            Self::Budget { .. } => "budget",
            Self::Days { .. } => "run_days",
            Self::FewMilestones { .. } | Self::MilestoneTooEarly { .. } => "milestones",
            Self::ManyRewards { .. } | Self::DeliveryTooEarly { .. } => "rewards",
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Title { .. } => "campaign.title",
            Self::OneLiner { .. } => "campaign.one_liner",
            Self::Goal => "campaign.goal",
            Self::Budget { .. } => "campaign.budget",
            Self::Days { .. } => "campaign.days",
            Self::FewMilestones { .. } => "campaign.few_milestones",
            Self::MilestoneTooEarly { .. } => "campaign.milestone_too_early",
            Self::ManyRewards { .. } => "campaign.many_rewards",
            Self::DeliveryTooEarly { .. } => "campaign.delivery_too_early",
        }
    }
}

impl CampaignPolicy {
    /// Every must that a campaign does not meet, in the order of the studio's pages.
    pub fn unmet(&self, given: &Submission) -> Vec<CampaignFault> {
        let money = |minor| Money::new(minor, given.currency);
        let mut faults = Vec::new();
        let (chars, max) = (given.title.trim().chars().count(), self.title_chars_max);
        if chars == 0 || chars > max {
            faults.push(CampaignFault::Title { chars, max });
        }
        let (chars, max) = (given.one_liner.trim().chars().count(), self.one_liner_chars_max);
        if chars == 0 || chars > max {
            faults.push(CampaignFault::OneLiner { chars, max });
        }
        if given.goal_minor <= 0 {
            faults.push(CampaignFault::Goal);
        } else if given.budget_minor != given.goal_minor {
            let (sum, goal) = (money(given.budget_minor), money(given.goal_minor));
            faults.push(CampaignFault::Budget { sum, goal });
        }
        let runs = given.run_days.is_some_and(|days| (self.days_min..=self.days_max).contains(&days));
        if !runs {
            faults.push(CampaignFault::Days { min: self.days_min, max: self.days_max });
        }
        if given.rewards.len() > self.rewards_max {
            faults.push(CampaignFault::ManyRewards { max: self.rewards_max });
        }
        if given.milestones.len() < self.milestones_min {
            faults.push(CampaignFault::FewMilestones { min: self.milestones_min });
        }
        faults.extend(too_early(given));
        faults
    }
}

/// What is promised for a time at which there is no money yet. A month of delivery counts by its last day.
fn too_early(given: &Submission) -> impl Iterator<Item = CampaignFault> {
    let deadline = given.deadline;
    let by_month = format!("{:04}-{:02}", deadline.year(), deadline.month());
    let is_last_of_month = deadline.plus_days(1).month() != deadline.month();
    let milestones = given.milestones.iter().filter(move |(_, due)| match due.parse::<Day>() {
        Ok(due) => due <= deadline,
        Err(_) => true,
    });
    let rewards = given.rewards.iter().filter_map(move |(title, month)| {
        let month = month.as_deref()?;
        // Both are `YYYY-MM`, so they compare as texts.
        (month < by_month.as_str() || (is_last_of_month && month == by_month)).then(|| title.clone())
    });
    let milestones =
        milestones.map(move |(label, _)| CampaignFault::MilestoneTooEarly { label: label.clone(), deadline });
    milestones.chain(rewards.map(move |title| CampaignFault::DeliveryTooEarly { title, deadline }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::PolicyKind;

    fn fine() -> Submission {
        Submission {
            title: "Schattenplan".to_owned(),
            one_liner: "Zwölf Bäume kühlen einen Platz.".to_owned(),
            currency: Currency::CHF,
            goal_minor: 4_800_000,
            budget_minor: 4_800_000,
            run_days: Some(30),
            deadline: Day::new(2027, 3, 31).unwrap(),
            milestones: vec![
                ("Drei Bäume".to_owned(), "2027-04-01".to_owned()),
                ("Zwölf Bäume".to_owned(), "2027-06-01".to_owned()),
            ],
            rewards: vec![("Bank".to_owned(), Some("2027-04".to_owned())), ("Dank".to_owned(), None)],
        }
    }

    fn codes(change: impl FnOnce(&mut Submission)) -> Vec<&'static str> {
        let mut given = fine();
        change(&mut given);
        let unmet = PolicyKind::Standard.policy(Currency::CHF).unmet(&given);
        unmet.iter().map(CampaignFault::code).collect()
    }

    #[test]
    fn whatever_is_met_is_not_named() {
        assert!(codes(|_| ()).is_empty());
        assert!(codes(|one| one.title = "ü".repeat(60)).is_empty(), "characters, not bytes");
    }

    #[test]
    fn each_must_is_named_by_its_own_code() {
        assert_eq!(codes(|one| one.title = "ü".repeat(61)), ["campaign.title"]);
        assert_eq!(codes(|one| one.title = "  ".to_owned()), ["campaign.title"]);
        assert_eq!(codes(|one| one.one_liner = "x".repeat(141)), ["campaign.one_liner"]);
        assert_eq!(codes(|one| one.goal_minor = 0), ["campaign.goal"]);
        assert_eq!(codes(|one| one.budget_minor -= 1), ["campaign.budget"]);
        for days in [None, Some(13), Some(46)] {
            assert_eq!(codes(|one| one.run_days = days), ["campaign.days"]);
        }
        assert!(
            codes(|one| one.run_days = Some(14)).is_empty()
                && codes(|one| one.run_days = Some(45)).is_empty()
        );
        assert_eq!(codes(|one| one.milestones.truncate(1)), ["campaign.few_milestones"]);
        assert_eq!(codes(|one| one.rewards = vec![("x".to_owned(), None); 13]), ["campaign.many_rewards"]);
    }

    #[test]
    fn nothing_is_promised_before_there_is_money() {
        let month = |month: &str| vec![("Bank".to_owned(), Some(month.to_owned()))];
        assert_eq!(codes(|one| one.rewards = month("2027-03")), ["campaign.delivery_too_early"]);
        assert!(
            codes(|one| {
                one.deadline = Day::new(2027, 3, 30).unwrap();
                one.rewards = month("2027-03");
            })
            .is_empty(),
            "one day of the month is left"
        );
        for due in ["2027-03-31", "soon"] {
            assert_eq!(
                codes(|one| due.clone_into(&mut one.milestones[0].1)),
                ["campaign.milestone_too_early"]
            );
        }
    }

    #[test]
    fn everything_is_named_at_once() {
        let all = codes(|one| {
            one.title.clear();
            one.one_liner.clear();
            one.budget_minor = 0;
            one.run_days = None;
            one.milestones.clear();
        });
        assert_eq!(all.len(), 5, "{all:?}");
    }
}
