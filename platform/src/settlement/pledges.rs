//! What settling does with pledges: charge, try again, drop, book, release, return; and the end of it.

use multitude_domain::campaign::CampaignAction;
use multitude_domain::fees::Settling;
use multitude_domain::id::{AttemptId, CampaignId};
use multitude_domain::pledge::{PledgeAction, PledgeState, TRIES_END, TRY_AGAIN};
use multitude_domain::time::{Span, Timestamp};

use super::campaign::{Facts, MoveCampaignError};
use super::{Step, before, sql};
use crate::db::{StoreError, Tx};
use crate::ledger::{self, Written};
use crate::payments::{AttemptKind, Operation, Payments};
use crate::pledges::record::{PledgeRecord, RecordRow, move_all};
use crate::pledges::{NewAttempt, add_attempts};
use crate::{on, pools, rows, rows_many};

/// How many pledges one step moves: a transaction that is over soon, for whoever waits behind it.
const BATCH: i64 = 200;
/// How long a team has to say that it can deliver with less.
const STATEMENT_WITHIN: Span = Span::days(7);

fn tries_are_over(facts: &Facts, now: Timestamp) -> bool {
    facts.decided_at.is_some_and(|at| at.plus(TRIES_END) <= now)
}

/// A pledge that can be moved on, with the token of the mandate it was secured with.
struct Waiting {
    record: PledgeRecord,
    token: String,
}

#[derive(Debug, sqlx::FromRow)]
struct WaitingRow {
    #[sqlx(flatten)]
    record: RecordRow,
    token: Option<String>,
}

impl TryFrom<WaitingRow> for Waiting {
    type Error = StoreError;

    fn try_from(row: WaitingRow) -> Result<Self, StoreError> {
        Ok(Self { record: row.record.try_into()?, token: row.token.unwrap_or_default() })
    }
}

