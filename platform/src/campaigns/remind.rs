//! What nobody does and time brings: a campaign's last two days, the update that a milestone promises, its
//! day that passes. Each is said once, however many look.

use std::collections::BTreeSet;

use multitude_domain::campaigns::{CampaignState, PromisedUpdate, promised_update};
use multitude_domain::id::CampaignId;
use multitude_domain::time::{Day, Span, Timestamp};
use uuid::Uuid;

use super::event::CampaignEvent;
use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;
use crate::outbox::{self, Event};

/// How long before its deadline it is said that a campaign closes.
const CLOSES_WITHIN: Span = Span::hours(48);
/// How many days before a promised update its team is reminded of it.
const DUE_WITHIN_DAYS: i64 = 7;

/// Whether there is anything to say.
pub(crate) async fn has_reminders(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let today = now.in_zurich().day;
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_REMINDERS)
        .bind(now.as_micros())
        .bind(now.plus(CLOSES_WITHIN).as_micros())
        .bind(today.to_string())
        .bind(today.plus_days(DUE_WITHIN_DAYS).to_string())
        .fetch_one(c).await)?)
}

/// Says what is to be said now; how much that was.
///
/// # Errors
/// [`StoreError`] where the database does not do it; it is said later then.
pub async fn remind(tx: &mut Tx) -> Result<usize, StoreError> {
    let now = tx.now().await?;
    let mut events = closing_soon(tx, now).await?;
    events.extend(promises(tx, now).await?);
    let events: Vec<(Event, Timestamp)> = events.into_iter().map(|event| (event, now)).collect();
    outbox::add_all(tx, &events).await?;
    Ok(events.len())
}

async fn closing_soon(tx: &mut Tx, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let closing: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::TELL_CLOSING)
        .bind(now.as_micros()).bind(now.plus(CLOSES_WITHIN).as_micros()).fetch_all(c).await)?;
    let closes_soon = |id| Event::Campaign(CampaignId::new(id), CampaignEvent::ClosesSoon);
    Ok(closing.into_iter().map(closes_soon).collect())
}

/// Of each milestone whose time comes near or has passed: what that means for the update that its campaign
/// owes.
async fn promises(tx: &mut Tx, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let today = now.in_zurich().day;
    let told: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(sql::TELL_MILESTONES)
        .bind(today.to_string())
        .bind(today.plus_days(DUE_WITHIN_DAYS).to_string())
        .fetch_all(c).await)?;
    let is_past = |(campaign, told): (Uuid, String)| (campaign, told == "past");
    // Of several milestones that pass at once one is told.
    let mut campaigns: BTreeSet<(Uuid, bool)> = told.into_iter().map(is_past).collect();
    let passed: Vec<Uuid> =
        campaigns.iter().filter_map(|(campaign, is_past)| is_past.then_some(*campaign)).collect();
    for campaign in passed {
        campaigns.remove(&(campaign, false));
    }
    let mut events = Vec::new();
    for (campaign, is_past) in campaigns {
        let Some(promised) = promise_of(tx, campaign, today).await? else { continue };
        let event = match (promised, is_past) {
            (PromisedUpdate::Overdue(_), true) => CampaignEvent::UpdateMissed,
            (PromisedUpdate::By(_), false) => CampaignEvent::UpdateDue,
            _ => continue,
        };
        events.push(Event::Campaign(CampaignId::new(campaign), event));
    }
    Ok(events)
}

async fn promise_of(tx: &mut Tx, campaign: Uuid, today: Day) -> Result<Option<PromisedUpdate>, StoreError> {
    let found: Option<(String, Option<i64>, Option<i64>)> =
        on!(tx, c => sqlx::query_as(sql::PROMISE).bind(campaign).fetch_optional(c).await)?;
    let Some((state, closes_at, told_at)) = found else { return Ok(None) };
    let bad = |_| StoreError::Impossible { table: "campaigns", column: "state", id: campaign.to_string() };
    let state: CampaignState = state.parse().map_err(bad)?;
    let due: Vec<String> =
        on!(tx, c => sqlx::query_scalar(sql::MILESTONE_DAYS).bind(campaign).fetch_all(c).await)?;
    let due: Vec<Day> = due.iter().filter_map(|one| one.parse().ok()).collect();
    let day = |at: i64| Timestamp::from_micros(at).in_zurich().day;
    Ok(Some(promised_update(state, closes_at.map(day), &due, told_at.map(day), today)))
}
