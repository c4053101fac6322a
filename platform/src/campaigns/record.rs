//! Recording a campaign with all that belongs to it, at whatever point of its life. No door leads here but
//! the seed's and the import's; people begin theirs in `draft.rs`.

use multitude_domain::campaigns::{CampaignDraft, CampaignState, DraftReward};
use multitude_domain::id::{CampaignId, UserId};
use multitude_domain::time::Timestamp;

use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::fees::find_fees;
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

/// Everything about a new campaign.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// What its team wrote.
    pub draft: CampaignDraft,
    /// Its constant name in addresses.
    pub slug: String,
    /// The person who answers for it; none for imported ones.
    pub owner: Option<UserId>,
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
}

/// Why a campaign was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordCampaignError {
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

impl From<StoreError> for RecordCampaignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl CarriesStoreError for RecordCampaignError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Exists { .. } => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Records a campaign, its totals and what it offers, and makes it findable.
///
/// # Errors
/// [`RecordCampaignError`] where its slug is taken or the database does not answer.
pub async fn record_campaign(tx: &mut Tx, new: &NewCampaign) -> Result<CampaignId, RecordCampaignError> {
    let id = CampaignId::new(tx.uuid());
    let now = tx.now().await?;
    add_campaign(tx, id, new, now).await.map_err(|error| {
        if error.is_unique_violation() {
            RecordCampaignError::Exists { slug: new.slug.clone() }
        } else {
            RecordCampaignError::Store(error)
        }
    })?;
    write_lists(tx, id, &new.draft).await?;
    Ok(id)
}

async fn add_campaign(
    tx: &mut Tx,
    id: CampaignId,
    new: &NewCampaign,
    now: Timestamp,
) -> Result<(), StoreError> {
    let draft = &new.draft;
    let (policy, origin, external_id) = match &new.origin {
        Origin::Here => ("standard", "here", None),
        Origin::Import { external_id } => ("historical", "import", Some(external_id)),
    };
    let fees = find_fees(tx, draft.currency).await?;
    rows!(
        tx,
        sqlx::query(sql::ADD_CAMPAIGN)
            .bind(id.uuid())
            .bind(&new.slug)
            .bind(&draft.title)
            .bind(&draft.one_liner)
            .bind(draft.locale.code())
            .bind(&draft.topic)
            .bind(&draft.place)
            .bind(&draft.team_name)
            .bind(new.owner.map(UserId::uuid))
            .bind(draft.currency.code())
            .bind(draft.model.name())
            .bind(draft.goal_minor)
            .bind(draft.model.optimum_minor())
            .bind(&draft.problem)
            .bind(&draft.solution)
            .bind(&draft.plan)
            .bind(&draft.risks)
            .bind(new.state.name())
            .bind(now.as_micros())
            .bind(policy)
            .bind(origin)
            .bind(external_id)
            .bind(new.livemode)
            .bind(new.opens_at.map(Timestamp::as_micros))
            .bind(new.closes_at.map(Timestamp::as_micros))
            .bind(draft.run_days)
            .bind(i64::from(fees.platform.get()))
    )?;
    rows!(tx, sqlx::query(sql::ADD_TOTALS).bind(id.uuid()))?;
    Ok(())
}

/// Writes what a draft has many of, where nothing of it is written yet, and makes the campaign findable by
/// its words.
pub(super) async fn write_lists(
    tx: &mut Tx,
    id: CampaignId,
    draft: &CampaignDraft,
) -> Result<(), StoreError> {
    for (position, (label, amount_minor)) in (0_i64..).zip(&draft.budget) {
        rows!(
            tx,
            sqlx::query(sql::ADD_BUDGET_LINE).bind(id.uuid()).bind(position).bind(label).bind(amount_minor)
        )?;
    }
    for (position, (label, due_on)) in (0_i64..).zip(&draft.milestones) {
        rows!(tx, sqlx::query(sql::ADD_MILESTONE).bind(id.uuid()).bind(position).bind(label).bind(due_on))?;
    }
    for (position, goal) in (0_i64..).zip(&draft.stretch_goals) {
        rows!(
            tx,
            sqlx::query(sql::ADD_STRETCH_GOAL)
                .bind(id.uuid())
                .bind(position)
                .bind(goal.amount_minor)
                .bind(&goal.label)
        )?;
    }
    for (position, add_on) in (0_i64..).zip(&draft.add_ons) {
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
    for (position, reward) in (0_i64..).zip(&draft.rewards) {
        add_reward(tx, id, position, reward).await?;
    }
    let texts =
        [&draft.one_liner, &draft.place, &draft.team_name, &draft.problem, &draft.solution, &draft.plan];
    let texts: Vec<&str> = texts.into_iter().map(String::as_str).collect();
    let document = search::Document {
        locale: draft.locale,
        title: &draft.title,
        texts: &texts,
        topic: &draft.topic,
        place: &draft.place,
    };
    search::index_campaign(tx, id, document).await
}

async fn add_reward(
    tx: &mut Tx,
    campaign: CampaignId,
    position: i64,
    new: &DraftReward,
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
