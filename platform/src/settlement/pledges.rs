//! What settling does with pledges: charge, try again, drop, book, release, return; and the end of it.

use multitude_domain::campaigns::{CampaignAction, CampaignState, bank_wait_ends};
use multitude_domain::fees::Settling;
use multitude_domain::id::{CampaignId, PledgeId};
use multitude_domain::pledges::{
    CHARGE_AGAIN, CHARGES_END_AFTER, PledgeAction, PledgeState, charges_end, setup_counts,
};
use multitude_domain::time::{Span, Timestamp};

use super::campaign::{DueCampaign, MoveCampaignError};
use super::{TurnOutcome, before, sql};
use crate::campaigns::CampaignEvent;
use crate::db::{StoreError, Tx};
use crate::ledger::{self, Written};
use crate::outbox::{self, Event};
use crate::payments::Payments;
use crate::pledges::attempts::Withdrawn;
use crate::pledges::moving::move_all;
use crate::pledges::starts::{Startable, StartableRow, start_charges, start_refunds};
use crate::pledges::to_move::PledgeToMove;
use crate::{on, rows, rows_many};

/// How many pledges one turn moves: a transaction that is over soon, for whoever waits behind it.
const BATCH: i64 = 200;

/// Which pledges a turn moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The next ones.
    Batch,
    /// One of them, where it was refused together with others.
    Only(PledgeId),
    /// None: only what passes without them.
    Nobody,
}

impl Which {
    fn of(self, waiting: Vec<Startable>) -> Vec<Startable> {
        match self {
            Self::Batch => waiting,
            Self::Only(id) => waiting.into_iter().filter(|one| one.record.id == id).collect(),
            Self::Nobody => Vec::new(),
        }
    }
}

