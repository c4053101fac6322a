//! Asking providers: right after an attempt was stored, and again until its end is known.

use std::collections::HashSet;

use multitude_domain::id::{AttemptId, CampaignId, PledgeId};
use multitude_domain::money::Money;
use multitude_domain::pledges::{PledgeAction, PledgeState, charges_end, setup_within};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::answer::record_answers;
use super::sql;
use super::to_move::{MovePledgeError, lock_to_move};
use crate::Desk;
use crate::db::{StoreError, Tx};
use crate::payments::{Answer, AttemptKind, Operation, Provider as _};
use crate::{on, rows, rows_many};

/// How many attempts one round asks about.
const ROUND_MAX: i64 = 100;
/// About how many tries a provider is asked together.
const ASK_MAX: usize = 200;
/// A transfer that was announced is looked out for so long: money that comes later is nobody's any more.
const TRANSFER_WATCH: Span = Span::days(90);
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
    closes_at: Option<i64>,
}

impl AttemptRow {
    fn open(self, at: Timestamp) -> Result<OpenAttempt, StoreError> {
        let bad =
            |column| StoreError::Impossible { table: "payment_attempts", column, id: self.id.to_string() };
        let currency = self.currency.parse().map_err(|_| bad("currency"))?;
        let kind = self.kind.parse().map_err(|_| bad("kind"))?;
        let charges_end = self.closes_at.map(|end| charges_end(Timestamp::from_micros(end), currency));
        Ok(OpenAttempt {
            since: Timestamp::from_micros(self.created_at),
            is_too_late: kind == AttemptKind::Charge && charges_end.is_some_and(|end| at >= end),
            operation: Operation {
                key: AttemptId::new(self.id),
                kind,
                pledge: PledgeId::new(self.pledge_id),
                amount: Money::new(self.amount_minor, currency),
                method: self.method.parse().map_err(|_| bad("method"))?,
                token: self.token,
                email: self.email,
                at,
            },
        })
    }
}

/// A stored attempt of which the end is not known.
struct OpenAttempt {
    operation: Operation,
    since: Timestamp,
    /// A charge beyond what its backer consented to: what has not been made by now is not made any more.
    is_too_late: bool,
}

impl OpenAttempt {
    /// What is done about an attempt of which the end is still not known.
    fn next(&self) -> Next {
        let now = self.operation.at;
        let age = now.since(self.since);
        let lapses_after = match self.operation.kind {
            AttemptKind::Setup => Some(setup_within(self.operation.method).unwrap_or(TRANSFER_WATCH)),
            AttemptKind::Charge | AttemptKind::Refund => None,
        };
        let pause = Span::micros(age.as_micros() / 4).max(PAUSE_MIN).min(PAUSE_MAX);
        match lapses_after {
            Some(within) if age >= within => Next::Lapse,
            // Not later than it lapses, so that what a reward holds is free again in time.
            Some(within) => Next::Ask(now.plus(pause.min(within.less(age)))),
            None => Next::Ask(now.plus(pause)),
        }
    }
}

/// What follows an attempt of which the end is not known.
enum Next {
    /// It is asked about again then.
    Ask(Timestamp),
    /// Its pledge lapses.
    Lapse,
}

/// Asks the provider about one attempt and records what it says.
///
/// # Errors
/// [`StoreError`] where the database does not answer. What the ledger refuses is logged and tried again
/// later.
pub async fn ask(desk: &Desk, attempt: AttemptId) -> Result<(), StoreError> {
    let open = desk
        .db
        .read(async move |tx| {
            let row: Option<AttemptRow> =
                on!(tx, c => sqlx::query_as(sql::ATTEMPT).bind(attempt.uuid()).fetch_optional(c).await)?;
            let now = tx.now().await?;
            row.map(|row| row.open(now)).transpose()
        })
        .await?;
    ask_about(desk, open.into_iter().collect()).await
}

