//! What a team writes about its campaign, and what of that can be kept while it is unfinished.

use crate::campaigns::{
    CampaignPolicy, FundingModel, STRETCH_GOALS_MAX, STRETCH_LABEL_CHARS_MAX, StretchGoal, plain_text,
};
use crate::locale::Locale;
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// As many campaigns of one person may wait to become public.
pub const DRAFTS_MAX: i64 = 20;
/// As many people are of one team, with whoever began it.
pub const MEMBERS_MAX: usize = 20;

const NAME_CHARS_MAX: usize = 80;
const LABEL_CHARS_MAX: usize = 120;
const REWARD_CHARS_MAX: usize = 2_000;
const STORY_CHARS_MAX: usize = 20_000;
/// Longer than any date; what is none is a must that is not met.
const DATE_CHARS_MAX: usize = 10;
const ROWS_MAX: usize = 40;
const GOAL_MAJOR_MAX: i64 = 100_000_000;
const STOCK_MAX: i64 = 1_000_000;

/// Everything that a team writes about its campaign. Amounts are minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignDraft {
    /// The title.
    pub title: String,
    /// What it is, in one sentence.
    pub one_liner: String,
    /// The language it is written in.
    pub locale: Locale,
    /// The topic's code.
    pub topic: String,
    /// Where it happens.
    pub place: String,
    /// Who is behind it.
    pub team_name: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// What must be reached for anybody to pay.
    pub model: FundingModel,
    /// What must be reached.
    pub goal_minor: i64,
    /// What is promised beyond the goal, the nearest first.
    pub stretch_goals: Vec<StretchGoal>,
    /// How many days it is to run; nothing while that is open.
    pub run_days: Option<i64>,
    /// What is wrong today.
    pub problem: String,
    /// What the team does about it.
    pub solution: String,
    /// How and when.
    pub plan: String,
    /// What may go wrong.
    pub risks: String,
    /// What each part costs.
    pub budget: Vec<(String, i64)>,
    /// What is promised, with days as `YYYY-MM-DD`.
    pub milestones: Vec<(String, String)>,
    /// What backers may choose.
    pub rewards: Vec<DraftReward>,
    /// What may be added to a pledge.
    pub add_ons: Vec<DraftAddOn>,
}

/// Something to choose for a pledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftReward {
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// The smallest pledge that gets one.
    pub price_minor: i64,
    /// How many there are; none where they are unlimited.
    pub stock: Option<i64>,
    /// When an early price ends.
    pub early_until: Option<Timestamp>,
    /// The month of delivery, as `YYYY-MM`.
    pub delivery_month: Option<String>,
    /// Where it is sent, with what that costs; empty where nothing is sent.
    pub regions: Vec<(String, i64)>,
}

/// Something small to add to a pledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAddOn {
    /// Its title.
    pub title: String,
    /// The price of one.
    pub price_minor: i64,
    /// How many there are; none where they are unlimited.
    pub stock: Option<i64>,
}

impl CampaignDraft {
    /// The same with its texts as they are kept: without space around them, with plain line ends and no other
    /// control characters.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        // Every field by its name: a new one is decided about here.
        let Self {
            title,
            one_liner,
            locale: _,
            topic,
            place,
            team_name,
            currency: _,
            model: _,
            goal_minor: _,
            stretch_goals,
            run_days: _,
            problem,
            solution,
            plan,
            risks,
            budget,
            milestones,
            rewards,
            add_ons,
        } = &mut self;
        for text in [title, one_liner, topic, place, team_name, problem, solution, plan, risks] {
            *text = plain_text(text);
        }
        for (label, _) in budget {
            *label = plain_text(label);
        }
        for (label, due_on) in milestones {
            (*label, *due_on) = (plain_text(label), plain_text(due_on));
        }
        for goal in stretch_goals {
            goal.label = plain_text(&goal.label);
        }
        for reward in rewards {
            reward.title = plain_text(&reward.title);
            reward.description = plain_text(&reward.description);
            reward.delivery_month = reward.delivery_month.as_deref().map(plain_text);
            for (region, _) in &mut reward.regions {
                *region = plain_text(region);
            }
        }
        for add_on in add_ons {
            add_on.title = plain_text(&add_on.title);
        }
        self
    }

    /// What its budget adds up to; none where that is more than can be counted.
    pub fn budget_minor(&self) -> Option<i64> {
        self.budget.iter().try_fold(0_i64, |sum, (_, minor)| sum.checked_add(*minor))
    }
}

