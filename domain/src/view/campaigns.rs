//! Campaigns as pages and the API show them. Amounts are minor units of the campaign's currency.

use serde::{Deserialize, Serialize};

use super::{MatchOffer, TalkCounts};
use crate::campaigns::{CampaignState, FundingModel, PolicyKind, StretchGoal};
use crate::id::{AddOnId, CampaignId, RewardId};
use crate::locale::Locale;
use crate::money::{Currency, Money};
use crate::time::{Span, Timestamp};

/// A campaign in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// The campaign.
    pub id: CampaignId,
    /// Its constant name in addresses.
    pub slug: String,
    /// Its title, in its own language.
    pub title: String,
    /// What it is, in one sentence of its own language.
    pub one_liner: String,
    /// The language its team writes.
    pub locale: Locale,
    /// The topic's code.
    pub topic: String,
    /// Where it happens.
    pub place: String,
    /// Who is behind it.
    pub team_name: String,
    /// The currency of every amount here.
    pub currency: Currency,
    /// Where it stands.
    pub state: CampaignState,
    /// What must be reached for anybody to pay.
    pub model: FundingModel,
    /// What must be reached.
    pub goal_minor: i64,
    /// Promised, not yet secured.
    pub pledged_minor: i64,
    /// Confirmed by a provider, or arrived.
    pub secured_minor: i64,
    /// Reserved or paid by pools.
    pub matched_minor: i64,
    /// What was reserved by pools when the deadline decided, where it has.
    pub decided_match_minor: Option<i64>,
    /// Captured, less refunds and chargebacks.
    pub collected_minor: i64,
    /// How many pledges are in secured.
    pub backers: i64,
    /// When it opens or opened.
    pub opens_at: Option<Timestamp>,
    /// When it closes: pledges count before this instant.
    pub closes_at: Option<Timestamp>,
    /// Whether its deadline has decided. One that ended without was stopped.
    pub is_decided: bool,
}

/// How much of a whole a part is, in whole percent, rounded down.
pub fn percent_of(part_minor: i64, whole_minor: i64) -> i64 {
    let share = i128::from(part_minor) * 100 / i128::from(whole_minor.max(1));
    i64::try_from(share).unwrap_or(i64::MAX)
}

impl CampaignSummary {
    /// An amount in this campaign's currency.
    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What pools add toward the goal. Like secured it stands still once the deadline has decided, whatever
    /// becomes of the pledges that were matched.
    pub const fn counted_match_minor(&self) -> i64 {
        match self.decided_match_minor {
            Some(at_decision) => at_decision,
            None => self.matched_minor,
        }
    }

    /// What counts toward the goal: secured and matched.
    pub const fn counted_minor(&self) -> i64 {
        self.secured_minor.saturating_add(self.counted_match_minor())
    }

    /// Share of the goal that is reached, in whole percent, rounded down.
    pub fn reached_percent(&self) -> i64 {
        percent_of(self.counted_minor(), self.goal_minor)
    }

    /// Whole days until it closes, rounded down; none from the instant it closes and before its deadline is
    /// known.
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        let left = self.closes_at?.since(now);
        (left > Span::ZERO).then_some(left.as_seconds() / 86_400)
    }
}

/// What moves about a campaign while people watch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTotals {
    /// What must be reached.
    pub goal_minor: i64,
    /// Promised, not yet secured.
    pub pledged_minor: i64,
    /// Confirmed by a provider, or arrived.
    pub secured_minor: i64,
    /// Reserved or paid by pools.
    pub matched_minor: i64,
    /// What was reserved by pools when the deadline decided, where it has.
    pub decided_match_minor: Option<i64>,
    /// Captured, less refunds and chargebacks.
    pub collected_minor: i64,
    /// How many pledges are in secured.
    pub backers: i64,
    /// Where it stands.
    pub state: CampaignState,
    /// Whether its deadline has decided.
    pub is_decided: bool,
}

impl CampaignTotals {
    /// The same text for the same totals, and another one for others.
    pub fn mark(&self) -> String {
        let Self {
            goal_minor, pledged_minor, secured_minor, matched_minor, collected_minor, backers, ..
        } = self;
        let decided = self.decided_match_minor.unwrap_or(-1);
        let sums =
            [goal_minor, pledged_minor, secured_minor, matched_minor, &decided, collected_minor, backers];
        let sums = sums.map(ToString::to_string).join("/");
        format!("{sums}/{}/{}", self.state.name(), self.is_decided)
    }
}

impl CampaignSummary {
    /// Whether its deadline decided that the goal was missed.
    pub fn is_missed(&self) -> bool {
        self.is_decided
            && matches!(self.state, CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed)
    }

    /// What moves about it.
    pub const fn totals(&self) -> CampaignTotals {
        CampaignTotals {
            goal_minor: self.goal_minor,
            pledged_minor: self.pledged_minor,
            secured_minor: self.secured_minor,
            matched_minor: self.matched_minor,
            decided_match_minor: self.decided_match_minor,
            collected_minor: self.collected_minor,
            backers: self.backers,
            state: self.state,
            is_decided: self.is_decided,
        }
    }

