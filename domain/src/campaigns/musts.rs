//! What a campaign must be before a coach reads it: the same list for the studio's page and for sending it
//! in.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{CampaignDraft, CampaignPolicy, DraftReward};
use crate::money::Money;
use crate::time::Day;
use crate::typed::trim_typed;

/// A part of a campaign's story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoryPart {
    /// What is wrong today.
    Problem,
    /// What the team does about it.
    Solution,
    /// How and when.
    Plan,
    /// What may go wrong.
    Risks,
}

impl StoryPart {
    /// The name in forms and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Solution => "solution",
            Self::Plan => "plan",
            Self::Risks => "risks",
        }
    }
}

impl fmt::Display for StoryPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
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
    /// No topic.
    #[error("the campaign has no topic")]
    Topic,
    /// No place.
    #[error("the campaign has no place")]
    Place,
    /// A part of the story is not told.
    #[error("the story lacks its {part}")]
    Story {
        /// The part.
        part: StoryPart,
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
    /// A promise without a day.
    #[error("the day of milestone {label} is no day as YYYY-MM-DD")]
    MilestoneDay {
        /// What is promised.
        label: String,
    },
    /// A promise for a day before there is any money.
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
    /// Delivery in what is no month.
    #[error("the delivery of {title} is no month as YYYY-MM")]
    DeliveryMonth {
        /// The reward's title.
        title: String,
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
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Story { part } => part.name(),
            Self::Goal => "goal",
            Self::Budget { .. } => "budget",
            Self::Days { .. } => "run_days",
            Self::FewMilestones { .. } | Self::MilestoneDay { .. } | Self::MilestoneTooEarly { .. } => {
                "milestones"
            }
            Self::ManyRewards { .. } | Self::DeliveryMonth { .. } | Self::DeliveryTooEarly { .. } => {
                "rewards"
            }
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Title { .. } => "campaign.title",
            Self::OneLiner { .. } => "campaign.one_liner",
            Self::Topic => "campaign.topic",
            Self::Place => "campaign.place",
            Self::Story { .. } => "campaign.story",
            Self::Goal => "campaign.goal",
            Self::Budget { .. } => "campaign.budget",
            Self::Days { .. } => "campaign.days",
            Self::FewMilestones { .. } => "campaign.few_milestones",
            Self::MilestoneDay { .. } => "campaign.milestone_day",
            Self::MilestoneTooEarly { .. } => "campaign.milestone_too_early",
            Self::ManyRewards { .. } => "campaign.many_rewards",
            Self::DeliveryMonth { .. } => "campaign.delivery_month",
            Self::DeliveryTooEarly { .. } => "campaign.delivery_too_early",
        }
    }
}

impl CampaignPolicy {
    /// Every must that a campaign does not meet, in the order of the studio's pages. `deadline` is the day on
    /// which pledging ends, or the first on which it could.
    pub fn unmet(&self, given: &CampaignDraft, deadline: Day) -> Vec<CampaignFault> {
        let money = |minor| Money::new(minor, given.currency);
        let mut faults = Vec::new();
        let (chars, max) = (trim_typed(&given.title).chars().count(), self.title_chars_max);
        if chars == 0 || chars > max {
            faults.push(CampaignFault::Title { chars, max });
        }
        let (chars, max) = (trim_typed(&given.one_liner).chars().count(), self.one_liner_chars_max);
        if chars == 0 || chars > max {
            faults.push(CampaignFault::OneLiner { chars, max });
        }
        faults.extend(untold(given));
        if given.goal_minor <= 0 {
            faults.push(CampaignFault::Goal);
        } else if given.budget_minor() != Some(given.goal_minor) {
            let sum = given.budget_minor().unwrap_or(i64::MAX);
            let (sum, goal) = (money(sum), money(given.goal_minor));
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
        faults.extend(given.milestones.iter().filter_map(|one| milestone_fault(one, deadline)));
        faults.extend(given.rewards.iter().filter_map(|one| delivery_fault(one, deadline)));
        faults
    }
}

/// What a campaign does not say about itself.
fn untold(given: &CampaignDraft) -> impl Iterator<Item = CampaignFault> {
    let story = |part| CampaignFault::Story { part };
    [
        (&given.topic, CampaignFault::Topic),
        (&given.place, CampaignFault::Place),
        (&given.problem, story(StoryPart::Problem)),
        (&given.solution, story(StoryPart::Solution)),
        (&given.plan, story(StoryPart::Plan)),
        (&given.risks, story(StoryPart::Risks)),
    ]
    .into_iter()
    .filter_map(|(text, fault)| trim_typed(text).is_empty().then_some(fault))
}

/// What is wrong with a milestone: no day, or one at which there is no money yet.
fn milestone_fault((label, due_on): &(String, String), deadline: Day) -> Option<CampaignFault> {
    let label = label.clone();
    match due_on.parse::<Day>() {
        Ok(due) => (due <= deadline).then_some(CampaignFault::MilestoneTooEarly { label, deadline }),
        Err(_) => Some(CampaignFault::MilestoneDay { label }),
    }
}

/// What is wrong with a reward's delivery: no month, or one at which there is no money yet. A month counts by
/// its last day.
fn delivery_fault(reward: &DraftReward, deadline: Day) -> Option<CampaignFault> {
    let title = reward.title.clone();
    let Ok(first) = format!("{}-01", reward.delivery_month.as_deref()?).parse::<Day>() else {
        return Some(CampaignFault::DeliveryMonth { title });
    };
    let month = |day: Day| (day.year(), day.month());
    // The day after the deadline is the first with money.
    (month(first) < month(deadline.plus_days(1)))
        .then_some(CampaignFault::DeliveryTooEarly { title, deadline })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaigns::{FundingModel, PolicyKind};
    use crate::locale::Locale;
    use crate::money::Currency;

    fn fine() -> CampaignDraft {
        CampaignDraft {
            title: "Schattenplan".to_owned(),
            one_liner: "Zwölf Bäume kühlen einen Platz.".to_owned(),
            locale: Locale::De,
            topic: "heat".to_owned(),
            place: "Aarwil".to_owned(),
            team_name: "Lea Brunschwiler".to_owned(),
            currency: Currency::CHF,
            model: FundingModel::AllOrNothing,
            goal_minor: 4_800_000,
            stretch_goals: Vec::new(),
            run_days: Some(30),
            problem: "Hitze".to_owned(),
            solution: "Bäume".to_owned(),
            plan: "Im Frühling".to_owned(),
            risks: "Frost".to_owned(),
            budget: vec![("Bäume".to_owned(), 4_800_000)],
            milestones: vec![milestone("Drei Bäume", "2027-04-01"), milestone("Zwölf Bäume", "2027-06-01")],
            rewards: vec![reward("Bank", Some("2027-04")), reward("Dank", None)],
            add_ons: Vec::new(),
        }
    }

    fn milestone(label: &str, due_on: &str) -> (String, String) {
        (label.to_owned(), due_on.to_owned())
    }

    fn reward(title: &str, delivery_month: Option<&str>) -> DraftReward {
        DraftReward {
            title: title.to_owned(),
            description: String::new(),
            price_minor: 500,
            stock: None,
            early_until: None,
            delivery_month: delivery_month.map(str::to_owned),
            regions: Vec::new(),
        }
    }

    fn unmet(given: &CampaignDraft, deadline: Day) -> Vec<CampaignFault> {
        PolicyKind::Standard.policy(Currency::CHF).unmet(given, deadline)
    }

    fn codes_before(deadline: Day, change: impl FnOnce(&mut CampaignDraft)) -> Vec<&'static str> {
        let mut given = fine();
        change(&mut given);
        unmet(&given, deadline).iter().map(CampaignFault::code).collect()
    }