/// Why a field cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftFaultKind {
    /// It is empty.
    #[error("it is missing")]
    Missing,
    /// It has too many characters.
    #[error("it is longer than {max} characters")]
    TooLong {
        /// How many are allowed.
        max: usize,
    },
    /// The list has too many rows.
    #[error("it has more than {max} rows")]
    TooMany {
        /// How many are allowed.
        max: usize,
    },
    /// The amount is too small or too large.
    #[error("it is not from {min} to {max}")]
    Amount {
        /// The smallest.
        min: Money,
        /// The largest.
        max: Money,
    },
    /// The count is too small or too large.
    #[error("it is not from {min} to {max}")]
    Count {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// An earlier row says the same.
    #[error("it is there twice")]
    Repeated,
}

/// A field of a draft that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {kind}")]
pub struct DraftFault {
    /// The field's path, rows counted from 0: `rewards.2.title`.
    pub field: String,
    /// What is wrong with it.
    pub kind: DraftFaultKind,
}

impl CampaignPolicy {
    /// Every field of a tidied draft that cannot be kept. What is only unfinished is none: see
    /// [`CampaignPolicy::unmet`].
    pub fn check_draft(&self, draft: &CampaignDraft) -> Vec<DraftFault> {
        let mut check = Check { currency: draft.currency, faults: Vec::new() };
        check.basics(self, draft);
        check.goals(draft);
        check.lists(draft);
        check.rewards(self, &draft.rewards);
        check.add_ons(self, &draft.add_ons);
        check.faults
    }
}

/// The faults found so far.
struct Check {
    currency: Currency,
    faults: Vec<DraftFault>,
}

impl Check {
    fn fault(&mut self, field: impl Into<String>, kind: DraftFaultKind) {
        self.faults.push(DraftFault { field: field.into(), kind });
    }

    fn optional(&mut self, field: impl Into<String>, text: &str, max: usize) {
        if text.chars().count() > max {
            self.fault(field, DraftFaultKind::TooLong { max });
        }
    }

    fn text(&mut self, field: impl Into<String>, text: &str, max: usize) {
        if text.is_empty() {
            self.fault(field, DraftFaultKind::Missing);
        } else {
            self.optional(field, text, max);
        }
    }

    fn amount(&mut self, field: impl Into<String>, minor: i64, min: i64, max: i64) {
        if !(min..=max).contains(&minor) {
            let money = |minor| Money::new(minor, self.currency);
            let kind = DraftFaultKind::Amount { min: money(min), max: money(max) };
            self.fault(field, kind);
        }
    }

    fn stock(&mut self, field: impl Into<String>, stock: Option<i64>) {
        if stock.is_some_and(|stock| !(1..=STOCK_MAX).contains(&stock)) {
            self.fault(field, DraftFaultKind::Count { min: 1, max: STOCK_MAX });
        }
    }

    fn rows(&mut self, field: &str, rows: usize, max: usize) {
        if rows > max {
            self.fault(field, DraftFaultKind::TooMany { max });
        }
    }

    const fn goal_minor_max(&self) -> i64 {
        GOAL_MAJOR_MAX * self.currency.minor_per_major()
    }

    fn basics(&mut self, policy: &CampaignPolicy, draft: &CampaignDraft) {
        self.text("title", &draft.title, policy.title_chars_max);
        self.optional("one_liner", &draft.one_liner, policy.one_liner_chars_max);
        self.optional("topic", &draft.topic, NAME_CHARS_MAX);
        self.optional("place", &draft.place, NAME_CHARS_MAX);
        self.optional("team_name", &draft.team_name, NAME_CHARS_MAX);
        if draft.run_days.is_some_and(|days| !(policy.days_min..=policy.days_max).contains(&days)) {
            self.fault("run_days", DraftFaultKind::Count { min: policy.days_min, max: policy.days_max });
        }
        let story = [
            ("problem", &draft.problem),
            ("solution", &draft.solution),
            ("plan", &draft.plan),
            ("risks", &draft.risks),
        ];
        for (field, text) in story {
            self.optional(field, text, STORY_CHARS_MAX);
        }
    }

