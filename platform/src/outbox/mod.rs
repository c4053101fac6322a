//! What happened, written in the transaction in which it did. A dispatcher makes one delivery for each
//! consumer that wants an event; a consumer takes its deliveries in the transaction in which it does what
//! follows from them. Nobody asks for "later than the last one", since commits happen out of order.

mod consumer;
mod event;
mod sql;

use std::collections::HashMap;

use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

pub(crate) use consumer::Consumer;
pub(crate) use event::Event;

use crate::db::{StoreError, Tx};
use crate::personal::Table;
use crate::{find_many, on, rows, rows_many};

/// Ids and states; whose they are is elsewhere.
pub(crate) const TABLES: &[Table] =
    &[Table::of_nobody("outbox").keeping(&["name", "body"]), Table::of_nobody("outbox_deliveries")];

/// As many events as one transaction dispatches.
const DISPATCHED_AT_ONCE: i64 = 500;
/// A delivery that this version cannot read is looked at again after so long: another version may know it.
const UNREADABLE_AGAIN: Span = Span::hours(1);
/// For so long an event is kept that everybody was told of.
const EVENTS_KEPT: Span = Span::days(7);
/// As many events as are forgotten at once.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// Writes an event.
///
/// # Errors
/// As [`add_all`].
pub(crate) async fn add(tx: &mut Tx, event: Event, at: Timestamp) -> Result<(), StoreError> {
    add_all(tx, &[(event, at)]).await
}

/// Writes events, in one statement. What is recorded from elsewhere or made up, at a told time, is nobody's
/// news: it is not dispatched.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn add_all(tx: &mut Tx, events: &[(Event, Timestamp)]) -> Result<(), StoreError> {
    let is_told = tx.is_told();
    let row = |(event, at): &(Event, Timestamp)| (tx.uuid(), event.subject(), event.stored(), at.as_micros());
    let rows: Vec<_> = events.iter().map(row).collect();
    rows_many!(tx, sql::ADD, rows, |(id, subject, (name, body), at)| [
        *id,
        subject.kind.name(),
        subject.id,
        name.as_str(),
        body.as_str(),
        *at,
        is_told.then_some(*at),
    ])?;
    for (event, _) in events {
        tx.note_change(event.watched());
    }
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
struct EventRow {
    id: Uuid,
    subject_kind: String,
    subject_id: Uuid,
    name: String,
    body: String,
    at: i64,
}

impl EventRow {
    fn event(&self) -> Option<Event> {
        Event::read(&self.subject_kind, self.subject_id, &self.name, &self.body)
    }
}

/// Whether any event was not dispatched yet.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn has_undispatched(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_UNDISPATCHED).fetch_one(c).await)?)
}

/// Makes the deliveries of the oldest events that have none yet, and says how many events that were. One that
/// this version cannot read is delivered to everybody: another version may have written it, and may read it.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the events stay then.
pub async fn dispatch(tx: &mut Tx) -> Result<usize, StoreError> {
    let now = tx.now().await?.as_micros();
    let rows: Vec<EventRow> = on!(tx, c => sqlx::query_as(sql::CLAIM)
        .bind(now).bind(DISPATCHED_AT_ONCE).fetch_all(c).await)?;
    let mut deliveries = Vec::new();
    for row in &rows {
        let event = row.event();
        let is_wanted = |consumer: &Consumer| event.as_ref().is_none_or(|event| consumer.wants(event));
        let wanting = Consumer::ALL.into_iter().filter(is_wanted);
        deliveries.extend(wanting.map(|consumer| (consumer.name(), row.at, row.id)));
    }
    rows_many!(tx, sql::ADD_DELIVERIES, deliveries, |(consumer, at, event)| [*consumer, *at, *event])?;
    Ok(rows.len())
}

/// Whether a consumer has a delivery to take.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn has_deliveries(tx: &mut Tx, consumer: Consumer) -> Result<bool, StoreError> {
    let now = tx.now().await?.as_micros();
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_DELIVERIES)
        .bind(consumer.name()).bind(now).fetch_one(c).await)?)
}

/// How many events wait to be dispatched, and deliveries to be taken.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn count_undelivered(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::COUNT_UNDELIVERED).fetch_one(c).await)?)
}

/// What a consumer took.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Events and when they happened, the oldest first.
    pub(crate) events: Vec<(Event, Timestamp)>,
    /// How many deliveries that were, unreadable ones included.
    pub(crate) count: usize,
}

/// Takes at most `limit` deliveries of a consumer, the oldest first. They are gone with the transaction in
/// which it does what follows from them, and are there again where that is undone.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn take(tx: &mut Tx, consumer: Consumer, limit: i64) -> Result<Taken, StoreError> {
    let now = tx.now().await?;
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::TAKE)
        .bind(consumer.name()).bind(now.as_micros()).bind(limit).fetch_all(c).await)?;
    let found: Vec<EventRow> = find_many!(tx, sql::EVENTS, ids, |id| [*id] => EventRow)?;
    let mut taken = Taken { events: Vec::with_capacity(found.len()), count: ids.len() };
    let mut order: HashMap<Uuid, EventRow> = found.into_iter().map(|row| (row.id, row)).collect();
    let mut rows: Vec<EventRow> = ids.iter().filter_map(|id| order.remove(id)).collect();
    rows.sort_by_key(|row| (row.at, row.id));
    for row in rows {
        if let Some(event) = row.event() {
            taken.events.push((event, Timestamp::from_micros(row.at)));
            continue;
        }
        tracing::error!(event.id = %row.id, event.name = row.name, "an event is not known to this version");
        let again = now.plus(UNREADABLE_AGAIN).as_micros();
        rows_many!(tx, sql::ADD_DELIVERIES, [(consumer.name(), again, row.id)], |(consumer, at, id)| [
            *consumer, *at, *id
        ])?;
    }
    Ok(taken)
}

/// Forgets events that everybody was told of long ago.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn forget_old(tx: &mut Tx) -> Result<(), StoreError> {
    let before = tx.now().await?.as_micros().saturating_sub(EVENTS_KEPT.as_micros());
    rows!(tx, sqlx::query(sql::FORGET).bind(before).bind(FORGOTTEN_AT_ONCE))?;
    Ok(())
}
