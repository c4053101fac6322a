//! One campaign, whole, as its page shows it.

use std::collections::HashMap;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::StretchGoal;
use multitude_domain::id::{AddOnId, CampaignId, PoolId, RewardId};
use multitude_domain::matching::{PoolRoom, RatioRule};
use multitude_domain::money::Currency;
use multitude_domain::pledges::ShowAs;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{
    AddOnView, BackerView, BudgetLineView, CampaignSummary, CampaignView, Listing, MatchOffer, MilestoneView,
    RegionView, RewardView, TalkCounts,
};
use uuid::Uuid;

use super::row::SummaryRow;
use super::sql;
use crate::db::{Conn, StoreError, Tx};
use crate::on;

/// A campaign in one row; what it has many of is JSON.
#[derive(Debug, sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    problem: String,
    solution: String,
    plan: String,
    risks: String,
    policy: String,
    now_us: i64,
    updates: i64,
    questions: i64,
    budget: String,
    milestones: String,
    stretch_goals: String,
    rewards: String,
    regions: String,
    add_ons: String,
    pool: Option<String>,
}

/// A pool, in the order in which the statement lists its parts.
#[derive(Debug, serde::Deserialize)]
struct PoolRow(Uuid, String, String, u32, u32, i64, i64, i64);

impl From<PoolRow> for MatchOffer {
    fn from(row: PoolRow) -> Self {
        let PoolRow(id, name, giver, adds, per, campaign_minor_max, free_minor, campaign_minor) = row;
        Self {
            pool: PoolId::new(id),
            name,
            giver,
            rule: RatioRule { adds, per, campaign_minor_max },
            room: PoolRoom { free_minor, campaign_minor },
        }
    }
}

/// A reward, in the order in which the statement lists its parts.
#[derive(Debug, serde::Deserialize)]
struct RewardRow {
    position: i64,
    id: Uuid,
    title: String,
    description: String,
    price_minor: i64,
    stock: Option<i64>,
    taken: i64,
    held: i64,
    early_until: Option<i64>,
    delivery_month: Option<String>,
    is_shipped: u8,
}

/// What lists show of the public campaign of that slug. Drafts and reviews are not public: they are not
/// found.
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
    find_whole(tx, slug, Seen::Public).await
}

/// Which campaigns are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Those that everybody may see.
    Public,
    /// All of them: whether the reader may see it has been asked.
    All,
}

pub(super) async fn find_whole(
    tx: &mut Tx,
    slug: &str,
    seen: Seen,
) -> Result<Option<CampaignView>, StoreError> {
    let clock = tx.clock();
    let statement = match tx.conn() {
        Conn::Sqlite(_) => sql::WHOLE_SQLITE,
        Conn::Postgres(_) => sql::WHOLE_POSTGRES,
    };
    let row: Option<WholeRow> = on!(tx, c => sqlx::query_as(statement)
        .bind(slug).bind(clock.base_us).bind(clock.is_told).bind(seen == Seen::All).fetch_optional(c).await)?;
    row.map(CampaignView::try_from).transpose()
}

impl TryFrom<WholeRow> for CampaignView {
    type Error = StoreError;

    fn try_from(row: WholeRow) -> Result<Self, StoreError> {
        let summary = CampaignSummary::try_from(row.summary)?;
        let id = summary.id.to_string();
        let impossible = |column| StoreError::Impossible { table: "campaigns", column, id: id.clone() };
        let budget = list(&row.budget, |one: &(i64, String, i64)| one.0).map_err(|_| impossible("budget"))?;
        let milestones = list(&row.milestones, |one: &(i64, String, String)| one.0)
            .map_err(|_| impossible("milestones"))?;
        let stretch_goals = list(&row.stretch_goals, |one: &(i64, i64, String)| one.0)
            .map_err(|_| impossible("stretch_goals"))?;
        let rewards =
            list(&row.rewards, |one: &RewardRow| one.position).map_err(|_| impossible("rewards"))?;
        let regions =
            list(&row.regions, |one: &(i64, Uuid, String, i64)| one.0).map_err(|_| impossible("regions"))?;
        let add_ons = list(&row.add_ons, |one: &(i64, Uuid, String, i64, Option<i64>, i64)| one.0)
            .map_err(|_| impossible("add_ons"))?;
        let pool: Option<PoolRow> =
            row.pool.as_deref().map(serde_json::from_str).transpose().map_err(|_| impossible("pool"))?;
        let policy = row.policy.parse().map_err(|UnknownState| impossible("policy"))?;
        let talk = TalkCounts { updates: row.updates, questions: row.questions };
        let budget =
            budget.into_iter().map(|(_, label, amount_minor)| BudgetLineView { label, amount_minor });
        let milestones = milestones.into_iter().map(|(_, label, due_on)| MilestoneView { label, due_on });
        let add_ons = add_ons.into_iter().map(|(_, id, title, price_minor, stock, taken)| AddOnView {
            id: AddOnId::new(id),
            title,
            price_minor,
            left: stock.map(|stock| stock.saturating_sub(taken)),
        });
        Ok(Self {
            policy,
            problem: row.problem,
            solution: row.solution,
            plan: row.plan,
            risks: row.risks,
            budget: budget.collect(),
            milestones: milestones.collect(),
            stretch_goals: stretch_goals
                .into_iter()
                .map(|(_, amount_minor, label)| StretchGoal { amount_minor, label })
                .collect(),
            rewards: reward_views(rewards, regions),
            add_ons: add_ons.collect(),
            matching: pool.map(MatchOffer::from),
            talk,
            summary,
            now: Timestamp::from_micros(row.now_us),
        })
    }
}

