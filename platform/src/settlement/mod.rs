//! What happens at and after a deadline: close, wait for bank money that could decide, decide once, then
//! charge or release, and settle.
//!
//! Every turn is a transaction that reads where things stand and moves them one state on, guarded by that
//! state. So it does not matter when the process is killed or how many run it: the next round goes on from
//! what is there. A provider is asked only about attempts that were stored before ([`attempts`]).

mod campaign;
mod decide;
mod pledges;
mod sql;
mod statement;
mod stray;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::{CampaignState, SUSPENDED_WAIT};
use multitude_domain::id::CampaignId;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use crate::campaigns::lock::lock_campaign;
use crate::db::{StoreError, Tx};
use crate::payments::{Operation, Payments};
use crate::pledges::attempts::{self, Withdrawn};
use crate::pledges::rematch::{has_given_back, offer_given_back};
use crate::{Desk, on};

use campaign::DueCampaign;
pub(crate) use campaign::record_stop;
pub use campaign::{MoveCampaignError, complete, pay_out, verify_payee};
use pledges::Which;
pub use statement::{find_statement, state_delivery};

/// How many campaigns are looked for at once.
const CAMPAIGNS_MAX: i64 = 200;

/// What one turn did.
#[derive(Debug)]
pub(crate) enum TurnOutcome {
    /// Nothing can be done now.
    Rests,
    /// The campaign came to its next state.
    Passed,
    /// Pledges moved on; there may be more.
    Moved,
    /// Attempts were stored that the provider is to be asked about.
    Asks(Vec<Operation>),
    /// Charges that still wait for their backers' banks are to be taken back.
    Withdraws(Withdrawn),
}

/// What settling does next with a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Opens it when its start has come.
    Launch,
    /// Closes it when its deadline has passed.
    Close,
    /// Ends a suspended one long after its deadline.
    GiveUp,
    /// Decides whether the goal is reached.
    Decide,
    /// Begins to let everybody go.
    StartRelease,
    /// Charges, attempts again, drops, books; settles in the end.
    Collect,
    /// Lets everybody go; closes the books in the end.
    Release,
}

impl Turn {
    /// Nothing where its time has not come, or only people move a campaign on.
    fn of(due: &DueCampaign, now: Timestamp) -> Option<Self> {
        let has_come = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let given_up = due.closes_at.map(|end| end.plus(SUSPENDED_WAIT));
        match due.state {
            CampaignState::Scheduled => has_come(due.opens_at).then_some(Self::Launch),
            CampaignState::Live => has_come(due.closes_at).then_some(Self::Close),
            CampaignState::Suspended => has_come(given_up).then_some(Self::GiveUp),
            CampaignState::Closing => Some(Self::Decide),
            CampaignState::Failed | CampaignState::Cancelled => Some(Self::StartRelease),
            CampaignState::Collecting => Some(Self::Collect),
            CampaignState::Releasing => Some(Self::Release),
            CampaignState::Draft
            | CampaignState::InReview
            | CampaignState::ChangesRequested
            | CampaignState::Declined
            | CampaignState::Settled
            | CampaignState::Fulfilling
            | CampaignState::Completed
            | CampaignState::Closed => None,
        }
    }
}

/// Moves every campaign on whose time has come, as far as it goes now, and lets money go back that is
/// nobody's. Says how many turns it took. A campaign that cannot be moved on holds up no other: the log says
/// why.
///
/// # Errors
/// [`StoreError`] where the database does not answer; what was done before stays.
pub async fn settle_due(desk: &Desk) -> Result<usize, StoreError> {
    let mut turns = stray::return_strays(desk).await?;
    turns = turns.saturating_add(offer_given_back(desk).await?);
    let mut after = None;
    loop {
        let page = desk.db.read(async move |tx| due(tx, after).await).await?;
        let Some(last) = page.last() else { return Ok(turns) };
        after = Some(*last);
        for (_, campaign) in page {
            // A round may take long.
            if desk.db.check_clock().await?.is_err() {
                return Ok(turns);
            }
            match settle_campaign(desk, campaign).await {
                Ok(more) => turns = turns.saturating_add(more),
                Err(MoveCampaignError::Store(error)) if error.is_away() => return Err(error),
                Err(error) => {
                    tracing::error!(campaign.id = %campaign, %error, "a campaign could not be moved on");
                }
            }
        }
    }
}

