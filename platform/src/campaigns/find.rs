//! One campaign, whole, as its page shows it.

use std::collections::HashMap;

use multitude_domain::UnknownState;
use multitude_domain::id::{AddOnId, CampaignId, RewardId};
use multitude_domain::money::Currency;
use multitude_domain::pledge::ShowAs;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{
    AddOnView, BackerView, BudgetLineView, CampaignSummary, CampaignView, MilestoneView, RegionView,
    RewardView,
};
use uuid::Uuid;

use super::row::SummaryRow;
use super::sql;
use super::updates::count_talk;
use crate::db::{StoreError, Tx};
use crate::on;

#[derive(Debug, sqlx::FromRow)]
struct RewardRow {
    id: Uuid,
    title: String,
    description: String,
    price_minor: i64,
    stock: Option<i64>,
    taken: i64,
    early_until: Option<i64>,
    delivery_month: Option<String>,
    is_shipped: bool,
    held: i64,
}

/// What lists show of the public campaign of that slug. Drafts and reviews are not public: they are not found.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_summary(tx: &mut Tx, slug: &str) -> Result<Option<CampaignSummary>, StoreError> {
    let row: Option<SummaryRow> =
        on!(tx, c => sqlx::query_as(sql::SUMMARY_BY_SLUG).bind(slug).fetch_optional(c).await)?;
    row.map(CampaignSummary::try_from).transpose()
}

/// The public campaign of that slug, whole.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_campaign(tx: &mut Tx, slug: &str) -> Result<Option<CampaignView>, StoreError> {
    let Some(summary) = find_summary(tx, slug).await? else { return Ok(None) };
    let id = summary.id.uuid();
    let now = tx.now().await?;
    let (problem, solution, plan, risks, policy): (String, String, String, String, String) =
        on!(tx, c => sqlx::query_as(sql::STORY).bind(id).fetch_one(c).await)?;
    let policy = policy.parse().map_err(|UnknownState| StoreError::Impossible {
        table: "campaigns",
        column: "policy",
        id: id.to_string(),
    })?;
    let budget: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(sql::BUDGET).bind(id).fetch_all(c).await)?;
    let milestones: Vec<(String, String)> =
        on!(tx, c => sqlx::query_as(sql::MILESTONES).bind(id).fetch_all(c).await)?;
    let add_ons: Vec<(Uuid, String, i64, Option<i64>, i64)> =
        on!(tx, c => sqlx::query_as(sql::ADD_ONS).bind(id).fetch_all(c).await)?;
    Ok(Some(CampaignView {
        policy,
        problem,
        solution,
        plan,
        risks,
        budget: budget
            .into_iter()
            .map(|(label, amount_minor)| BudgetLineView { label, amount_minor })
            .collect(),
        milestones: milestones.into_iter().map(|(label, due_on)| MilestoneView { label, due_on }).collect(),
        rewards: list_rewards(tx, summary.id, now).await?,
        add_ons: add_ons
            .into_iter()
            .map(|(id, title, price_minor, stock, taken)| AddOnView {
                id: AddOnId::new(id),
                title,
                price_minor,
                left: stock.map(|stock| stock.saturating_sub(taken)),
            })
            .collect(),
        talk: count_talk(tx, summary.id).await?,
        summary,
        now,
    }))
}

async fn list_rewards(
    tx: &mut Tx,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<Vec<RewardView>, StoreError> {
    let rows: Vec<RewardRow> = on!(tx, c => sqlx::query_as(sql::REWARDS)
        .bind(campaign.uuid()).bind(now.as_micros()).fetch_all(c).await)?;
    let regions: Vec<(Uuid, String, i64)> =
        on!(tx, c => sqlx::query_as(sql::REGIONS).bind(campaign.uuid()).fetch_all(c).await)?;
    let mut by_reward: HashMap<Uuid, Vec<RegionView>> = HashMap::new();
    for (reward, region, shipping_minor) in regions {
        by_reward.entry(reward).or_default().push(RegionView { region, shipping_minor });
    }
    let view = |row: RewardRow| RewardView {
        id: RewardId::new(row.id),
        title: row.title,
        description: row.description,
        price_minor: row.price_minor,
        stock: row.stock,
        left: row.stock.map(|stock| stock.saturating_sub(row.taken).saturating_sub(row.held).max(0)),
        held: row.held,
        early_until: row.early_until.map(Timestamp::from_micros),
        delivery_month: row.delivery_month,
        is_shipped: row.is_shipped,
        regions: by_reward.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The newest backers of a campaign, at most `limit`; names only as far as each person allows.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_backers(
    tx: &mut Tx,
    campaign: CampaignId,
    limit: i64,
) -> Result<Vec<BackerView>, StoreError> {
    let rows: Vec<(String, String, Option<i64>, i64)> = on!(tx, c => sqlx::query_as(sql::BACKERS)
        .bind(campaign.uuid()).bind(limit).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(name, show_as, confirmed_at, created_at)| {
            let show_as: ShowAs = show_as.parse().map_err(|_| StoreError::Impossible {
                table: "pledges",
                column: "show_as",
                id: campaign.to_string(),
            })?;
            Ok(BackerView {
                shown_name: confirmed_at.and_then(|_| show_as.shown(&name)),
                on: Timestamp::from_micros(created_at).in_zurich().day.to_string(),
            })
        })
        .collect()
}

/// What is going on now, in all open campaigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// Secured, by currency.
    pub secured: Vec<(Currency, i64)>,
    /// Pledges in secured.
    pub backers: i64,
}

/// Sums what is secured in open campaigns.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_pulse(tx: &mut Tx) -> Result<Pulse, StoreError> {
    let rows: Vec<(String, i64, i64)> = on!(tx, c => sqlx::query_as(sql::PULSE).fetch_all(c).await)?;
    let mut pulse = Pulse { secured: Vec::new(), backers: 0 };
    for (code, secured_minor, backers) in rows {
        let currency = code.parse().map_err(|_| StoreError::Impossible {
            table: "campaigns",
            column: "currency",
            id: code.clone(),
        })?;
        pulse.secured.push((currency, secured_minor));
        pulse.backers = pulse.backers.saturating_add(backers);
    }
    Ok(pulse)
}