async fn to_collect(
    tx: &mut Tx,
    facts: &Facts,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Waiting>, StoreError> {
    let is_over = tries_are_over(facts, now).then_some(1_i64);
    let rows: Vec<WaitingRow> = on!(tx, c => sqlx::query_as(sql::TO_COLLECT)
        .bind(facts.id.uuid())
        .bind(before(now, TRY_AGAIN).as_micros())
        .bind(is_over)
        .bind(limit)
        .fetch_all(c).await)?;
    rows.into_iter().map(Waiting::try_from).collect()
}

async fn list(
    tx: &mut Tx,
    statement: &'static str,
    campaign: CampaignId,
    limit: i64,
) -> Result<Vec<Waiting>, StoreError> {
    let rows: Vec<WaitingRow> =
        on!(tx, c => sqlx::query_as(statement).bind(campaign.uuid()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Waiting::try_from).collect()
}

async fn count(tx: &mut Tx, statement: &'static str, campaign: CampaignId) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(statement).bind(campaign.uuid()).fetch_one(c).await)?)
}

/// Whether a collecting campaign only waits: for its backers' banks, for the next try, for its team's word.
pub(super) async fn nothing_to_collect(
    tx: &mut Tx,
    facts: &Facts,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !to_collect(tx, facts, now, 1).await?.is_empty() {
        return Ok(false);
    }
    if count(tx, sql::COUNT_UNSETTLED, facts.id).await? > 0 {
        return Ok(true);
    }
    Ok(match facts.statement_due_at {
        Some(due) => is_short(facts) && !facts.has_stated && now < due,
        None => false,
    })
}

/// Whether a releasing campaign only waits for money on its way back.
pub(super) async fn nothing_to_release(tx: &mut Tx, facts: &Facts) -> Result<bool, StoreError> {
    let waiting = list(tx, sql::TO_RELEASE, facts.id, 1).await?;
    Ok(waiting.is_empty() && count(tx, sql::COUNT_UNRELEASED, facts.id).await? > 0)
}

/// Moves up to a batch of a collecting campaign's pledges on; settles it once all of them have ended.
pub(super) async fn collect(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let waiting = to_collect(tx, facts, now, BATCH).await?;
    if waiting.is_empty() {
        return settle(tx, payments, facts, now).await;
    }
    let (mut expiring, mut charging, mut dropping, mut booking) = (vec![], vec![], vec![], vec![]);
    for one in waiting {
        match one.record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => expiring.push(one.record),
            PledgeState::Secured => charging.push(one),
            PledgeState::ChargeFailed if !tries_are_over(facts, now) => charging.push(one),
            PledgeState::ChargeFailed | PledgeState::ActionRequired => dropping.push(one.record),
            PledgeState::Funded => booking.push(one.record),
            _ => {}
        }
    }
    end(tx, &mut expiring, PledgeAction::Expire, now).await?;
    end(tx, &mut dropping, PledgeAction::Drop, now).await?;
    book(tx, &mut booking, now).await?;
    let tries = start(tx, payments, charging, (PledgeAction::Charge, AttemptKind::Charge), now).await?;
    Ok(if tries.is_empty() { Step::Moved } else { Step::Asks(tries) })
}

/// Moves pledges on and stores tries to charge or to refund; their idempotency keys are there before the provider is
/// asked.
async fn start(
    tx: &mut Tx,
    payments: &Payments,
    waiting: Vec<Waiting>,
    (action, kind): (PledgeAction, AttemptKind),
    now: Timestamp,
) -> Result<Vec<Operation>, MoveCampaignError> {
    let (mut records, tokens): (Vec<_>, Vec<_>) =
        waiting.into_iter().map(|one| (one.record, one.token)).unzip();
    move_all(tx, &mut records, action, now).await?;
    let operations: Vec<Operation> = records
        .into_iter()
        .zip(tokens)
        .map(|(record, token)| Operation {
            key: AttemptId::new(tx.uuid()),
            kind,
            pledge: record.id,
            amount: match kind {
                AttemptKind::Setup | AttemptKind::Charge => record.amount(),
                AttemptKind::Refund => record.amount_back(),
            },
            method: record.method,
            token,
            email: record.email,
            at: now,
        })
        .collect();
    let pending = |operation| NewAttempt { operation, state: "pending", answer: None };
    add_attempts(tx, payments, &operations.iter().map(pending).collect::<Vec<_>>()).await?;
    Ok(operations)
}

/// Pledges end without money; tries that nobody waits for any more are given up.
async fn end(
    tx: &mut Tx,
    records: &mut [PledgeRecord],
    action: PledgeAction,
    now: Timestamp,
) -> Result<(), MoveCampaignError> {
    move_all(tx, records, action, now).await?;
    // A transfer may still come, late: it is asked about for as long as the campaign is known.
    let may_come = |one: &PledgeRecord| one.state == PledgeState::Expired && one.method.is_transfer();
    let over: Vec<&PledgeRecord> = records.iter().filter(|one| !may_come(one)).collect();
    rows_many!(tx, sql::ABANDON, over, |one| [one.id.uuid(), now.as_micros()])?;
    Ok(())
}

/// Arrived transfers become the campaign's.
async fn book(tx: &mut Tx, records: &mut [PledgeRecord], now: Timestamp) -> Result<(), MoveCampaignError> {
    let details: Vec<String> = records.iter().map(|record| format!("pledge {}", record.id)).collect();
    let mut written = Vec::with_capacity(records.len());
    for (record, details) in records.iter().zip(&details) {
        written.push(Written {
            posting: record.books().bank_booked(record.amount_minor)?,
            livemode: record.livemode,
            source: None,
            details,
            reverses: None,
            at: now,
        });
    }
    ledger::post_all(tx, &written).await?;
    move_all(tx, records, PledgeAction::Pay, now).await?;
    Ok(())
}

/// Whether so little was collected that the team has to say that it can deliver (design section 4, "Against gaming").
fn is_short(facts: &Facts) -> bool {
    let counted_minor = facts.collected_minor.saturating_add(facts.matched_minor);
    facts.model.is_short(facts.goal_minor, counted_minor)
}

/// All pledges have ended: the campaign bears its fees and gets its match, unless it is short and its team is silent.
async fn settle(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    if count(tx, sql::COUNT_UNSETTLED, facts.id).await? > 0 {
        return Ok(Step::Rests);
    }
    if is_short(facts) && !facts.has_stated && facts.collected_minor > 0 {
        match facts.statement_due_at {
            None => {
                let due = now.plus(STATEMENT_WITHIN).as_micros();
                rows!(tx, sqlx::query(sql::ASK_STATEMENT).bind(facts.id.uuid()).bind(due))?;
                return Ok(Step::Passed);
            }
            Some(due) if now < due => return Ok(Step::Rests),
            Some(_) => return refund_all(tx, payments, facts, now).await,
        }
    }
    let write = |posting| Written {
        posting,
        livemode: facts.livemode,
        source: None,
        details: "settlement",
        reverses: None,
        at: now,
    };
    let settling = Settling {
        collected_minor: facts.collected_minor,
        escrow_minor: facts.escrow_minor,
        cost_minor: facts.cost_minor,
    };
    let borne = settling.fees(facts.platform_fee);
    if borne.platform_minor != 0 || borne.provider_minor != 0 {
        let posting = facts.books.fee(borne.platform_minor, borne.provider_minor)?;
        ledger::post(tx, &write(posting)).await?;
    }
    pools::post_matches(tx, facts.books, facts.livemode, now).await?;
    facts.move_on(tx, CampaignAction::Settle, now).await?;
    Ok(Step::Passed)
}

async fn refund_all(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let paid = list(tx, sql::TO_REFUND, facts.id, BATCH).await?;
    let tries = start(tx, payments, paid, (PledgeAction::StartRefund, AttemptKind::Refund), now).await?;
    Ok(if tries.is_empty() { Step::Rests } else { Step::Asks(tries) })
}

/// Lets up to a batch of pledges go; closes the campaign once all are gone.
pub(super) async fn release(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let waiting = list(tx, sql::TO_RELEASE, facts.id, BATCH).await?;
    let count_waiting = waiting.len();
    let (mut expiring, mut releasing, mut refunding) = (vec![], vec![], vec![]);
    for one in waiting {
        match one.record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => expiring.push(one.record),
            PledgeState::Secured => releasing.push(one.record),
            PledgeState::Funded | PledgeState::NeedsReview => refunding.push(one),
            _ => {}
        }
    }
    end(tx, &mut expiring, PledgeAction::Expire, now).await?;
    end(tx, &mut releasing, PledgeAction::Release, now).await?;
    let tries = start(tx, payments, refunding, (PledgeAction::StartRefund, AttemptKind::Refund), now).await?;
    if !tries.is_empty() {
        return Ok(Step::Asks(tries));
    }
    let may_be_more = i64::try_from(count_waiting) == Ok(BATCH);
    if may_be_more || count(tx, sql::COUNT_UNRELEASED, facts.id).await? > 0 {
        return Ok(if count_waiting == 0 { Step::Rests } else { Step::Moved });
    }
    facts.move_on(tx, CampaignAction::FinishRelease, now).await?;
    Ok(Step::Passed)
}
