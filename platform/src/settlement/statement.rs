//! A team's word that it can deliver with less than nine tenths of its goal (docs/RULES.md, O1).

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::permission::settlement::Deed;
use multitude_domain::time::Timestamp;
use multitude_domain::view::StatementView;
use uuid::Uuid;

use super::campaign::{MoveCampaignError, find};
use super::sql;
use crate::audit::{Done, Target, permit};
use crate::campaigns::life::find_relations;
use crate::campaigns::lock::lock_campaign;
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// The team says that it can deliver with what was collected. Saying it again changes nothing.
///
/// # Errors
/// [`MoveCampaignError::Denied`] for anybody but the team, where nobody asked, and once its week is over.
pub async fn state_delivery(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<(), MoveCampaignError> {
    // A refund of everything that is under way must end first: it rests on the team's silence.
    lock_campaign(tx, campaign.uuid()).await?;
    let due = find(tx, campaign).await?.ok_or(MoveCampaignError::Denied)?;
    let relations = find_relations(tx, campaign, actor).await?;
    let permit = permit(actor, Deed::StateDelivery, &relations).ok_or(MoveCampaignError::Denied)?;
    if due.has_stated {
        return Ok(());
    }
    let now = tx.now().await?;
    match rows!(tx, sqlx::query(sql::STATED).bind(campaign.uuid()).bind(now.as_micros()))? {
        1 => Ok(permit.write_down(tx, Done::to(Target::Campaign(campaign), "")).await?),
        _ => Err(MoveCampaignError::Denied),
    }
}

#[derive(Debug, sqlx::FromRow)]
struct StatementRow {
    id: Uuid,
    title: String,
    state: String,
    currency: String,
    goal_minor: i64,
    collected_minor: i64,
    matched_minor: i64,
    statement_due_at: i64,
    stated_at: Option<i64>,
}

/// What a team is asked to say about its campaign; nothing for anybody else, and where nobody asked.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_statement(
    tx: &mut Tx,
    actor: &Actor,
    slug: &str,
) -> Result<Option<StatementView>, StoreError> {
    let row: Option<StatementRow> =
        on!(tx, c => sqlx::query_as(sql::STATEMENT).bind(slug).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let campaign = CampaignId::new(row.id);
    if !actor.may(Deed::StateDelivery, &find_relations(tx, campaign, actor).await?) {
        return Ok(None);
    }
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.id.to_string() };
    let due_at = Timestamp::from_micros(row.statement_due_at);
    let state: CampaignState = row.state.parse().map_err(|_| bad("state"))?;
    let is_open = state == CampaignState::Collecting && tx.now().await? < due_at;
    Ok(Some(StatementView {
        campaign,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        title: row.title,
        goal_minor: row.goal_minor,
        collected_minor: row.collected_minor,
        matched_minor: row.matched_minor,
        is_given: row.stated_at.is_some(),
        is_open,
        due_at,
    }))
}
