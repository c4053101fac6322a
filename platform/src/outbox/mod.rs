//! What changed, written with the change. Consumers (mail, and others to come) claim the rows that they have not had yet;
//! none asks for "later than the last one", since commits happen out of order.

mod sql;

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::{CampaignId, PledgeId, UpdateId};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{StoreError, Tx};
use crate::personal::Table;
use crate::{on, rows_many};

/// Ids and states; whose they are is elsewhere.
pub(crate) const TABLES: &[Table] = &[Table::of_nobody("outbox")];

/// Something that changed.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// What: `pledge_placed`, `pledge_moved`, `campaign_` and the state it came to; or what was [`said`] about one.
    pub(crate) kind: &'a str,
    pub(crate) campaign: CampaignId,
    pub(crate) pledge: Option<PledgeId>,
    pub(crate) update: Option<UpdateId>,
    pub(crate) from_state: &'a str,
    pub(crate) to_state: &'a str,
    pub(crate) at: Timestamp,
}

/// What is said about a campaign that stays in its state.
pub(crate) mod said {
    /// Its team chose another start.
    pub(crate) const START: &str = "campaign_start";
    /// Its team told how it goes.
    pub(crate) const UPDATE: &str = "campaign_update";
    /// Somebody asked.
    pub(crate) const QUESTION: &str = "campaign_question";
    /// Its team answered.
    pub(crate) const ANSWER: &str = "campaign_answer";
    /// Its last two days begin.
    pub(crate) const CLOSES_SOON: &str = "campaign_closes_soon";
    /// Its team is to say that it can deliver with less.
    pub(crate) const STATEMENT: &str = "campaign_statement";
    /// An update that it promised is due soon.
    pub(crate) const UPDATE_DUE: &str = "campaign_update_due";
    /// The day of one has passed without it.
    pub(crate) const UPDATE_PAST: &str = "campaign_update_past";
}

impl Event<'static> {
    /// Something was said about a campaign ([`said`]), which stays in its state.
    pub(crate) const fn said(
        kind: &'static str,
        campaign: CampaignId,
        state: CampaignState,
        at: Timestamp,
    ) -> Self {
        let state = state.name();
        Self { kind, campaign, pledge: None, update: None, from_state: state, to_state: state, at }
    }
}

/// Writes an event.
pub(crate) async fn add(tx: &mut Tx, event: &Event<'_>) -> Result<(), StoreError> {
    add_all(tx, std::slice::from_ref(event)).await
}

/// Writes events. What is recorded from elsewhere or made up, at a told time, is nobody's news: it is not mailed.
pub(crate) async fn add_all(tx: &mut Tx, events: &[Event<'_>]) -> Result<(), StoreError> {
    let is_told = tx.is_told();
    let rows: Vec<(Uuid, &Event<'_>)> = events.iter().map(|event| (tx.uuid(), event)).collect();
    rows_many!(tx, sql::ADD, rows, |(id, event)| [
        *id,
        event.kind,
        event.campaign.uuid(),
        event.pledge.map(PledgeId::uuid),
        event.update.map(UpdateId::uuid),
        event.from_state,
        event.to_state,
        event.at.as_micros(),
        is_told.then_some(event.at.as_micros()),
    ])?;
    for event in events {
        tx.note_change(event.campaign.uuid());
    }
    Ok(())
}

/// An event that was claimed.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct EventRow {
    pub(crate) kind: String,
    pub(crate) campaign_id: Uuid,
    pub(crate) pledge_id: Option<Uuid>,
    pub(crate) update_id: Option<Uuid>,
    pub(crate) from_state: String,
    pub(crate) to_state: String,
    pub(crate) at: i64,
}

/// Takes at most `limit` events that were not mailed yet, in the order in which they happened.
pub(crate) async fn claim_for_mail(tx: &mut Tx, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    let now = tx.now().await?.as_micros();
    let mut rows: Vec<EventRow> =
        on!(tx, c => sqlx::query_as(sql::CLAIM_FOR_MAIL).bind(now).bind(limit).fetch_all(c).await)?;
    rows.sort_by_key(|row| row.at);
    Ok(rows)
}

/// Whether anything waits to be mailed.
pub(crate) async fn has_unmailed(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_UNMAILED).fetch_one(c).await)?)
}
