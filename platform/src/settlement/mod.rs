//! What happens at and after a deadline: close, wait for bank money that could decide, decide once, then charge or
//! release, and settle.
//!
//! Every step is a transaction that reads where things stand and moves them one state on, guarded by that state. So it
//! does not matter when the process is killed or how many run it: the next round goes on from what is there. A provider
//! is asked only about tries that were stored before ([`attempts`]).

mod campaign;
mod decide;
mod pledges;
mod sql;

use multitude_domain::UnknownState;
use multitude_domain::campaign::{CampaignState, SUSPENDED_WAIT};
use multitude_domain::id::CampaignId;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use crate::db::{StoreError, Tx};
use crate::payments::{Operation, Payments};
use crate::pledges::attempts;
use crate::{Desk, on};

use campaign::Facts;
pub(crate) use campaign::record_stop;
pub use campaign::{MoveCampaignError, complete, pay_out, state_delivery};

/// How many campaigns one round looks at.
const CAMPAIGNS_MAX: i64 = 200;

/// What one step did.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing can be done now.
    Rests,
    /// The campaign came to its next state.
    Passed,
    /// Pledges moved on; there may be more.
    Moved,
    /// Tries were stored that the provider is to be asked about.
    Asks(Vec<Operation>),
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
    /// Charges, tries again, drops, books; settles in the end.
    Collect,
    /// Lets everybody go; closes the books in the end.
    Release,
}

impl Turn {
    /// Nothing where only people move a campaign on.
    const fn of(state: CampaignState) -> Option<Self> {
        match state {
            CampaignState::Scheduled => Some(Self::Launch),
            CampaignState::Live => Some(Self::Close),
            CampaignState::Suspended => Some(Self::GiveUp),
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

/// Moves every campaign on whose time has come, as far as it goes now. Says how many steps it took.
///
/// # Errors
/// [`MoveCampaignError`] where a ledger or the database refuses; what was done before stays.
pub async fn settle_due(desk: &Desk) -> Result<usize, MoveCampaignError> {
    let due = desk.db.read(async |tx| due(tx).await).await?;
    let mut steps = 0_usize;
    for campaign in due {
        steps = steps.saturating_add(settle_campaign(desk, campaign).await?);
    }
    Ok(steps)
}

/// Moves one campaign on, as far as it goes now.
///
/// # Errors
/// [`MoveCampaignError`] where a ledger or the database refuses; what was done before stays.
pub async fn settle_campaign(desk: &Desk, campaign: CampaignId) -> Result<usize, MoveCampaignError> {
    let mut steps = 0_usize;
    loop {
        match step(desk, campaign).await? {
            Step::Rests => return Ok(steps),
            Step::Passed | Step::Moved => {}
            Step::Asks(tries) => attempts::ask_new(desk, tries).await?,
        }
        steps = steps.saturating_add(1);
    }
}

/// Whether any campaign's time has come, or is in the middle of something.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn has_due(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_DUE)
        .bind(now.as_micros()).bind(before(now, SUSPENDED_WAIT).as_micros()).fetch_one(c).await)?)
}

async fn due(tx: &mut Tx) -> Result<Vec<CampaignId>, StoreError> {
    let now = tx.now().await?;
    let given_up = before(now, SUSPENDED_WAIT);
    let rows: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::DUE)
        .bind(now.as_micros()).bind(given_up.as_micros()).bind(CAMPAIGNS_MAX).fetch_all(c).await)?;
    Ok(rows.into_iter().map(CampaignId::new).collect())
}

/// One step of one campaign, in a transaction of its own: at most one batch of its pledges. Whether there is anything to do is asked of a reader first,
/// so that a campaign that only waits costs no write.
async fn step(desk: &Desk, campaign: CampaignId) -> Result<Step, MoveCampaignError> {
    let has_rest = desk
        .db
        .read(async move |tx| {
            let now = tx.now().await?;
            let Some(facts) = campaign::find(tx, campaign).await? else { return Ok(true) };
            rests(tx, &facts, now).await
        })
        .await?;
    if has_rest {
        return Ok(Step::Rests);
    }
    let payments = desk.payments.clone();
    desk.db
        .write(async move |tx| {
            tx.lock_campaign(campaign.uuid()).await?;
            let now = tx.now().await?;
            let mut done = Step::Rests;
            // The states that pass without a pledge being moved pass together.
            loop {
                let Some(facts) = campaign::find(tx, campaign).await? else { return Ok(done) };
                match advance(tx, &payments, &facts, now).await? {
                    Step::Rests => return Ok(done),
                    Step::Passed => done = Step::Moved,
                    moved @ (Step::Moved | Step::Asks(_)) => return Ok(moved),
                }
            }
        })
        .await
}

async fn advance(
    tx: &mut Tx,
    payments: &Payments,
    facts: &Facts,
    now: Timestamp,
) -> Result<Step, MoveCampaignError> {
    let Some(turn) = Turn::of(facts.state) else { return Ok(Step::Rests) };
    match turn {
        Turn::Launch => decide::launch(tx, facts, now).await,
        Turn::Close => decide::close(tx, facts, now).await,
        Turn::GiveUp => decide::give_up(tx, facts, now).await,
        Turn::Decide => decide::decide(tx, facts, now).await,
        Turn::StartRelease => decide::release(tx, facts, now).await,
        Turn::Collect => pledges::collect(tx, payments, facts, now).await,
        Turn::Release => pledges::release(tx, payments, facts, now).await,
    }
}

/// Whether nothing can be done for a campaign now.
async fn rests(tx: &mut Tx, facts: &Facts, now: Timestamp) -> Result<bool, MoveCampaignError> {
    let has_come = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    let Some(turn) = Turn::of(facts.state) else { return Ok(true) };
    Ok(match turn {
        Turn::Launch => !has_come(facts.opens_at),
        Turn::Close => !has_come(facts.closes_at),
        Turn::GiveUp => !has_come(facts.closes_at.map(|at| at.plus(SUSPENDED_WAIT))),
        Turn::Decide => decide::awaits_bank(tx, facts, now).await?,
        Turn::StartRelease => false,
        Turn::Collect => pledges::nothing_to_collect(tx, facts, now).await?,
        Turn::Release => pledges::nothing_to_release(tx, facts).await?,
    })
}

/// An instant so long before another.
const fn before(at: Timestamp, span: Span) -> Timestamp {
    at.plus(Span::ZERO.less(span))
}

fn unknown_state(UnknownState: UnknownState, id: Uuid) -> StoreError {
    StoreError::Impossible { table: "campaigns", column: "state", id: id.to_string() }
}
