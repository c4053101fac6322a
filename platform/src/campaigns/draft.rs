//! What a team does with its campaign before anybody else reads it: begins it and writes it.

use multitude_domain::WrongState;
use multitude_domain::campaigns::{
    CampaignDraft, CampaignState, DRAFTS_MAX, DraftAddOn, DraftReward, FundingModel, PolicyKind, StretchGoal,
};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::life::{ChangeCampaignError, find_for, find_standing};
use super::record::{NewCampaign, Origin, RecordCampaignError, record_campaign, write_lists};
use super::slug::slug_of;
use super::sql;
use crate::audit::{Done, Target, permit};
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// A campaign that was just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCampaign {
    /// Its id.
    pub id: CampaignId,
    /// Its constant name in addresses, made of its first title.
    pub slug: String,
}

/// Somebody begins a campaign, which is theirs. It may be unfinished.
///
/// # Errors
/// [`ChangeCampaignError::Denied`] for guests, [`ChangeCampaignError::Draft`] with every field that cannot be
/// kept, [`ChangeCampaignError::TooManyDrafts`].
pub async fn create_campaign(
    tx: &mut Tx,
    actor: &Actor,
    draft: &CampaignDraft,
) -> Result<CreatedCampaign, ChangeCampaignError> {
    let permit = permit(actor, Deed::CreateCampaign, &Relations::none());
    let permit = permit.ok_or(ChangeCampaignError::Denied)?;
    let draft = check(draft, PolicyKind::Standard)?;
    let owner = actor.user();
    if let Some(user) = owner {
        let drafts: i64 =
            on!(tx, c => sqlx::query_scalar(sql::COUNT_DRAFTS).bind(user.uuid()).fetch_one(c).await)?;
        if drafts >= DRAFTS_MAX {
            return Err(ChangeCampaignError::TooManyDrafts);
        }
    }
    let slug = free_slug(tx, &draft).await?;
    let new = NewCampaign {
        draft,
        slug,
        owner,
        state: CampaignState::Draft,
        origin: Origin::Here,
        livemode: !tx.shows_simulated(),
        opens_at: None,
        closes_at: None,
    };
    match record_campaign(tx, &new).await {
        Ok(id) => {
            permit.write_down(tx, Done::to(Target::Campaign(id), "create")).await?;
            Ok(CreatedCampaign { id, slug: new.slug })
        }
        // Somebody took the name since it was found to be free.
        Err(RecordCampaignError::Exists { .. }) => Err(StoreError::ChangedMeanwhile { what: "slug" }.into()),
        Err(RecordCampaignError::Store(error)) => Err(error.into()),
    }
}

/// The campaign as its team wrote it, for its team and its readers.
///
/// # Errors
/// [`ChangeCampaignError::NoCampaign`] for everybody else.
pub async fn find_draft(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<CampaignDraft, ChangeCampaignError> {
    let found = find_standing(tx, campaign).await?.ok_or(ChangeCampaignError::NoCampaign)?;
    if !actor.may(Deed::SeeDraft, &found.relations(actor)) {
        return Err(ChangeCampaignError::NoCampaign);
    }
    Ok(read_draft(tx, campaign).await?.0)
}

/// The team writes its campaign anew, whole, before it is sent in or when changes were asked for. Its slug
/// stays.
///
/// # Errors
/// [`ChangeCampaignError::Draft`] with every field that cannot be kept; [`ChangeCampaignError::Wrong`] in
/// every other state. Nothing changes then.
pub async fn edit_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    draft: &CampaignDraft,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::EditCampaign).await?;
    if !found.state.is_written() {
        return Err(WrongState { from: found.state.name(), action: "edit" }.into());
    }
    let (_, policy) = read_draft(tx, campaign).await?;
    let draft = check(draft, policy)?;
    let id = campaign.uuid();
    rows!(
        tx,
        sqlx::query(sql::EDIT_CAMPAIGN)
            .bind(id)
            .bind(&draft.title)
            .bind(&draft.one_liner)
            .bind(draft.locale.code())
            .bind(&draft.topic)
            .bind(&draft.place)
            .bind(&draft.team_name)
            .bind(draft.currency.code())
            .bind(draft.model.name())
            .bind(draft.goal_minor)
            .bind(draft.model.optimum_minor())
            .bind(&draft.problem)
            .bind(&draft.solution)
            .bind(&draft.plan)
            .bind(&draft.risks)
            .bind(draft.run_days)
    )?;
    for statement in sql::FORGET_LISTS {
        rows!(tx, sqlx::query(statement).bind(id))?;
    }
    write_lists(tx, campaign, &draft).await?;
    permit.write_down(tx, found.done("edit")).await?;
    Ok(())
}

