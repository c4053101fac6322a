//! What settling does with pledges: charge, try again, drop, book, release, return; and the end of it.

use multitude_domain::campaign::CampaignAction;
use multitude_domain::id::{AttemptId, CampaignId, PledgeId};
use multitude_domain::pledge::{PledgeAction, PledgeState, TRIES_END, TRY_AGAIN};
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::campaign::{Facts, MoveCampaignError};
use super::{Step, before, sql};
use crate::db::{StoreError, Tx};
use crate::ledger::{self, Written};
use crate::payments::{AttemptKind, Operation, Payments};
use crate::pledges::add_attempt;
use crate::pledges::record::{PledgeRecord, find_record};
use crate::{on, pools, rows};

/// How many pledges one step moves.
const BATCH: i64 = 100;
/// How long a team has to say that it can deliver with less.
const STATEMENT_WITHIN: Span = Span::days(7);

fn tries_are_over(facts: &Facts, now: Timestamp) -> bool {
    facts.decided_at.is_some_and(|at| at.plus(TRIES_END) <= now)
}

async fn to_collect(tx: &mut Tx, facts: &Facts, now: Timestamp) -> Result<Vec<Uuid>, StoreError> {
    let is_over = tries_are_over(facts, now).then_some(1_i64);
    Ok(on!(tx, c => sqlx::query_scalar(sql::TO_COLLECT)
        .bind(facts.id.uuid())
        .bind(before(now, TRY_AGAIN).as_micros())
        .bind(is_over)
        .bind(BATCH)
        .fetch_all(c).await)?)
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
    if !to_collect(tx, facts, now).await?.is_empty() {
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
    let waiting: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::TO_RELEASE)
        .bind(facts.id.uuid()).bind(1_i64).fetch_all(c).await)?;
    Ok(waiting.is_empty() && count(tx, sql::COUNT_UNRELEASED, facts.id).await? > 0)
}

/// Moves up to a batch of a collecting campaign's pledges on; settles it once all of them have ended.
pub(super) async fn collect(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let waiting = to_collect(tx, facts, now).await?;
    if waiting.is_empty() {
        return settle(tx, payments, facts, now).await;
    }
    let mut tries = Vec::new();
    for id in waiting {
        let Some(mut record) = find_record(tx, PledgeId::new(id)).await? else { continue };
        match record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => {
                end(tx, &mut record, PledgeAction::Expire, now).await?;
            }
            PledgeState::Secured => tries.push(charge(tx, payments, &mut record, now).await?),
            PledgeState::ChargeFailed if !tries_are_over(facts, now) => {
                tries.push(charge(tx, payments, &mut record, now).await?);
            }
            PledgeState::ChargeFailed | PledgeState::ActionRequired => {
                end(tx, &mut record, PledgeAction::Drop, now).await?;
            }
            PledgeState::Funded => book(tx, &mut record, now).await?,
            _ => {}
        }
    }
    Ok(if tries.is_empty() { Step::Moved } else { Step::Asks(tries) })
}

/// Stores a try to charge; its idempotency key is there before the provider is asked.
async fn charge(
    tx: &mut Tx,
    payments: &Payments,
    record: &mut PledgeRecord,
    now: Timestamp,
) -> Result<AttemptId, MoveCampaignError> {
    record.move_on(tx, PledgeAction::Charge, now).await?;
    start(tx, payments, record, AttemptKind::Charge, now).await
}

/// Stores a try to send money back.
async fn give_back(
    tx: &mut Tx,
    payments: &Payments,
    record: &mut PledgeRecord,
    now: Timestamp,
) -> Result<AttemptId, MoveCampaignError> {
    record.move_on(tx, PledgeAction::StartRefund, now).await?;
    start(tx, payments, record, AttemptKind::Refund, now).await
}