    /// The same campaign, moved on.
    pub const fn set_totals(&mut self, totals: CampaignTotals) {
        self.goal_minor = totals.goal_minor;
        self.pledged_minor = totals.pledged_minor;
        self.secured_minor = totals.secured_minor;
        self.matched_minor = totals.matched_minor;
        self.decided_match_minor = totals.decided_match_minor;
        self.collected_minor = totals.collected_minor;
        self.backers = totals.backers;
        self.state = totals.state;
        self.is_decided = totals.is_decided;
    }
}

/// A campaign on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignView {
    /// What lists show too.
    pub summary: CampaignSummary,
    /// Whose limits hold for it.
    pub policy: PolicyKind,
    /// What is wrong today.
    pub problem: String,
    /// What the team does about it.
    pub solution: String,
    /// How and when.
    pub plan: String,
    /// What may go wrong.
    pub risks: String,
    /// Where the money goes.
    pub budget: Vec<BudgetLineView>,
    /// What the team has promised to show.
    pub milestones: Vec<MilestoneView>,
    /// What is promised beyond the goal, the nearest first.
    pub stretch_goals: Vec<StretchGoal>,
    /// What backers may choose.
    pub rewards: Vec<RewardView>,
    /// What may be added to a pledge.
    pub add_ons: Vec<AddOnView>,
    /// The pool that matches its pledges, where it has one.
    pub matching: Option<MatchOffer>,
    /// How much its team and its readers have said.
    pub talk: TalkCounts,
    /// The time at which this was true.
    pub now: Timestamp,
}

/// One line of a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLineView {
    /// What it pays for.
    pub label: String,
    /// How much.
    pub amount_minor: i64,
}

/// A promise with a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneView {
    /// What will be done.
    pub label: String,
    /// By when, as `YYYY-MM-DD`.
    pub due_on: String,
}

/// A reward and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardView {
    /// The reward.
    pub id: RewardId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// The smallest pledge that gets one.
    pub price_minor: i64,
    /// How many there are, where they are limited.
    pub stock: Option<i64>,
    /// How many are neither taken nor held, where they are limited.
    pub left: Option<i64>,
    /// How many somebody is checking out with.
    pub held: i64,
    /// When an early price ends.
    pub early_until: Option<Timestamp>,
    /// The month of delivery, as `YYYY-MM`.
    pub delivery_month: Option<String>,
    /// Whether it is sent to an address.
    pub is_shipped: bool,
    /// Where it can be sent, and for how much.
    pub regions: Vec<RegionView>,
}

/// A region that a reward is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionView {
    /// The region's code.
    pub region: String,
    /// What sending costs.
    pub shipping_minor: i64,
}

/// Something small to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddOnView {
    /// The add-on.
    pub id: AddOnId,
    /// Its title.
    pub title: String,
    /// The price of one.
    pub price_minor: i64,
    /// How many are left, where they are limited.
    pub left: Option<i64>,
}

/// A backer who may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackerView {
    /// The name as this person chose to be shown; none for those who stay anonymous or have not confirmed.
    pub shown_name: Option<String>,
    /// The day of the pledge, as `YYYY-MM-DD`.
    pub on: String,
}

/// How a list of campaigns is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignSort {
    /// Live ones that close next come first.
    #[default]
    EndingSoon,
    /// The nearest below their goal first.
    NearlyFunded,
    /// The latest opened first.
    Newest,
    /// The largest share of the goal first.
    MostFunded,
}

impl CampaignSort {
    /// Every order.
    pub const ALL: [Self; 4] = [Self::EndingSoon, Self::NearlyFunded, Self::Newest, Self::MostFunded];
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
    /// How many there are in all.
    pub total: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Day;

    fn closing(closes_at: Option<Timestamp>) -> CampaignSummary {
        CampaignSummary {
            id: CampaignId::new(uuid::Uuid::from_u128(1)),
            slug: "kuehle-schatten".to_owned(),
            title: String::new(),
            one_liner: String::new(),
            locale: Locale::De,
            topic: String::new(),
            place: String::new(),
            team_name: String::new(),
            currency: Currency::CHF,
            state: CampaignState::Live,
            model: FundingModel::AllOrNothing,
            goal_minor: 1,
            pledged_minor: 0,
            secured_minor: 0,
            matched_minor: 0,
            decided_match_minor: None,
            collected_minor: 0,
            backers: 0,
            opens_at: None,
            closes_at,
            is_decided: false,
        }
    }

    #[test]
    fn no_days_are_left_from_the_closing_instant_on() {
        let end = Day::new(2027, 3, 9).unwrap().end_in_zurich();
        let campaign = closing(Some(end));
        assert_eq!(campaign.days_left(end.plus(Span::days(-1))), Some(1));
        assert_eq!(campaign.days_left(end.plus(Span::micros(-1))), Some(0));
        assert_eq!(campaign.days_left(end), None);
        assert_eq!(campaign.days_left(end.plus(Span::micros(1))), None);
        assert_eq!(closing(None).days_left(end), None);
    }
}