/// Moves one campaign on, as far as it goes now.
///
/// # Errors
/// [`MoveCampaignError`] where a ledger or the database refuses; what was done before stays.
pub async fn settle_campaign(desk: &Desk, campaign: CampaignId) -> Result<usize, MoveCampaignError> {
    let mut turns = 0_usize;
    loop {
        match take_turn(desk, campaign).await? {
            TurnOutcome::Rests => return Ok(turns),
            TurnOutcome::Passed | TurnOutcome::Moved => {}
            TurnOutcome::Asks(attempts) => attempts::ask_new(desk, attempts).await?,
            TurnOutcome::Withdraws(which) => {
                if attempts::withdraw_charges(desk, campaign, which).await? == 0 {
                    return Ok(turns);
                }
            }
        }
        turns = turns.saturating_add(1);
    }
}

/// Whether any campaign's time has come, or is in the middle of something.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn has_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let has_campaign: bool = on!(tx, c => sqlx::query_scalar(sql::HAS_DUE)
        .bind(now.as_micros()).bind(before(now, SUSPENDED_WAIT).as_micros()).fetch_one(c).await)?;
    Ok(has_campaign || stray::has_strays(tx, now).await? || has_given_back(tx).await?)
}

/// A page of campaigns whose time has come: since when each is where it is, and its id.
async fn due(tx: &mut Tx, after: Option<(i64, CampaignId)>) -> Result<Vec<(i64, CampaignId)>, StoreError> {
    let now = tx.now().await?;
    let given_up = before(now, SUSPENDED_WAIT);
    let rows: Vec<(i64, Uuid)> = on!(tx, c => sqlx::query_as(sql::DUE)
        .bind(now.as_micros())
        .bind(given_up.as_micros())
        .bind(after.map(|(since, _)| since))
        .bind(after.map(|(_, id)| id.uuid()))
        .bind(CAMPAIGNS_MAX)
        .fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(since, id)| (since, CampaignId::new(id))).collect())
}

/// One turn of one campaign, in a transaction of its own: at most one batch of its pledges. Where one of them
/// is refused the others go on without it.
async fn take_turn(desk: &Desk, campaign: CampaignId) -> Result<TurnOutcome, MoveCampaignError> {
    match take_turn_with(desk, campaign, Which::Batch).await {
        Err(error) if !error.is_away() => take_turns_singly(desk, campaign, error).await,
        outcome => outcome,
    }
}

/// The pledges of a turn, each in a transaction of its own; `error` again where none of them moves.
async fn take_turns_singly(
    desk: &Desk,
    campaign: CampaignId,
    error: MoveCampaignError,
) -> Result<TurnOutcome, MoveCampaignError> {
    let next = desk.db.read(async move |tx| {
        let now = tx.now().await?;
        let Some(due) = campaign::find(tx, campaign).await? else { return Ok(Vec::new()) };
        pledges::list_next(tx, &due, now).await
    });
    let next = next.await?;
    if next.is_empty() {
        // The campaign comes to its pledges in the same transaction.
        return match take_turn_with(desk, campaign, Which::Nobody).await? {
            TurnOutcome::Rests => Err(error),
            passed => Ok(passed),
        };
    }
    let (mut attempts, mut withdrawn, mut has_moved) = (Vec::new(), None, false);
    for pledge in next {
        match take_turn_with(desk, campaign, Which::Only(pledge)).await {
            Ok(TurnOutcome::Rests) => {}
            Ok(TurnOutcome::Passed | TurnOutcome::Moved) => has_moved = true,
            Ok(TurnOutcome::Asks(more)) => attempts.extend(more),
            Ok(TurnOutcome::Withdraws(which)) => withdrawn = Some(which),
            Err(error) if error.is_away() => return Err(error),
            Err(error) => {
                tracing::error!(campaign.id = %campaign, pledge.id = %pledge, %error, "a pledge could not be moved on");
            }
        }
    }
    match withdrawn {
        _ if !attempts.is_empty() => Ok(TurnOutcome::Asks(attempts)),
        _ if has_moved => Ok(TurnOutcome::Moved),
        Some(which) => Ok(TurnOutcome::Withdraws(which)),
        None => Err(error),
    }
}

