//! Asking providers: right after a try was stored, and again until its end is known.

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::money::Money;
use multitude_domain::pledge::{PledgeAction, PledgeState, setup_within};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::answer::record_answer;
use super::record::{MovePledgeError, find_record};
use super::sql;
use crate::Desk;
use crate::db::{StoreError, Tx};
use crate::payments::{Answer, AttemptKind, Operation, Provider as _};
use crate::{on, rows};

/// How many tries one round asks about.
const ROUND_MAX: i64 = 100;
/// A provider is asked again after at least this …
const PAUSE_MIN: Span = Span::seconds(2);
/// … and at most this.
const PAUSE_MAX: Span = Span::hours(1);

#[derive(Debug, sqlx::FromRow)]
struct AttemptRow {
    id: Uuid,
    pledge_id: Uuid,
    kind: String,
    token: String,
    amount_minor: i64,
    currency: String,
    method: String,
    email: Option<String>,
    created_at: i64,
}

impl AttemptRow {
    fn operation(self, at: Timestamp) -> Result<Operation, StoreError> {
        let bad =
            |column| StoreError::Impossible { table: "payment_attempts", column, id: self.id.to_string() };
        let currency = self.currency.parse().map_err(|_| bad("currency"))?;
        Ok(Operation {
            key: AttemptId::new(self.id),
            kind: self.kind.parse().map_err(|_| bad("kind"))?,
            pledge: PledgeId::new(self.pledge_id),
            amount: Money::new(self.amount_minor, currency),
            method: self.method.parse().map_err(|_| bad("method"))?,
            token: self.token,
            email: self.email,
            at,
        })
    }
}

/// Asks the provider about one try and records what it says.
///
/// # Errors
/// [`StoreError`] where the database does not answer. What the ledger refuses is logged and tried again later.
pub async fn ask(desk: &Desk, attempt: AttemptId) -> Result<(), StoreError> {
    let (now, row) = desk
        .db
        .read(async move |tx| {
            let row: Option<AttemptRow> =
                on!(tx, c => sqlx::query_as(sql::TRY).bind(attempt.uuid()).fetch_optional(c).await)?;
            Ok::<_, StoreError>((tx.now().await?, row))
        })
        .await?;
    match row {
        Some(row) => ask_about(desk, now, row).await,
        None => Ok(()),
    }
}

/// Asks about every try whose time has come; says about how many.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn ask_due(desk: &Desk) -> Result<usize, StoreError> {
    let (now, rows) = desk.db.read(async |tx| due(tx).await).await?;
    let count = rows.len();
    for row in rows {
        ask_about(desk, now, row).await?;
    }
    Ok(count)
}

async fn due(tx: &mut Tx) -> Result<(Timestamp, Vec<AttemptRow>), StoreError> {
    let now = tx.now().await?;
    let rows = on!(tx, c => sqlx::query_as(sql::TRIES_DUE)
        .bind(now.as_micros()).bind(ROUND_MAX).fetch_all(c).await)?;
    Ok((now, rows))
}

/// Nobody said yes in time: the pledge ends, and what it had taken is free again.
async fn lapse(desk: &Desk, pledge: PledgeId) -> Result<(), StoreError> {
    let write = async move |tx: &mut Tx| {
        let Some(record) = find_record(tx, pledge).await? else { return Ok(()) };
        tx.lock_campaign_shared(record.campaign.uuid()).await?;
        let Some(mut record) = find_record(tx, pledge).await? else { return Ok(()) };
        if record.state != PledgeState::AwaitingSetup {
            return Ok(());
        }
        let now = tx.now().await?;
        record.move_on(tx, PledgeAction::Expire, now).await?;
        rows!(tx, sqlx::query(sql::ABANDON_ATTEMPTS).bind(pledge.uuid()).bind(now.as_micros()))?;
        Ok(())
    };
    match desk.db.write(write).await {
        Ok(()) => Ok(()),
        Err(MovePledgeError::Store(error)) => Err(error),
        Err(error @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_))) => {
            tracing::error!(pledge.id = %pledge, %error, "a pledge could not lapse");
            Ok(())
        }
    }
}

async fn ask_about(desk: &Desk, now: Timestamp, row: AttemptRow) -> Result<(), StoreError> {
    let age = now.since(Timestamp::from_micros(row.created_at));
    let operation = row.operation(now)?;
    let (key, pledge) = (operation.key, operation.pledge);
    let lapses_after = match operation.kind {
        AttemptKind::Setup => setup_within(operation.method),
        AttemptKind::Charge | AttemptKind::Refund => None,
    };
    let mut is_known = false;
    let recorded = match desk.payments.perform(&operation).await {
        Ok(answer) => {
            is_known = !matches!(answer, Answer::Pending | Answer::ActionRequired);
            let (keys, provider) = (desk.keys.clone(), desk.payments.code());
            desk.db.write(async move |tx| record_answer(tx, &keys, provider, key, &answer).await).await
        }
        Err(lost) => {
            tracing::warn!(attempt.id = %key, "{lost}; asking again");
            Ok(())
        }
    };
    match recorded {
        Ok(()) => {}
        Err(MovePledgeError::Store(error)) => return Err(error),
        Err(error @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_))) => {
            tracing::error!(attempt.id = %key, %error, "an answer could not be recorded");
            is_known = false;
        }
    }
    if is_known {
        return Ok(());
    }
    if lapses_after.is_some_and(|within| age >= within) {
        return lapse(desk, pledge).await;
    }
    let pause = Span::micros(age.as_micros() / 4).max(PAUSE_MIN).min(PAUSE_MAX);
    // Not later than it lapses, so that what a reward holds is free again in time.
    let left = lapses_after.map_or(pause, |within| within.less(age));
    let next = now.plus(pause.min(left)).as_micros();
    desk.db
        .write(async move |tx| {
            rows!(tx, sqlx::query(sql::ASK_LATER).bind(key.uuid()).bind(next))?;
            Ok::<_, StoreError>(())
        })
        .await
}
