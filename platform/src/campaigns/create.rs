//! Creating a campaign with all that belongs to it. The seed, the import and (later) the studio come through here.

use multitude_domain::campaign::{CampaignState, FundingModel, StretchGoal};
use multitude_domain::fees::FeeSchedule;
use multitude_domain::id::{CampaignId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;

use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{rows, search};

/// Where a campaign comes from; it decides whose limits hold for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Made here, under today's limits.
    Here,
    /// Recorded elsewhere, under that name, before there were limits.
    Import {
        /// Its id there.
        external_id: String,
    },
}

/// Something to choose for a pledge.
#[derive(Debug, Clone)]
pub struct NewReward {
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
#[derive(Debug, Clone)]
pub struct NewAddOn {
    /// Its title.
    pub title: String,
    /// The price of one.
    pub price_minor: i64,
    /// How many there are; none where they are unlimited.
    pub stock: Option<i64>,
}

/// Everything about a new campaign. Amounts are minor units of its currency.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// Its constant name in addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What it is, in one sentence.
    pub one_liner: String,
    /// The language its team writes.
    pub locale: Locale,
    /// The topic's code.
    pub topic: String,
    /// Where it happens.
    pub place: String,
    /// Who is behind it.
    pub team_name: String,
    /// The person who answers for it; none for imported ones.
    pub owner: Option<UserId>,
    /// The currency of every amount.
    pub currency: Currency,
    /// What must be reached for anybody to pay.
    pub model: FundingModel,
    /// What must be reached.
    pub goal_minor: i64,
    /// What is promised beyond the goal, the nearest first.
    pub stretch_goals: Vec<StretchGoal>,
    /// What is wrong today.
    pub problem: String,
    /// What the team does about it.
    pub solution: String,
    /// How and when.
    pub plan: String,
    /// What may go wrong.
    pub risks: String,
    /// Where it starts its life here.
    pub state: CampaignState,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether its payments are real.
    pub livemode: bool,
    /// When it opens.
    pub opens_at: Option<Timestamp>,
    /// When it closes: pledges count before this instant.
    pub closes_at: Option<Timestamp>,
    /// What each part costs.
    pub budget: Vec<(String, i64)>,
    /// What is promised, with days as `YYYY-MM-DD`.
    pub milestones: Vec<(String, String)>,
    /// What backers may choose.
    pub rewards: Vec<NewReward>,
    /// What may be added to a pledge.
    pub add_ons: Vec<NewAddOn>,
}

impl NewCampaign {
    /// How many days it is to run, where its dates say so.
    fn run_days(&self) -> Option<i64> {
        let (opens, closes) = (self.opens_at?.in_zurich().day, self.closes_at?.in_zurich().day);
        Some(closes.days_since(opens).max(1))
    }
}

/// Why a campaign was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateCampaignError {
    /// Another campaign has this slug, or was imported under this id.
    #[error("a campaign {slug} exists already")]
    Exists {
        /// The slug.
        slug: String,
    },
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CreateCampaignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl CarriesStoreError for CreateCampaignError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Exists { .. } => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Creates a campaign, its totals and what it offers, and makes it findable.
///
/// # Errors
/// [`CreateCampaignError`] where its slug is taken or the database does not answer.
pub async fn create_campaign(tx: &mut Tx, new: &NewCampaign) -> Result<CampaignId, CreateCampaignError> {
    let id = CampaignId::new(tx.uuid());
    let now = tx.now().await?;
    add_campaign(tx, id, new, now).await.map_err(|error| {
        if error.is_unique_violation() {
            CreateCampaignError::Exists { slug: new.slug.clone() }
        } else {
            CreateCampaignError::Store(error)
        }
    })?;
    add_lists(tx, id, new).await?;
    for (position, reward) in (0_i64..).zip(&new.rewards) {
        add_reward(tx, id, position, reward).await?;
    }
    let texts = [&new.one_liner, &new.place, &new.team_name, &new.problem, &new.solution, &new.plan];
    let texts: Vec<&str> = texts.into_iter().map(String::as_str).collect();
    search::index_campaign(tx, id, search::Document { title: &new.title, texts: &texts }).await?;
    Ok(id)
}

