//! Reads `world.toml`, whose days count from the day of seeding.

use multitude_domain::campaigns::{
    CampaignDraft, CampaignState, DraftAddOn, DraftReward, FundingModel, StretchGoal,
};
use multitude_domain::locale::Locale;
use multitude_domain::matching::RatioRule;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use serde::Deserialize;

use super::talk::{QuestionText, Talk, UpdateText};
use super::turns::Turn;
use crate::campaigns::{NewCampaign, Origin};
use crate::pools::NewPool;

/// How long the demo's campaigns run.
const RUN_DAYS: i64 = 30;

/// The demo world's file is broken.
#[derive(Debug, thiserror::Error)]
#[error("the demo world's file is broken: {0}")]
pub struct WorldError(#[from] toml::de::Error);

#[derive(Debug, Deserialize)]
struct WorldText {
    campaign: Vec<CampaignText>,
    pool: Vec<PoolText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolText {
    name: String,
    giver: String,
    adds: u32,
    per: u32,
    campaign_max: i64,
    funded: i64,
    /// The slug of the campaign it is for.
    campaign: String,
}

/// A campaign and what its backers gave, in whole units of its currency.
#[derive(Debug)]
pub(super) struct DemoCampaign {
    pub(super) new: NewCampaign,
    pub(super) secured: i64,
    pub(super) pledged: i64,
    pub(super) failing: i64,
    pub(super) sold: Vec<i64>,
    pub(super) ends: Option<CampaignState>,
    pub(super) talk: Talk,
    pub(super) turns: Vec<Turn>,
}

/// A pool and the slug of the campaign it is for.
#[derive(Debug)]
pub(super) struct DemoPool {
    pub(super) new: NewPool,
    pub(super) slug: String,
}

/// The demo world, seen from the day of seeding.
#[derive(Debug)]
pub(super) struct World {
    pub(super) campaigns: Vec<DemoCampaign>,
    pub(super) pools: Vec<DemoPool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CampaignText {
    slug: String,
    title: String,
    one_liner: String,
    locale: Locale,
    topic: String,
    place: String,
    team: String,
    #[serde(default = "francs")]
    currency: Currency,
    /// In whole units of the currency.
    goal: i64,
    /// A second goal; the first is the minimum then.
    optimum: Option<i64>,
    /// What is promised beyond the goal, and from how much on.
    #[serde(default)]
    stretch: Vec<(String, i64)>,
    state: CampaignState,
    /// Days from the day of seeding to the deadline's day.
    closes_in: i64,
    /// What its backers gave by card, in whole units of the currency.
    #[serde(default)]
    secured: i64,
    /// What is on its way by bank.
    #[serde(default)]
    pledged: i64,
    /// How much of what was secured cannot be charged.
    #[serde(default)]
    failing: i64,
    /// Where a campaign of the past stands today, where settling alone does not lead there.
    ends: Option<CampaignState>,
    /// How many of each reward were chosen.
    #[serde(default)]
    sold: Vec<i64>,
    problem: String,
    solution: String,
    plan: String,
    risks: String,
    budget: Vec<(String, i64)>,
    /// What, and how many days after the deadline.
    milestones: Vec<(String, i64)>,
    rewards: Vec<RewardText>,
    #[serde(default)]
    add_ons: Vec<AddOnText>,
    #[serde(default)]
    update: Vec<UpdateText>,
    #[serde(default)]
    question: Vec<QuestionText>,
    #[serde(default)]
    turn: Vec<Turn>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RewardText {
    title: String,
    text: String,
    price: i64,
    stock: Option<i64>,
    /// Days from the day of seeding to the last one of its price.
    early_days: Option<i64>,
    #[serde(default)]
    regions: Vec<(String, i64)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddOnText {
    title: String,
    price: i64,
    stock: Option<i64>,
}

const fn francs() -> Currency {
    Currency::CHF
}

/// The demo world, seen from `now`.
pub(super) fn world(now: Timestamp) -> Result<World, WorldError> {
    let text: WorldText = toml::from_str(include_str!("world.toml"))?;
    let campaigns = text.campaign.into_iter().map(|mut text| DemoCampaign {
        secured: text.secured,
        pledged: text.pledged,
        failing: text.failing,
        ends: text.ends,
        sold: std::mem::take(&mut text.sold),
        talk: Talk {
            updates: std::mem::take(&mut text.update),
            questions: std::mem::take(&mut text.question),
        },
        turns: std::mem::take(&mut text.turn),
        new: campaign(now, text),
    });
    Ok(World { campaigns: campaigns.collect(), pools: text.pool.into_iter().map(pool).collect() })
}

fn pool(text: PoolText) -> DemoPool {
    let minor = |major: i64| major.saturating_mul(Currency::CHF.minor_per_major());
    let new = NewPool {
        name: text.name,
        giver: text.giver,
        currency: Currency::CHF,
        rule: RatioRule { adds: text.adds, per: text.per, campaign_minor_max: minor(text.campaign_max) },
        funded_minor: minor(text.funded),
        campaigns: Vec::new(),
        livemode: false,
    };
    DemoPool { new, slug: text.campaign }
}

fn campaign(now: Timestamp, text: CampaignText) -> NewCampaign {
    let today = now.in_zurich().day;
    let last_day = today.plus_days(text.closes_in);
    let minor = |major: i64| major.saturating_mul(text.currency.minor_per_major());
    let delivery = last_day.plus_days(90);
    let rewards = text.rewards.into_iter().map(|reward| DraftReward {
        title: reward.title,
        description: reward.text,
        price_minor: minor(reward.price),
        stock: reward.stock,
        early_until: reward.early_days.map(|days| today.plus_days(days).end_in_zurich()),
        delivery_month: Some(format!("{:04}-{:02}", delivery.year(), delivery.month())),
        regions: reward.regions.into_iter().map(|(region, shipping)| (region, minor(shipping))).collect(),
    });
    let add_ons = text.add_ons.into_iter().map(|one| DraftAddOn {
        title: one.title,
        price_minor: minor(one.price),
        stock: one.stock,
    });
    let draft = CampaignDraft {
        title: text.title,
        one_liner: text.one_liner,
        locale: text.locale,
        topic: text.topic,
        place: text.place,
        team_name: text.team,
        currency: text.currency,
        model: match text.optimum {
            Some(optimum) => FundingModel::MinimumAndOptimum { optimum_minor: minor(optimum) },
            None => FundingModel::AllOrNothing,
        },
        goal_minor: minor(text.goal),
        stretch_goals: text
            .stretch
            .into_iter()
            .map(|(label, major)| StretchGoal { amount_minor: minor(major), label })
            .collect(),
        run_days: Some(RUN_DAYS),
        problem: text.problem,
        solution: text.solution,
        plan: text.plan,
        risks: text.risks,
        budget: text.budget.into_iter().map(|(label, major)| (label, minor(major))).collect(),
        milestones: text
            .milestones
            .into_iter()
            .map(|(label, days)| (label, last_day.plus_days(days).to_string()))
            .collect(),
        rewards: rewards.collect(),
        add_ons: add_ons.collect(),
    };
    NewCampaign {
        draft,
        slug: text.slug,
        owner: None,
        state: text.state,
        origin: Origin::Here,
        livemode: false,
        opens_at: Some(last_day.plus_days(-RUN_DAYS).at_in_zurich(8, 0, 0)),
        closes_at: Some(last_day.end_in_zurich()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use multitude_domain::campaigns::PolicyKind;

    #[test]
    fn campaigns_could_have_been_written_here_and_sent_in() {
        for DemoCampaign { new, .. } in
            world(Timestamp::from_micros(1_800_000_000_000_000)).unwrap().campaigns
        {
            let policy = PolicyKind::Standard.policy(new.draft.currency);
            assert_eq!(policy.check_draft(&new.draft), [], "{}", new.slug);
            assert_eq!(policy.unmet(&new.draft, new.closes_at.unwrap().in_zurich().day), [], "{}", new.slug);
        }
    }
}