    fn codes(change: impl FnOnce(&mut CampaignDraft)) -> Vec<&'static str> {
        codes_before(Day::new(2027, 3, 31).unwrap(), change)
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
        assert_eq!(codes(|one| one.budget[0].1 -= 1), ["campaign.budget"]);
        for days in [None, Some(13), Some(46)] {
            assert_eq!(codes(|one| one.run_days = days), ["campaign.days"]);
        }
        assert!(
            codes(|one| one.run_days = Some(14)).is_empty()
                && codes(|one| one.run_days = Some(45)).is_empty()
        );
        assert_eq!(codes(|one| one.milestones.truncate(1)), ["campaign.few_milestones"]);
        assert_eq!(codes(|one| one.rewards = vec![reward("x", None); 13]), ["campaign.many_rewards"]);
    }

    #[test]
    fn nothing_is_promised_before_there_is_money() {
        let month = |month: &str| vec![reward("Bank", Some(month))];
        assert_eq!(codes(|one| one.rewards = month("2027-03")), ["campaign.delivery_too_early"]);
        assert!(
            codes_before(Day::new(2027, 3, 30).unwrap(), |one| one.rewards = month("2027-03")).is_empty(),
            "one day of the month is left"
        );
        let due = |due: &str| codes(|one| due.clone_into(&mut one.milestones[0].1));
        assert_eq!(due("2027-03-31"), ["campaign.milestone_too_early"]);
    }

    #[test]
    fn what_is_no_day_or_month_is_a_fault_of_its_own() {
        for due in ["", "soon", "2027-4-1", "2027-04-31"] {
            assert_eq!(
                codes(|one| due.clone_into(&mut one.milestones[0].1)),
                ["campaign.milestone_day"],
                "{due}"
            );
        }
        // The first two would come late enough as texts.
        for month in ["soon", "2027-4", "", "2027-13", "2027-04-01"] {
            assert_eq!(
                codes(|one| one.rewards = vec![reward("Bank", Some(month))]),
                ["campaign.delivery_month"],
                "{month}"
            );
        }
    }

    #[test]
    fn story_topic_and_place_are_told() {
        assert_eq!(codes(|one| one.topic.clear()), ["campaign.topic"]);
        assert_eq!(codes(|one| one.place.clear()), ["campaign.place"]);
        let mut given = fine();
        for text in [&mut given.problem, &mut given.solution, &mut given.plan, &mut given.risks] {
            " \n".clone_into(text);
        }
        let unmet = unmet(&given, Day::new(2027, 3, 31).unwrap());
        assert!(unmet.iter().all(|fault| fault.code() == "campaign.story"), "{unmet:?}");
        let fields: Vec<_> = unmet.iter().map(CampaignFault::field).collect();
        assert_eq!(fields, ["problem", "solution", "plan", "risks"]);
    }

    #[test]
    fn everything_is_named_at_once() {
        let all = codes(|one| {
            one.title.clear();
            one.one_liner.clear();
            one.budget.clear();
            one.run_days = None;
            one.milestones.clear();
        });
        assert_eq!(all.len(), 5, "{all:?}");
    }
}
