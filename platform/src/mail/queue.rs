//! From events to rows that wait to be sent.

use multitude_domain::UnknownState;
use multitude_domain::id::PledgeId;
use multitude_domain::pledge::PledgeState;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::{Address, LetterKind, letters};
use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::outbox::{self, EventRow};
use crate::{on, rows};

/// As many events as one transaction takes.
const EVENTS_MAX: i64 = 200;
/// As often is an address asked to be proved within [`RESEND_WITHIN`]: the first mail, two reminders, and by hand.
const CONFIRMATIONS_MAX: i64 = 6;
const RESEND_WITHIN: Span = Span::hours(24);

/// Why a mail was not queued again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// It was sent often enough for today.
    #[error("sent often enough")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ResendError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::TooMany => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Takes events that were not mailed yet and queues what follows from them. Says how many it took.
///
/// # Errors
/// [`StoreError`] where the database does not do it; the events stay then.
pub async fn queue_events(tx: &mut Tx) -> Result<usize, StoreError> {
    let events = outbox::claim_for_mail(tx, EVENTS_MAX).await?;
    for event in &events {
        match (event.pledge_id, event.kind.as_str()) {
            (Some(pledge), _) => queue_for_pledge(tx, event, pledge).await?,
            (None, "campaign_suspended") => queue_for_backers(tx, event).await?,
            (None, _) => {}
        }
    }
    Ok(events.len())
}

async fn queue_for_pledge(tx: &mut Tx, event: &EventRow, pledge: Uuid) -> Result<(), StoreError> {
    let addressee: Option<(String, Option<i64>)> =
        on!(tx, c => sqlx::query_as(sql::ADDRESSEE).bind(pledge).fetch_optional(c).await)?;
    let Some((email, confirmed_at)) = addressee else { return Ok(()) };
    let state = |name: &str, column| {
        name.parse::<PledgeState>().map_err(|UnknownState| StoreError::Impossible {
            table: "outbox",
            column,
            id: pledge.to_string(),
        })
    };
    let (from, to) = (state(&event.from_state, "from_state")?, state(&event.to_state, "to_state")?);
    let address = if confirmed_at.is_some() { Address::Proved } else { Address::Unproved };
    for (kind, after) in letters(from, to, address) {
        let send_at = Timestamp::from_micros(event.at).plus(after);
        add(tx, kind, &email, Some(pledge), None, send_at).await?;
    }
    Ok(())
}

async fn queue_for_backers(tx: &mut Tx, event: &EventRow) -> Result<(), StoreError> {
    let backers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::BACKERS).bind(event.campaign_id).fetch_all(c).await)?;
    let send_at = Timestamp::from_micros(event.at);
    for (pledge, email) in backers {
        add(tx, LetterKind::Suspended, &email, Some(pledge), None, send_at).await?;
    }
    Ok(())
}

/// Queues link and code for somebody who asked to sign in.
pub(crate) async fn queue_sign_in(tx: &mut Tx, email: &str, sign_in: Uuid) -> Result<(), StoreError> {
    let now = tx.now().await?;
    add(tx, LetterKind::SignIn, email, None, Some(sign_in), now).await
}

/// Sends the mail that proves a pledge's address once more, if there is anything to prove.
///
/// # Errors
/// [`ResendError::TooMany`] after several in a day.
pub async fn resend_confirmation(tx: &mut Tx, pledge: PledgeId) -> Result<(), ResendError> {
    let now = tx.now().await?;
    let since = Timestamp::from_micros(now.as_micros().saturating_sub(RESEND_WITHIN.as_micros()));
    let count: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_OF_PLEDGE)
        .bind(pledge.uuid()).bind(since.as_micros()).fetch_one(c).await)
    .map_err(StoreError::from)?;
    if count >= CONFIRMATIONS_MAX {
        return Err(ResendError::TooMany);
    }
    let addressee: Option<(String, Option<i64>)> =
        on!(tx, c => sqlx::query_as(sql::ADDRESSEE).bind(pledge.uuid()).fetch_optional(c).await)
            .map_err(StoreError::from)?;
    match addressee {
        Some((email, None)) => {
            add(tx, LetterKind::Confirm, &email, Some(pledge.uuid()), None, now).await?;
            Ok(())
        }
        Some((_, Some(_))) | None => Ok(()),
    }
}

async fn add(
    tx: &mut Tx,
    kind: LetterKind,
    email: &str,
    pledge: Option<Uuid>,
    sign_in: Option<Uuid>,
    send_at: Timestamp,
) -> Result<(), StoreError> {
    let (id, now) = (tx.uuid(), tx.now().await?);
    rows!(
        tx,
        sqlx::query(sql::ADD)
            .bind(id)
            .bind(kind.name())
            .bind(email)
            .bind(pledge)
            .bind(sign_in)
            .bind(send_at.as_micros())
            .bind(now.as_micros())
    )?;
    Ok(())
}