/// The draft as it is kept.
fn check(draft: &CampaignDraft, policy: PolicyKind) -> Result<CampaignDraft, ChangeCampaignError> {
    let draft = draft.clone().tidied();
    let faults = policy.policy(draft.currency).check_draft(&draft);
    if faults.is_empty() { Ok(draft) } else { Err(ChangeCampaignError::Draft(faults)) }
}

/// A name that no other campaign has: the title's words, with a few random letters where those are taken.
async fn free_slug(tx: &mut Tx, draft: &CampaignDraft) -> Result<String, StoreError> {
    let words = slug_of(&draft.title, draft.locale);
    let is_taken: bool =
        on!(tx, c => sqlx::query_scalar(sql::IS_SLUG_TAKEN).bind(&words).fetch_one(c).await)?;
    if !words.is_empty() && !is_taken {
        return Ok(words);
    }
    let random = tx.uuid().simple().to_string();
    let end = random.get(random.len().saturating_sub(6)..).unwrap_or_default();
    Ok(if words.is_empty() { format!("campaign-{end}") } else { format!("{words}-{end}") })
}

#[derive(Debug, sqlx::FromRow)]
struct DraftRow {
    title: String,
    one_liner: String,
    locale: String,
    topic: String,
    place: String,
    team_name: String,
    currency: String,
    model: String,
    optimum_minor: Option<i64>,
    goal_minor: i64,
    run_days: Option<i64>,
    problem: String,
    solution: String,
    plan: String,
    risks: String,
    policy: String,
}

#[derive(Debug, sqlx::FromRow)]
struct RewardRow {
    id: Uuid,
    title: String,
    description: String,
    price_minor: i64,
    stock: Option<i64>,
    early_until: Option<i64>,
    delivery_month: Option<String>,
}

/// What is written of a campaign, and whose limits hold for it.
pub(super) async fn read_draft(
    tx: &mut Tx,
    campaign: CampaignId,
) -> Result<(CampaignDraft, PolicyKind), StoreError> {
    let id = campaign.uuid();
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: id.to_string() };
    let row: DraftRow = on!(tx, c => sqlx::query_as(sql::DRAFT).bind(id).fetch_one(c).await)?;
    let stretch: Vec<(i64, String)> =
        on!(tx, c => sqlx::query_as(sql::STRETCH_GOALS).bind(id).fetch_all(c).await)?;
    let add_ons: Vec<(String, i64, Option<i64>)> =
        on!(tx, c => sqlx::query_as(sql::ADD_ONS).bind(id).fetch_all(c).await)?;
    let draft = CampaignDraft {
        locale: row.locale.parse().map_err(|_| bad("locale"))?,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        model: FundingModel::of(&row.model, row.optimum_minor).map_err(|_| bad("model"))?,
        title: row.title,
        one_liner: row.one_liner,
        topic: row.topic,
        place: row.place,
        team_name: row.team_name,
        goal_minor: row.goal_minor,
        stretch_goals: stretch
            .into_iter()
            .map(|(amount_minor, label)| StretchGoal { amount_minor, label })
            .collect(),
        run_days: row.run_days,
        problem: row.problem,
        solution: row.solution,
        plan: row.plan,
        risks: row.risks,
        budget: on!(tx, c => sqlx::query_as(sql::BUDGET).bind(id).fetch_all(c).await)?,
        milestones: on!(tx, c => sqlx::query_as(sql::MILESTONES).bind(id).fetch_all(c).await)?,
        rewards: read_rewards(tx, id).await?,
        add_ons: add_ons
            .into_iter()
            .map(|(title, price_minor, stock)| DraftAddOn { title, price_minor, stock })
            .collect(),
    };
    Ok((draft, row.policy.parse().map_err(|_| bad("policy"))?))
}

async fn read_rewards(tx: &mut Tx, campaign: Uuid) -> Result<Vec<DraftReward>, StoreError> {
    let rewards: Vec<RewardRow> =
        on!(tx, c => sqlx::query_as(sql::REWARDS).bind(campaign).fetch_all(c).await)?;
    let regions: Vec<(Uuid, String, i64)> =
        on!(tx, c => sqlx::query_as(sql::REGIONS).bind(campaign).fetch_all(c).await)?;
    let of = |id: Uuid| {
        let own = regions.iter().filter(move |(reward, _, _)| *reward == id);
        own.map(|(_, region, shipping_minor)| (region.clone(), *shipping_minor)).collect()
    };
    Ok(rewards
        .into_iter()
        .map(|row| DraftReward {
            regions: of(row.id),
            title: row.title,
            description: row.description,
            price_minor: row.price_minor,
            stock: row.stock,
            early_until: row.early_until.map(Timestamp::from_micros),
            delivery_month: row.delivery_month,
        })
        .collect())
}