/// Asks the provider about attempts of different pledges that have just been stored, and records what it says.
///
/// # Errors
/// As [`ask`].
pub(crate) async fn ask_new(desk: &Desk, operations: Vec<Operation>) -> Result<(), StoreError> {
    let open = operations.into_iter().map(|operation| OpenAttempt {
        since: operation.at,
        is_too_late: false,
        operation,
    });
    ask_about(desk, open.collect()).await
}

/// Asks about every attempt of a campaign's pledges whose end is not known.
///
/// # Errors
/// As [`ask`].
pub(crate) async fn ask_for_campaign(desk: &Desk, campaign: CampaignId) -> Result<(), StoreError> {
    let mut open = desk
        .db
        .read(async move |tx| {
            let rows: Vec<AttemptRow> = on!(tx, c => sqlx::query_as(sql::ATTEMPTS_OF_CAMPAIGN)
                .bind(campaign.uuid()).fetch_all(c).await)?;
            let now = tx.now().await?;
            rows.into_iter().map(|row| row.open(now)).collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    while !open.is_empty() {
        let rest = open.split_off(open.len().min(ASK_MAX));
        ask_about(desk, std::mem::replace(&mut open, rest)).await?;
    }
    Ok(())
}

/// Asks about every attempt whose time has come, of each pledge the longest due; says about how many.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn ask_due(desk: &Desk) -> Result<usize, StoreError> {
    let mut open = desk.db.read(async |tx| due(tx).await).await?;
    let mut pledges = HashSet::new();
    open.retain(|one| pledges.insert(one.operation.pledge));
    let count = open.len();
    ask_about(desk, open).await?;
    Ok(count)
}

async fn due(tx: &mut Tx) -> Result<Vec<OpenAttempt>, StoreError> {
    let now = tx.now().await?;
    let rows: Vec<AttemptRow> = on!(tx, c => sqlx::query_as(sql::ATTEMPTS_DUE)
        .bind(now.as_micros()).bind(ROUND_MAX).fetch_all(c).await)?;
    // One that cannot be read holds up no other.
    let open = rows.into_iter().filter_map(|row| {
        row.open(now).inspect_err(|error| tracing::error!(%error, "a try cannot be asked about")).ok()
    });
    Ok(open.collect())
}

/// Which charges are taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdrawn {
    /// All that still wait: the time for charges is over.
    All,
    /// Those whose backers gave another card meanwhile: it is charged once these are certain never to be
    /// made.
    Replaced,
}