async fn add_campaign(
    tx: &mut Tx,
    id: CampaignId,
    new: &NewCampaign,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (policy, origin, external_id) = match &new.origin {
        Origin::Here => ("standard", "here", None),
        Origin::Import { external_id } => ("historical", "import", Some(external_id)),
    };
    rows!(
        tx,
        sqlx::query(sql::ADD_CAMPAIGN)
            .bind(id.uuid())
            .bind(&new.slug)
            .bind(&new.title)
            .bind(&new.one_liner)
            .bind(new.locale.code())
            .bind(&new.topic)
            .bind(&new.place)
            .bind(&new.team_name)
            .bind(new.owner.map(UserId::uuid))
            .bind(new.currency.code())
            .bind(new.model.name())
            .bind(new.goal_minor)
            .bind(new.model.optimum_minor())
            .bind(&new.problem)
            .bind(&new.solution)
            .bind(&new.plan)
            .bind(&new.risks)
            .bind(new.state.name())
            .bind(now.as_micros())
            .bind(policy)
            .bind(origin)
            .bind(external_id)
            .bind(new.livemode)
            .bind(new.opens_at.map(Timestamp::as_micros))
            .bind(new.closes_at.map(Timestamp::as_micros))
            .bind(new.run_days())
            .bind(i64::from(FeeSchedule::default_for(new.currency).platform.get()))
    )?;
    rows!(tx, sqlx::query(sql::ADD_TOTALS).bind(id.uuid()))?;
    Ok(())
}

async fn add_lists(tx: &mut Tx, id: CampaignId, new: &NewCampaign) -> Result<(), StoreError> {
    for (position, (label, amount_minor)) in (0_i64..).zip(&new.budget) {
        rows!(
            tx,
            sqlx::query(sql::ADD_BUDGET_LINE).bind(id.uuid()).bind(position).bind(label).bind(amount_minor)
        )?;
    }
    for (position, (label, due_on)) in (0_i64..).zip(&new.milestones) {
        rows!(tx, sqlx::query(sql::ADD_MILESTONE).bind(id.uuid()).bind(position).bind(label).bind(due_on))?;
    }
    for (position, goal) in (0_i64..).zip(&new.stretch_goals) {
        rows!(
            tx,
            sqlx::query(sql::ADD_STRETCH_GOAL)
                .bind(id.uuid())
                .bind(position)
                .bind(goal.amount_minor)
                .bind(&goal.label)
        )?;
    }
    for (position, add_on) in (0_i64..).zip(&new.add_ons) {
        let add_on_id = tx.uuid();
        rows!(
            tx,
            sqlx::query(sql::ADD_ADD_ON)
                .bind(add_on_id)
                .bind(id.uuid())
                .bind(position)
                .bind(&add_on.title)
                .bind(add_on.price_minor)
                .bind(add_on.stock)
        )?;
    }
    Ok(())
}

async fn add_reward(
    tx: &mut Tx,
    campaign: CampaignId,
    position: i64,
    new: &NewReward,
) -> Result<(), StoreError> {
    let id = tx.uuid();
    rows!(
        tx,
        sqlx::query(sql::ADD_REWARD)
            .bind(id)
            .bind(campaign.uuid())
            .bind(position)
            .bind(&new.title)
            .bind(&new.description)
            .bind(new.price_minor)
            .bind(new.stock)
            .bind(new.early_until.map(Timestamp::as_micros))
            .bind(&new.delivery_month)
            .bind(!new.regions.is_empty())
    )?;
    for (position, (region, shipping_minor)) in (0_i64..).zip(&new.regions) {
        rows!(tx, sqlx::query(sql::ADD_REGION).bind(id).bind(position).bind(region).bind(shipping_minor))?;
    }
    Ok(())
}