/// A list in the order of its parts' positions.
fn list<T: serde::de::DeserializeOwned>(
    json: &str,
    position: impl Fn(&T) -> i64,
) -> Result<Vec<T>, serde_json::Error> {
    let mut parts: Vec<T> = serde_json::from_str(json)?;
    parts.sort_by_key(position);
    Ok(parts)
}

fn reward_views(rewards: Vec<RewardRow>, regions: Vec<(i64, Uuid, String, i64)>) -> Vec<RewardView> {
    let mut by_reward: HashMap<Uuid, Vec<RegionView>> = HashMap::new();
    for (_, reward, region, shipping_minor) in regions {
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
        is_shipped: row.is_shipped != 0,
        regions: by_reward.remove(&row.id).unwrap_or_default(),
    };
    rewards.into_iter().map(view).collect()
}

/// No page goes further back: skipping costs what reading does.
const BACKERS_SHOWN_MAX: i64 = 12_000;

/// Backers of a campaign, at most `limit`, the newest first and the newest `skipped` left out; names only as
/// far as each person allows. Pages are told apart by numbers: what a pledge is known by is not for
/// everybody. They end after 12,000.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_backers(
    tx: &mut Tx,
    campaign: CampaignId,
    skipped: u32,
    limit: i64,
) -> Result<Listing<BackerView>, StoreError> {
    let skipped = i64::from(skipped);
    let total: i64 =
        on!(tx, c => sqlx::query_scalar(sql::COUNT_BACKERS).bind(campaign.uuid()).fetch_one(c).await)?;
    let total_shown = total.min(BACKERS_SHOWN_MAX);
    if skipped >= total_shown {
        return Ok(Listing { items: Vec::new(), next_cursor: None, total });
    }
    let rows: Vec<(String, String, Option<i64>, i64)> = on!(tx, c => sqlx::query_as(sql::BACKERS)
        .bind(campaign.uuid()).bind(limit).bind(skipped).fetch_all(c).await)?;
    let items = rows
        .into_iter()
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
        .collect::<Result<Vec<_>, StoreError>>()?;
    let shown = skipped.saturating_add(limit);
    Ok(Listing { items, next_cursor: (shown < total_shown).then(|| shown.to_string()), total })
}

/// What is going on now, in all open campaigns, and what has come of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// Secured in open campaigns, by currency.
    pub secured: Vec<(Currency, i64)>,
    /// Pledges in that.
    pub backers: i64,
    /// Collected by campaigns that were funded, by currency, and how many these are.
    pub collected: Vec<(Currency, i64, i64)>,
}

/// Sums what is secured in open campaigns and what was collected by others; on a live site real money only.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_pulse(tx: &mut Tx) -> Result<Pulse, StoreError> {
    let open = sum_by_currency(tx, sql::PULSE).await?;
    Ok(Pulse {
        secured: open.iter().map(|(currency, minor, _)| (*currency, *minor)).collect(),
        backers: open.iter().map(|(_, _, backers)| backers).sum(),
        collected: sum_by_currency(tx, sql::FUNDED).await?,
    })
}

/// A sum and a count for each currency.
async fn sum_by_currency(
    tx: &mut Tx,
    statement: &'static str,
) -> Result<Vec<(Currency, i64, i64)>, StoreError> {
    let shows_simulated = tx.shows_simulated();
    let rows: Vec<(String, i64, i64)> =
        on!(tx, c => sqlx::query_as(statement).bind(shows_simulated).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(code, minor, count)| {
            let currency = code.parse().map_err(|_| StoreError::Impossible {
                table: "campaigns",
                column: "currency",
                id: code.clone(),
            })?;
            Ok((currency, minor, count))
        })
        .collect()
}