/// Takes back charges of a campaign that still wait for their backers' banks, at most a round of them, and
/// records what they came to. Says of how many the end is known now.
///
/// # Errors
/// As [`ask`].
pub(crate) async fn withdraw_charges(
    desk: &Desk,
    campaign: CampaignId,
    which: Withdrawn,
) -> Result<usize, StoreError> {
    let is_all = (which == Withdrawn::All).then_some(1_i64);
    let open = desk
        .db
        .read(async move |tx| {
            let rows: Vec<AttemptRow> = on!(tx, c => sqlx::query_as(sql::CHARGES_TO_WITHDRAW)
                .bind(campaign.uuid()).bind(ROUND_MAX).bind(is_all).fetch_all(c).await)?;
            let now = tx.now().await?;
            rows.into_iter().map(|row| row.open(now)).collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    let mut told = Vec::with_capacity(open.len());
    for OpenAttempt { operation, .. } in open {
        match desk.payments.withdraw(&operation).await {
            Ok(answer @ (Answer::Done { .. } | Answer::Declined)) => told.push((operation.key, answer)),
            Ok(_) => {}
            Err(lost) => tracing::warn!(attempt.id = %operation.key, "{lost}; asking again"),
        }
    }
    let count = told.len();
    Ok(count.saturating_sub(record(desk, told).await?.len()))
}

async fn ask_about(desk: &Desk, open: Vec<OpenAttempt>) -> Result<(), StoreError> {
    let (late, in_time): (Vec<&OpenAttempt>, Vec<&OpenAttempt>) =
        open.iter().partition(|one| one.is_too_late);
    let operations: Vec<Operation> = in_time.into_iter().map(|one| one.operation.clone()).collect();
    let mut answers: Vec<_> = operations.iter().zip(desk.payments.perform(&operations).await).collect();
    for OpenAttempt { operation, .. } in late {
        answers.push((operation, desk.payments.withdraw(operation).await));
    }
    let mut told = Vec::with_capacity(open.len());
    let mut unknown = HashSet::new();
    for (operation, answer) in answers {
        let key = operation.key;
        if matches!(answer, Err(_) | Ok(Answer::Pending | Answer::ActionRequired)) {
            unknown.insert(key);
        }
        match answer {
            Ok(Answer::Pending) => {}
            Ok(answer) => told.push((key, answer)),
            Err(lost) => tracing::warn!(attempt.id = %key, "{lost}; asking again"),
        }
    }
    unknown.extend(record(desk, told).await?);
    let mut later: Vec<(Uuid, i64)> = Vec::new();
    for one in open.iter().filter(|one| unknown.contains(&one.operation.key)) {
        match one.next() {
            Next::Ask(at) => later.push((one.operation.key.uuid(), at.as_micros())),
            Next::Lapse => lapse(desk, one.operation.pledge).await?,
        }
    }
    if later.is_empty() {
        return Ok(());
    }
    desk.db
        .write(async move |tx| {
            rows_many!(tx, sql::ASK_LATER, later, |(id, next)| [*id, *next])?;
            Ok::<_, StoreError>(())
        })
        .await
}

/// Nobody said yes in time: a pledge that waits for it ends, and what it had taken is free again.
async fn lapse(desk: &Desk, pledge: PledgeId) -> Result<(), StoreError> {
    let write = async move |tx: &mut Tx| {
        let Some(mut record) = lock_to_move(tx, pledge).await? else { return Ok(()) };
        let now = tx.now().await?;
        // Otherwise it was to take the place of a method that is there, and stays.
        if record.state == PledgeState::AwaitingSetup {
            record.move_on(tx, PledgeAction::Expire, now).await?;
        }
        rows!(tx, sqlx::query(sql::ABANDON_ATTEMPTS).bind(pledge.uuid()).bind(now.as_micros()))?;
        Ok(())
    };
    match desk.db.write(write).await {
        Ok(()) => Ok(()),
        Err(MovePledgeError::Store(error)) if error.is_away() => Err(error),
        Err(error) => {
            tracing::error!(pledge.id = %pledge, %error, "a pledge could not lapse");
            Ok(())
        }
    }
}

/// Records answers, together where that works: what the ledger or the database refuses holds up nobody else.
/// Says which could not be recorded.
async fn record(desk: &Desk, told: Vec<(AttemptId, Answer)>) -> Result<Vec<AttemptId>, StoreError> {
    if told.is_empty() || write_down(desk, told.clone()).await?.is_ok() {
        return Ok(Vec::new());
    }
    let mut refused = Vec::new();
    for one in told {
        let key = one.0;
        if let Err(error) = write_down(desk, vec![one]).await? {
            tracing::error!(attempt.id = %key, %error, "an answer could not be recorded");
            refused.push(key);
        }
    }
    Ok(refused)
}

/// Records answers in one transaction: all of them, or none where one is refused.
async fn write_down(
    desk: &Desk,
    told: Vec<(AttemptId, Answer)>,
) -> Result<Result<(), MovePledgeError>, StoreError> {
    let (keys, provider) = (desk.keys.clone(), desk.payments.code());
    match desk.db.write(async move |tx| record_answers(tx, &keys, provider, &told).await).await {
        Err(MovePledgeError::Store(error)) if error.is_away() => Err(error),
        other => Ok(other),
    }
}
