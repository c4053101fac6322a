//! Opening, closing, and the one decision.

use multitude_domain::campaigns::{BankWait, CampaignAction, Decision, Standing, bank_wait_ends};
use multitude_domain::pledges::setup_counts;
use multitude_domain::time::Timestamp;

use super::campaign::{DueCampaign, MoveCampaignError};
use super::{TurnOutcome, sql};
use crate::db::{StoreError, Tx};
use crate::fees::find_fees;
use crate::pledges::rematch::offer_again;
use crate::{on, pools, rows};

/// The start has come.
pub(super) async fn launch(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    // What it pays is what holds now, and stands from here on.
    let fees = find_fees(tx, due.books.currency).await?;
    let share = i64::from(fees.platform.get());
    rows!(tx, sqlx::query(sql::FREEZE_FEES).bind(due.id.uuid()).bind(share))?;
    due.move_on(tx, CampaignAction::Launch, now).await?;
    Ok(TurnOutcome::Passed)
}

/// The deadline has passed. The exclusive lock that the caller holds lets every pledge that was in time
/// finish first, and refuses every one after.
pub(super) async fn close(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    due.move_on(tx, CampaignAction::Close, now).await?;
    Ok(TurnOutcome::Passed)
}

/// A suspended campaign whose deadline passed long ago ends; nobody pays.
pub(super) async fn give_up(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    due.move_on(tx, CampaignAction::Cancel, now).await?;
    Ok(TurnOutcome::Passed)
}

async fn decision(tx: &mut Tx, due: &DueCampaign, now: Timestamp) -> Result<Decision, StoreError> {
    let answers_may_come = due.closes_at.is_some_and(|end| setup_counts(now, end));
    let last_day = due.closes_at.map(|end| end.in_zurich().day.to_string());
    let on_its_way_minor: i64 = on!(tx, c => sqlx::query_scalar(sql::ON_ITS_WAY)
        .bind(due.id.uuid()).bind(i64::from(answers_may_come)).bind(&last_day).fetch_one(c).await)?;
    let standing = Standing {
        secured_minor: due.secured_minor,
        matched_minor: due.matched_minor,
        on_its_way_minor,
        match_on_its_way_minor: pools::could_add(tx, due.id, on_its_way_minor).await?,
        goal_minor: due.goal_minor,
    };
    let ends = due.closes_at.map(|at| bank_wait_ends(at, due.books.currency));
    let wait = if ends.is_some_and(|end| now < end) { BankWait::Running } else { BankWait::Over };
    Ok(standing.decide(due.model, wait))
}

/// Whether transfers on their way could still decide.
pub(super) async fn awaits_bank(tx: &mut Tx, due: &DueCampaign, now: Timestamp) -> Result<bool, StoreError> {
    Ok(decision(tx, due, now).await? == Decision::AwaitBank)
}

/// Decides, once. From here on secured, backers and what is reached stand still.
pub(super) async fn decide(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    // Match money that was given back a moment ago may be what decides.
    if offer_again(tx, due.id).await? > 0 {
        return Ok(TurnOutcome::Passed);
    }
    let action = match decision(tx, due, now).await? {
        Decision::AwaitBank => return Ok(TurnOutcome::Rests),
        Decision::Reached => CampaignAction::Succeed,
        Decision::Missed => CampaignAction::Fail,
    };
    if rows!(tx, sqlx::query(sql::DECIDED).bind(due.id.uuid()).bind(now.as_micros()))? != 1 {
        return Err(StoreError::ChangedMeanwhile { what: "decision" }.into());
    }
    rows!(tx, sqlx::query(sql::FREEZE_MATCH).bind(due.id.uuid()))?;
    due.move_on(tx, action, now).await?;
    Ok(TurnOutcome::Passed)
}

/// A missed or cancelled campaign begins to let everybody go. One that was cancelled has no decision, and
/// says so.
pub(super) async fn release(
    tx: &mut Tx,
    due: &DueCampaign,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    rows!(tx, sqlx::query(sql::FREEZE_MATCH).bind(due.id.uuid()))?;
    due.move_on(tx, CampaignAction::Release, now).await?;
    Ok(TurnOutcome::Passed)
}