/// Whether there is anything to do is asked of a reader first, so that a campaign that only waits costs no
/// write.
async fn take_turn_with(
    desk: &Desk,
    campaign: CampaignId,
    which: Which,
) -> Result<TurnOutcome, MoveCampaignError> {
    let has_rest = desk
        .db
        .read(async move |tx| {
            let now = tx.now().await?;
            let Some(due) = campaign::find(tx, campaign).await? else { return Ok(true) };
            rests(tx, &due, now).await
        })
        .await?;
    if has_rest {
        return Ok(TurnOutcome::Rests);
    }
    let payments = desk.payments.clone();
    desk.db
        .write(async move |tx| {
            lock_campaign(tx, campaign.uuid()).await?;
            let now = tx.now().await?;
            let mut done = TurnOutcome::Rests;
            // The states that pass without a pledge being moved pass together.
            loop {
                let Some(due) = campaign::find(tx, campaign).await? else { return Ok(done) };
                if which == Which::Nobody && due.moves_pledges() {
                    return Ok(done);
                }
                match advance(tx, &payments, &due, which, now).await? {
                    TurnOutcome::Rests => return Ok(done),
                    TurnOutcome::Passed => done = TurnOutcome::Moved,
                    moved @ (TurnOutcome::Moved | TurnOutcome::Asks(_) | TurnOutcome::Withdraws(_)) => {
                        return Ok(moved);
                    }
                }
            }
        })
        .await
}

async fn advance(
    tx: &mut Tx,
    payments: &Payments,
    due: &DueCampaign,
    which: Which,
    now: Timestamp,
) -> Result<TurnOutcome, MoveCampaignError> {
    let Some(turn) = Turn::of(due, now) else { return Ok(TurnOutcome::Rests) };
    match turn {
        Turn::Launch => decide::launch(tx, due, now).await,
        Turn::Close => decide::close(tx, due, now).await,
        Turn::GiveUp => decide::give_up(tx, due, now).await,
        Turn::Decide => decide::decide(tx, due, now).await,
        Turn::StartRelease => decide::release(tx, due, now).await,
        Turn::Collect => pledges::collect(tx, payments, due, which, now).await,
        Turn::Release => pledges::release(tx, payments, due, which, now).await,
    }
}

/// Whether nothing can be done for a campaign now.
async fn rests(tx: &mut Tx, due: &DueCampaign, now: Timestamp) -> Result<bool, MoveCampaignError> {
    let Some(turn) = Turn::of(due, now) else { return Ok(true) };
    Ok(match turn {
        Turn::Launch | Turn::Close | Turn::GiveUp | Turn::StartRelease => false,
        Turn::Decide => decide::awaits_bank(tx, due, now).await?,
        Turn::Collect => pledges::nothing_to_collect(tx, due, now).await?,
        Turn::Release => pledges::nothing_to_release(tx, due).await?,
    })
}

/// An instant so long before another.
const fn before(at: Timestamp, span: Span) -> Timestamp {
    at.plus(Span::ZERO.less(span))
}

fn unknown_state(UnknownState: UnknownState, id: Uuid) -> StoreError {
    StoreError::Impossible { table: "campaigns", column: "state", id: id.to_string() }
}