    fn goals(&mut self, draft: &CampaignDraft) {
        let max = self.goal_minor_max();
        self.amount("goal", draft.goal_minor, 1, max);
        let above = |minor: i64| minor.saturating_add(1);
        if let Some(optimum_minor) = draft.model.optimum_minor() {
            self.amount("optimum", optimum_minor, above(draft.goal_minor), max);
        }
        self.rows("stretch_goals", draft.stretch_goals.len(), STRETCH_GOALS_MAX);
        let mut before = draft.goal_minor;
        for (row, goal) in draft.stretch_goals.iter().enumerate() {
            self.amount(format!("stretch_goals.{row}.amount"), goal.amount_minor, above(before), max);
            self.text(format!("stretch_goals.{row}.label"), &goal.label, STRETCH_LABEL_CHARS_MAX);
            before = goal.amount_minor;
        }
    }

    fn lists(&mut self, draft: &CampaignDraft) {
        self.rows("budget", draft.budget.len(), ROWS_MAX);
        for (row, (label, minor)) in draft.budget.iter().enumerate() {
            self.text(format!("budget.{row}.label"), label, LABEL_CHARS_MAX);
            self.amount(format!("budget.{row}.amount"), *minor, 1, self.goal_minor_max());
        }
        self.rows("milestones", draft.milestones.len(), ROWS_MAX);
        for (row, (label, due_on)) in draft.milestones.iter().enumerate() {
            self.text(format!("milestones.{row}.label"), label, LABEL_CHARS_MAX);
            self.optional(format!("milestones.{row}.due_on"), due_on, DATE_CHARS_MAX);
        }
    }

    fn rewards(&mut self, policy: &CampaignPolicy, rewards: &[DraftReward]) {
        self.rows("rewards", rewards.len(), policy.rewards_max);
        for (row, reward) in rewards.iter().enumerate() {
            let field = |name: &str| format!("rewards.{row}.{name}");
            self.text(field("title"), &reward.title, NAME_CHARS_MAX);
            self.optional(field("description"), &reward.description, REWARD_CHARS_MAX);
            self.price(policy, field("price"), reward.price_minor);
            self.stock(field("stock"), reward.stock);
            let month = reward.delivery_month.as_deref().unwrap_or_default();
            self.optional(field("delivery_month"), month, DATE_CHARS_MAX);
            self.rows(&field("regions"), reward.regions.len(), ROWS_MAX);
            for (place, (region, shipping_minor)) in reward.regions.iter().enumerate() {
                let field = |name: &str| format!("rewards.{row}.regions.{place}.{name}");
                self.text(field("region"), region, NAME_CHARS_MAX);
                if reward.regions.iter().take(place).any(|(before, _)| before == region) {
                    self.fault(field("region"), DraftFaultKind::Repeated);
                }
                self.amount(field("shipping"), *shipping_minor, 0, policy.pledge_minor_max);
            }
        }
    }

    fn add_ons(&mut self, policy: &CampaignPolicy, add_ons: &[DraftAddOn]) {
        self.rows("add_ons", add_ons.len(), policy.rewards_max);
        for (row, add_on) in add_ons.iter().enumerate() {
            self.text(format!("add_ons.{row}.title"), &add_on.title, NAME_CHARS_MAX);
            self.amount(format!("add_ons.{row}.price"), add_on.price_minor, 1, policy.pledge_minor_max);
            self.stock(format!("add_ons.{row}.stock"), add_on.stock);
        }
    }