async fn start(
    tx: &mut Tx,
    payments: &Payments,
    record: &PledgeRecord,
    kind: AttemptKind,
    now: Timestamp,
) -> Result<AttemptId, MoveCampaignError> {
    let token: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql::MANDATE).bind(record.id.uuid()).fetch_optional(c).await)?;
    let operation = Operation {
        key: AttemptId::new(tx.uuid()),
        kind,
        pledge: record.id,
        amount: match kind {
            AttemptKind::Setup | AttemptKind::Charge => record.amount(),
            AttemptKind::Refund => record.amount_back(),
        },
        method: record.method,
        token: token.unwrap_or_default(),
        email: record.email.clone(),
        at: now,
    };
    add_attempt(tx, &operation, payments, "pending", None).await?;
    Ok(operation.key)
}

/// A pledge ends without money; tries that nobody waits for any more are given up.
async fn end(
    tx: &mut Tx,
    record: &mut PledgeRecord,
    action: PledgeAction,
    now: Timestamp,
) -> Result<(), MoveCampaignError> {
    record.move_on(tx, action, now).await?;
    if record.state == PledgeState::Expired && record.method.is_transfer() {
        // A transfer may still come, late: it is asked about for as long as the campaign is known.
        return Ok(());
    }
    rows!(tx, sqlx::query(sql::ABANDON).bind(record.id.uuid()).bind(now.as_micros()))?;
    Ok(())
}

/// An arrived transfer becomes the campaign's.
async fn book(tx: &mut Tx, record: &mut PledgeRecord, now: Timestamp) -> Result<(), MoveCampaignError> {
    let details = format!("pledge {}", record.id);
    let posting = record.books().bank_booked(record.amount_minor)?;
    let written = Written {
        posting,
        livemode: record.livemode,
        source: None,
        details: &details,
        reverses: None,
        at: now,
    };
    ledger::post(tx, &written).await?;
    record.move_on(tx, PledgeAction::Pay, now).await?;
    Ok(())
}

/// Whether so little was collected that the team has to say that it can deliver (design section 4, "Against gaming").
fn is_short(facts: &Facts) -> bool {
    let counted = i128::from(facts.collected_minor) + i128::from(facts.matched_minor);
    counted * 10 < i128::from(facts.goal_minor) * 9
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
                return Ok(Step::Moved);
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
    // Refunds may have eaten what the provider charged: then the platform takes less, or bears it.
    let room = facts.escrow_minor.saturating_sub(facts.cost_minor);
    let platform = facts.platform_fee.of_half_up(facts.collected_minor).min(room);
    if platform != 0 || facts.cost_minor != 0 {
        let posting = facts.books.fee(platform, facts.cost_minor)?;
        ledger::post(tx, &write(posting)).await?;
    }
    pools::post_matches(tx, facts.books, facts.livemode, now).await?;
    facts.move_on(tx, CampaignAction::Settle, now).await?;
    Ok(Step::Moved)
}

async fn refund_all(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let paid: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::TO_REFUND)
        .bind(facts.id.uuid()).bind(BATCH).fetch_all(c).await)?;
    let mut tries = Vec::new();
    for id in paid {
        let Some(mut record) = find_record(tx, PledgeId::new(id)).await? else { continue };
        tries.push(give_back(tx, payments, &mut record, now).await?);
    }
    Ok(if tries.is_empty() { Step::Rests } else { Step::Asks(tries) })
}

/// Lets up to a batch of pledges go; closes the campaign once all are gone.
pub(super) async fn release(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let waiting: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::TO_RELEASE)
        .bind(facts.id.uuid()).bind(BATCH).fetch_all(c).await)?;
    if waiting.is_empty() {
        if count(tx, sql::COUNT_UNRELEASED, facts.id).await? > 0 {
            return Ok(Step::Rests);
        }
        facts.move_on(tx, CampaignAction::FinishRelease, now).await?;
        return Ok(Step::Moved);
    }
    let mut tries = Vec::new();
    for id in waiting {
        let Some(mut record) = find_record(tx, PledgeId::new(id)).await? else { continue };
        match record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => {
                end(tx, &mut record, PledgeAction::Expire, now).await?;
            }
            PledgeState::Secured => end(tx, &mut record, PledgeAction::Release, now).await?,
            PledgeState::Funded | PledgeState::NeedsReview => {
                tries.push(give_back(tx, payments, &mut record, now).await?);
            }
            _ => {}
        }
    }
    Ok(if tries.is_empty() { Step::Moved } else { Step::Asks(tries) })
}
