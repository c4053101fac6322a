//! Reads `world.toml`, whose days count from the day of seeding.

use multitude_domain::campaign::CampaignState;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use serde::Deserialize;

use crate::campaigns::{NewCampaign, NewReward, Origin};

/// How long the demo's campaigns run.
const RUN_DAYS: i64 = 30;

/// The demo world's file is broken.
#[derive(Debug, thiserror::Error)]
#[error("the demo world's file is broken: {0}")]
pub struct WorldError(#[from] toml::de::Error);

#[derive(Debug, Deserialize)]
struct World {
    campaign: Vec<CampaignText>,
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
    state: CampaignState,
    /// Days from the day of seeding to the deadline's day.
    closes_in: i64,
    problem: String,
    solution: String,
    plan: String,
    risks: String,
    budget: Vec<(String, i64)>,
    /// What, and how many days after the deadline.
    milestones: Vec<(String, i64)>,
    rewards: Vec<RewardText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RewardText {
    title: String,
    text: String,
    price: i64,
    stock: Option<i64>,
    #[serde(default)]
    regions: Vec<(String, i64)>,
}

const fn francs() -> Currency {
    Currency::CHF
}

/// The campaigns, seen from `now`.
pub(super) fn campaigns(now: Timestamp) -> Result<Vec<NewCampaign>, WorldError> {
    let world: World = toml::from_str(include_str!("world.toml"))?;
    Ok(world.campaign.into_iter().map(|text| campaign(now, text)).collect())
}

fn campaign(now: Timestamp, text: CampaignText) -> NewCampaign {
    let today = now.in_zurich().day;
    let last_day = today.plus_days(text.closes_in);
    let minor = |major: i64| major.saturating_mul(text.currency.minor_per_major());
    let delivery = last_day.plus_days(90);
    let rewards = text.rewards.into_iter().map(|reward| NewReward {
        title: reward.title,
        description: reward.text,
        price_minor: minor(reward.price),
        stock: reward.stock,
        early_until: None,
        delivery_month: Some(format!("{:04}-{:02}", delivery.year(), delivery.month())),
        regions: reward.regions.into_iter().map(|(region, shipping)| (region, minor(shipping))).collect(),
    });
    NewCampaign {
        slug: text.slug,
        title: text.title,
        one_liner: text.one_liner,
        locale: text.locale,
        topic: text.topic,
        place: text.place,
        team_name: text.team,
        owner: None,
        currency: text.currency,
        goal_minor: minor(text.goal),
        problem: text.problem,
        solution: text.solution,
        plan: text.plan,
        risks: text.risks,
        state: text.state,
        origin: Origin::Here,
        livemode: false,
        opens_at: Some(last_day.plus_days(-RUN_DAYS).at_in_zurich(8, 0, 0)),
        closes_at: Some(last_day.end_in_zurich()),
        budget: text.budget.into_iter().map(|(label, major)| (label, minor(major))).collect(),
        milestones: text
            .milestones
            .into_iter()
            .map(|(label, days)| (label, last_day.plus_days(days).to_string()))
            .collect(),
        rewards: rewards.collect(),
        add_ons: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_add_up_to_their_goals() {
        for campaign in campaigns(Timestamp::from_micros(1_800_000_000_000_000)).unwrap() {
            let sum: i64 = campaign.budget.iter().map(|(_, minor)| minor).sum();
            assert_eq!(sum, campaign.goal_minor, "{}", campaign.slug);
        }
    }

    #[test]
    fn limits_of_titles_and_one_liners_hold() {
        for campaign in campaigns(Timestamp::from_micros(1_800_000_000_000_000)).unwrap() {
            assert!(campaign.title.chars().count() <= 60, "{}", campaign.slug);
            assert!(campaign.one_liner.chars().count() <= 140, "{}", campaign.slug);
        }
    }
}