    /// Nobody can choose what costs less than the smallest pledge.
    fn price(&mut self, policy: &CampaignPolicy, field: String, price_minor: i64) {
        self.amount(field, price_minor, policy.pledge_minor_min, policy.pledge_minor_max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaigns::PolicyKind;

    fn draft() -> CampaignDraft {
        CampaignDraft {
            title: "Schattenplan".to_owned(),
            one_liner: String::new(),
            locale: Locale::De,
            topic: String::new(),
            place: String::new(),
            team_name: String::new(),
            currency: Currency::CHF,
            model: FundingModel::AllOrNothing,
            goal_minor: 4_800_000,
            stretch_goals: vec![StretchGoal { amount_minor: 6_000_000, label: "Zwei Bänke".to_owned() }],
            run_days: None,
            problem: String::new(),
            solution: String::new(),
            plan: String::new(),
            risks: String::new(),
            budget: vec![("Bäume".to_owned(), 4_800_000)],
            milestones: vec![("Erster Baum".to_owned(), String::new())],
            rewards: vec![DraftReward {
                title: "Bank".to_owned(),
                description: String::new(),
                price_minor: 60_000,
                stock: Some(8),
                early_until: None,
                delivery_month: None,
                regions: vec![("CH".to_owned(), 0), ("EU".to_owned(), 900)],
            }],
            add_ons: vec![DraftAddOn { title: "Postkarte".to_owned(), price_minor: 200, stock: None }],
        }
    }

    fn faults(change: impl FnOnce(&mut CampaignDraft)) -> Vec<(String, DraftFaultKind)> {
        let mut given = draft();
        change(&mut given);
        let found = PolicyKind::Standard.policy(Currency::CHF).check_draft(&given);
        found.into_iter().map(|fault| (fault.field, fault.kind)).collect()
    }

    fn fields(change: impl FnOnce(&mut CampaignDraft)) -> Vec<String> {
        faults(change).into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn whatever_is_only_unfinished_is_kept() {
        assert!(faults(|_| ()).is_empty());
        assert!(
            faults(|one| {
                one.stretch_goals.clear();
                one.budget.clear();
                one.milestones.clear();
                one.rewards.clear();
                one.add_ons.clear();
            })
            .is_empty()
        );
    }

    #[test]
    fn title_and_goal_are_wanted_from_the_start() {
        assert_eq!(faults(|one| one.title.clear()), [("title".to_owned(), DraftFaultKind::Missing)]);
        let long = DraftFaultKind::TooLong { max: 60 };
        assert_eq!(faults(|one| one.title = "ü".repeat(61)), [("title".to_owned(), long)]);
        assert_eq!(
            fields(|one| {
                one.goal_minor = 0;
                one.stretch_goals.clear();
            }),
            ["goal"]
        );
        assert_eq!(fields(|one| one.goal_minor = i64::MAX), ["goal", "stretch_goals.0.amount"]);
    }

    #[test]
    fn each_field_is_named_where_it_is() {
        assert_eq!(fields(|one| one.plan = "x".repeat(STORY_CHARS_MAX + 1)), ["plan"]);
        assert_eq!(fields(|one| one.run_days = Some(46)), ["run_days"]);
        assert_eq!(fields(|one| one.budget[0].1 = 0), ["budget.0.amount"]);
        assert_eq!(fields(|one| one.milestones[0].0.clear()), ["milestones.0.label"]);
        assert_eq!(fields(|one| one.rewards[0].stock = Some(0)), ["rewards.0.stock"]);
        assert_eq!(fields(|one| one.add_ons[0].title.clear()), ["add_ons.0.title"]);
        assert_eq!(fields(|one| one.rewards[0].regions[1].1 = -1), ["rewards.0.regions.1.shipping"]);
        assert_eq!(
            faults(|one| one.rewards[0].regions[1].0 = "CH".to_owned()),
            [("rewards.0.regions.1.region".to_owned(), DraftFaultKind::Repeated)]
        );
        assert_eq!(fields(|one| one.rewards[0].price_minor = 499), ["rewards.0.price"], "below every pledge");
    }

    #[test]
    fn goals_rise() {
        let above = |optimum_minor| FundingModel::MinimumAndOptimum { optimum_minor };
        assert_eq!(fields(|one| one.model = above(4_800_000)), ["optimum"]);
        assert!(fields(|one| one.model = above(4_800_001)).is_empty());
        assert_eq!(fields(|one| one.stretch_goals[0].amount_minor = 4_800_000), ["stretch_goals.0.amount"]);
        let again = |one: &mut CampaignDraft| one.stretch_goals.push(one.stretch_goals[0].clone());
        assert_eq!(fields(again), ["stretch_goals.1.amount"]);
    }

    #[test]
    fn no_list_grows_without_end() {
        assert_eq!(fields(|one| one.budget = vec![("x".to_owned(), 1); ROWS_MAX + 1]), ["budget"]);
        assert_eq!(fields(|one| one.rewards = vec![one.rewards[0].clone(); 13]), ["rewards"]);
        assert_eq!(fields(|one| one.add_ons = vec![one.add_ons[0].clone(); 13]), ["add_ons"]);
    }

    #[test]
    fn texts_are_kept_tidy() {
        let mut given = draft();
        given.title = " Schatten\u{0}plan ".to_owned();
        given.plan = "Erst\r\ndann\n".to_owned();
        given.rewards[0].regions[0].0 = " CH".to_owned();
        let kept = given.tidied();
        assert_eq!((kept.title.as_str(), kept.plan.as_str()), ("Schattenplan", "Erst\ndann"));
        assert_eq!(kept.rewards[0].regions[0].0, "CH");
    }

    #[test]
    fn budget_that_cannot_be_counted_is_none() {
        let mut given = draft();
        assert_eq!(given.budget_minor(), Some(4_800_000));
        given.budget.push(("mehr".to_owned(), i64::MAX));
        assert_eq!(given.budget_minor(), None);
    }
}