/// The pledges that the next turn of a collecting or releasing campaign moves.
pub(super) async fn list_next(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<Vec<PledgeId>, StoreError> {
    let next = match due.state {
        CampaignState::Releasing => list(tx, sql::TO_RELEASE, due.id, BATCH).await?,
        CampaignState::Collecting => {
            let next = to_collect(tx, due, now, BATCH).await?;
            if next.is_empty() && is_given_up(due, now) {
                list(tx, sql::TO_REFUND, due.id, BATCH).await?
            } else {
                next
            }
        }
        _ => Vec::new(),
    };
    Ok(next.into_iter().map(|one| one.record.id).collect())
}
/// How long a team has to say that it can deliver with less.
const STATEMENT_WITHIN: Span = Span::days(7);

/// Further attempts have ended, or the time has in which their backers let themselves be charged.
fn charges_are_over(due: &DueCampaign, now: Timestamp) -> bool {
    due.decided_at.is_some_and(|at| at.plus(CHARGES_END_AFTER) <= now) || !may_be_charged(due, now)
}

/// Whether this is still within what every backer consented to.
fn may_be_charged(due: &DueCampaign, now: Timestamp) -> bool {
    due.closes_at.is_none_or(|end| now < charges_end(end, due.books.currency))
}

async fn to_collect(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Startable>, StoreError> {
    let is_over = charges_are_over(due, now).then_some(1_i64);
    let wait_ends = due.closes_at.map(|end| bank_wait_ends(end, due.books.currency));
    let had_their_days = wait_ends.is_none_or(|end| end <= now).then_some(1_i64);
    let answers_are_over = due.closes_at.is_none_or(|end| !setup_counts(now, end)).then_some(1_i64);
    let rows: Vec<StartableRow> = on!(tx, c => sqlx::query_as(sql::TO_COLLECT)
        .bind(due.id.uuid())
        .bind(before(now, CHARGE_AGAIN).as_micros())
        .bind(is_over)
        .bind(had_their_days)
        .bind(answers_are_over)
        .bind(limit)
        .fetch_all(c).await)?;
    rows.into_iter().map(Startable::try_from).collect()
}

async fn list(
    tx: &mut Tx,
    statement: &'static str,
    campaign: CampaignId,
    limit: i64,
) -> Result<Vec<Startable>, StoreError> {
    let rows: Vec<StartableRow> =
        on!(tx, c => sqlx::query_as(statement).bind(campaign.uuid()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Startable::try_from).collect()
}

async fn count(tx: &mut Tx, statement: &'static str, campaign: CampaignId) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(statement).bind(campaign.uuid()).fetch_one(c).await)?)
}

/// Whether a collecting campaign only waits: for its backers' banks, for the next attempt, for its team's word.
pub(super) async fn nothing_to_collect(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !to_collect(tx, due, now, 1).await?.is_empty() {
        return Ok(false);
    }
    if is_given_up(due, now) {
        return Ok(list(tx, sql::TO_REFUND, due.id, 1).await?.is_empty());
    }
    if count(tx, sql::COUNT_UNSETTLED, due.id).await? > 0 {
        return Ok(true);
    }
    Ok(awaits_statement(due) && due.statement_due_at.is_some())
}

/// Whether a releasing campaign only waits for money on its way back.
pub(super) async fn nothing_to_release(tx: &mut Tx, due: &DueCampaign) -> Result<bool, StoreError> {
    let waiting = list(tx, sql::TO_RELEASE, due.id, 1).await?;
    Ok(waiting.is_empty() && count(tx, sql::COUNT_UNRELEASED, due.id).await? > 0)
}

/// Moves up to a batch of a collecting campaign's pledges on; settles it once all of them have ended.
pub(super) async fn collect(
    tx: &mut Tx,
    payments: &Payments,
    due: &DueCampaign,
    which: Which,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    let waiting = to_collect(tx, due, now, BATCH).await?;
    if waiting.is_empty() {
        return settle(tx, payments, due, which, now).await;
    }
    let waiting = which.of(waiting);
    if waiting.is_empty() {
        return Ok(TurnOutcome::Rests);
    }
    let Sorted {
        mut expiring,
        mut releasing,
        mut dropping,
        mut funding,
        mut booking,
        charging,
        refunding,
        asking,
    } = sort(due, waiting, now);
    let has_moved = !(expiring.is_empty()
        && releasing.is_empty()
        && dropping.is_empty()
        && funding.is_empty()
        && booking.is_empty());
    end(tx, &mut expiring, PledgeAction::Expire, now).await?;
    end(tx, &mut releasing, PledgeAction::Release, now).await?;
    end(tx, &mut dropping, PledgeAction::Drop, now).await?;
    move_all(tx, &mut funding, PledgeAction::Fund, now).await?;
    book(tx, &mut booking, now).await?;
    let mut attempts = start_charges(tx, payments, charging, now).await?;
    attempts.extend(start_refunds(tx, payments, refunding, now).await?);
    Ok(match () {
        () if !attempts.is_empty() => TurnOutcome::Asks(attempts),
        () if !has_moved && asking > 0 && charges_are_over(due, now) => {
            TurnOutcome::Withdraws(Withdrawn::All)
        }
        () if !has_moved && asking > 0 => TurnOutcome::Withdraws(Withdrawn::Replaced),
        () => TurnOutcome::Moved,
    })
}

/// Pledges of a collecting campaign, by what is done with them.
#[derive(Default)]
struct Sorted {
    expiring: Vec<PledgeToMove>,
    releasing: Vec<PledgeToMove>,
    dropping: Vec<PledgeToMove>,
    funding: Vec<PledgeToMove>,
    booking: Vec<PledgeToMove>,
    charging: Vec<Startable>,
    refunding: Vec<Startable>,
    /// How many wait for their backers' banks no longer.
    asking: usize,
}

fn sort(due: &DueCampaign, waiting: Vec<Startable>, now: Timestamp) -> Sorted {
    let mut sorted = Sorted::default();
    for one in waiting {
        match one.record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => sorted.expiring.push(one.record),
            PledgeState::Secured if may_be_charged(due, now) => sorted.charging.push(one),
            PledgeState::Secured => sorted.releasing.push(one.record),
            PledgeState::ChargeFailed if !charges_are_over(due, now) => sorted.charging.push(one),
            PledgeState::ChargeFailed => sorted.dropping.push(one.record),
            // Its backer may confirm this very moment: the provider takes the charge back before the pledge
            // ends, or is charged by another card.
            PledgeState::ActionRequired => sorted.asking = sorted.asking.saturating_add(1),
            PledgeState::Funded => sorted.booking.push(one.record),
            PledgeState::NeedsReview if one.is_welcome() => sorted.funding.push(one.record),
            PledgeState::NeedsReview => sorted.refunding.push(one),
            PledgeState::Draft
            | PledgeState::Charging
            | PledgeState::Paid
            | PledgeState::PartiallyRefunded
            | PledgeState::RefundPending
            | PledgeState::Refunded
            | PledgeState::RefundFailed
            | PledgeState::Disputed
            | PledgeState::ChargedBack
            | PledgeState::Expired
            | PledgeState::Cancelled
            | PledgeState::Dropped
            | PledgeState::Released => {}
        }
    }
    sorted
}

/// Pledges end without money; attempts that nobody waits for any more are given up.
async fn end(
    tx: &mut Tx,
    records: &mut [PledgeToMove],
    action: PledgeAction,
    now: Timestamp,
) -> Result<(), MoveCampaignError> {
    move_all(tx, records, action, now).await?;
    // A transfer may still come, late: it is asked about for as long as the campaign is known.
    let may_come = |one: &PledgeToMove| one.state == PledgeState::Expired && one.method.is_transfer();
    let over: Vec<&PledgeToMove> = records.iter().filter(|one| !may_come(one)).collect();
    rows_many!(tx, sql::ABANDON, over, |one| [one.id.uuid(), now.as_micros()])?;
    Ok(())
}

/// Arrived transfers become the campaign's.
async fn book(tx: &mut Tx, records: &mut [PledgeToMove], now: Timestamp) -> Result<(), MoveCampaignError> {
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

/// Whether so little was collected that the team has to say that it can deliver (docs/RULES.md, O1).
fn is_short(due: &DueCampaign) -> bool {
    let counted_minor = due.collected_minor.saturating_add(due.matched_minor);
    due.model.is_short(due.goal_minor, counted_minor)
}

/// Whether its team still has to say that it can deliver with what came in.
fn awaits_statement(due: &DueCampaign) -> bool {
    is_short(due) && !due.has_stated && due.collected_minor > 0
}

/// Whether it has not said so in time: all goes back, each as soon as it can.
fn is_given_up(due: &DueCampaign, now: Timestamp) -> bool {
    awaits_statement(due) && due.statement_due_at.is_some_and(|until| until <= now)
}

/// All pledges have ended: the campaign bears its fees, unless it is short and its team is silent.
async fn settle(
    tx: &mut Tx,
    payments: &Payments,
    due: &DueCampaign,
    which: Which,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    if is_given_up(due, now) {
        return refund_all(tx, payments, due, which, now).await;
    }
    if count(tx, sql::COUNT_UNSETTLED, due.id).await? > 0 {
        return Ok(TurnOutcome::Rests);
    }
    if awaits_statement(due) {
        if due.statement_due_at.is_some() {
            return Ok(TurnOutcome::Rests);
        }
        let until = now.plus(STATEMENT_WITHIN).as_micros();
        rows!(tx, sqlx::query(sql::ASK_STATEMENT).bind(due.id.uuid()).bind(until))?;
        outbox::add(tx, Event::Campaign(due.id, CampaignEvent::StatementAsked), now).await?;
        return Ok(TurnOutcome::Passed);
    }
    let write = |posting| Written {
        posting,
        livemode: due.livemode,
        source: None,
        details: "settlement",
        reverses: None,
        at: now,
    };
    let settling = Settling {
        collected_minor: due.collected_minor,
        escrow_minor: due.escrow_minor,
        cost_minor: due.cost_minor,
    };
    let borne = settling.fees(due.platform_fee);
    if borne.platform_minor != 0 || borne.provider_minor != 0 {
        let posting = due.books.fee(borne.platform_minor, borne.provider_minor)?;
        ledger::post(tx, &write(posting)).await?;
    }
    due.move_on(tx, CampaignAction::Settle, now).await?;
    Ok(TurnOutcome::Passed)
}

async fn refund_all(
    tx: &mut Tx,
    payments: &Payments,
    due: &DueCampaign,
    which: Which,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    let paid = which.of(list(tx, sql::TO_REFUND, due.id, BATCH).await?);
    let attempts = start_refunds(tx, payments, paid, now).await?;
    Ok(if attempts.is_empty() { TurnOutcome::Rests } else { TurnOutcome::Asks(attempts) })
}

/// Lets up to a batch of pledges go; closes the campaign once all are gone.
pub(super) async fn release(
    tx: &mut Tx,
    payments: &Payments,
    due: &DueCampaign,
    which: Which,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    let waiting = which.of(list(tx, sql::TO_RELEASE, due.id, BATCH).await?);
    let count_waiting = waiting.len();
    let (mut expiring, mut releasing, mut refunding) = (vec![], vec![], vec![]);
    for one in waiting {
        match one.record.state {
            PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => expiring.push(one.record),
            PledgeState::Secured => releasing.push(one.record),
            PledgeState::Funded | PledgeState::NeedsReview => refunding.push(one),
            PledgeState::Draft
            | PledgeState::Charging
            | PledgeState::ActionRequired
            | PledgeState::ChargeFailed
            | PledgeState::Paid
            | PledgeState::PartiallyRefunded
            | PledgeState::RefundPending
            | PledgeState::Refunded
            | PledgeState::RefundFailed
            | PledgeState::Disputed
            | PledgeState::ChargedBack
            | PledgeState::Expired
            | PledgeState::Cancelled
            | PledgeState::Dropped
            | PledgeState::Released => {}
        }
    }
    end(tx, &mut expiring, PledgeAction::Expire, now).await?;
    end(tx, &mut releasing, PledgeAction::Release, now).await?;
    let attempts = start_refunds(tx, payments, refunding, now).await?;
    if !attempts.is_empty() {
        return Ok(TurnOutcome::Asks(attempts));
    }
    let may_be_more = i64::try_from(count_waiting) == Ok(BATCH);
    if may_be_more || count(tx, sql::COUNT_UNRELEASED, due.id).await? > 0 {
        return Ok(if count_waiting == 0 { TurnOutcome::Rests } else { TurnOutcome::Moved });
    }
    due.move_on(tx, CampaignAction::FinishRelease, now).await?;
    Ok(TurnOutcome::Passed)
}
