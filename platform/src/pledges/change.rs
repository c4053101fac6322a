//! What a backer may do with a pledge until the deadline, and what a person decides about a large one. What
//! it pays for is changed in `choice.rs`.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::PledgeId;
use multitude_domain::money::Money;
use multitude_domain::permission::pledges::Deed;
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::pledges::{CountsAs, PledgeAction, PledgeFault, Review};
use multitude_domain::time::Timestamp;
use multitude_domain::view::Consents;
use uuid::Uuid;

use super::receipt::{Access, find_permit};
use super::sql;
use super::starts::{find_startable, start_refunds};
use super::to_move::{MovePledgeError, PledgeToMove, find_to_move, lock_to_move, lock_to_move_wanting};
use crate::audit::{Done, Permit, Target};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::payments::Payments;
use crate::{on, rows};

/// Why a pledge was not changed. Nothing changed then.
#[derive(Debug, thiserror::Error)]
pub enum ChangePledgeError {
    /// There is no such pledge, or it is not theirs to see.
    #[error("no such pledge")]
    NotFound,
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// Its campaign pauses: it can be taken back, and nothing else.
    #[error("the campaign pauses")]
    Paused,
    /// The deadline has passed.
    #[error("the campaign closed at {at}")]
    Closed {
        /// When.
        at: Timestamp,
    },
    /// The new wish does not fit the offer.
    #[error("the pledge does not fit the offer")]
    Invalid(Vec<PledgeFault>),
    /// The last one of what is newly chosen is taken or held.
    #[error("reward {title} is sold out")]
    SoldOut {
        /// The reward's title.
        title: String,
    },
    /// The last one of what is newly added is taken.
    #[error("an add-on is sold out")]
    AddOnSoldOut,
    /// It was changed after it was looked at.
    #[error("it was changed meanwhile, to {amount}")]
    Overtaken {
        /// What it is for now.
        amount: Money,
    },
    /// As often as today nobody needs it.
    #[error("too often for one day")]
    TooOften,
    /// It cannot be moved on from where it is.
    #[error(transparent)]
    Move(MovePledgeError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ChangePledgeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for ChangePledgeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<MovePledgeError> for ChangePledgeError {
    fn from(error: MovePledgeError) -> Self {
        match error {
            MovePledgeError::Store(error) => Self::Store(error),
            other @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_)) => Self::Move(other),
        }
    }
}

impl CarriesStoreError for ChangePledgeError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NotFound
            | Self::Denied
            | Self::Paused
            | Self::Closed { .. }
            | Self::Invalid(_)
            | Self::SoldOut { .. }
            | Self::AddOnSoldOut
            | Self::Overtaken { .. }
            | Self::TooOften
            | Self::Move(_) => None,
        }
    }
}

/// The record of a pledge that is the actor's to manage, with it, its campaign, and what is wanted for it
/// held where they are.
pub(super) async fn find_managed(
    tx: &mut Tx,
    actor: &Actor,
    access: Access,
    wanted: &[Uuid],
) -> Result<(PledgeToMove, Permit), ChangePledgeError> {
    let id = access.pledge();
    let record = find_to_move(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let permit = find_permit(tx, actor, access, &record, Deed::ManagePledge).await?;
    let permit = permit.ok_or(ChangePledgeError::NotFound)?;
    let record = lock_to_move_wanting(tx, id, wanted).await?.ok_or(ChangePledgeError::NotFound)?;
    Ok((record, permit))
}

/// Something that was done to this pledge.
pub(super) fn done(record: &PledgeToMove, how: &str) -> Done {
    Done::to(Target::Pledge(record.id), how).concerning(record.user)
}

/// The record of a pledge that its backer may still change, with its campaign held open.
pub(super) async fn changeable(
    tx: &mut Tx,
    actor: &Actor,
    access: Access,
    wanted: &[Uuid],
) -> Result<(PledgeToMove, Permit, Timestamp), ChangePledgeError> {
    let (record, permit) = find_managed(tx, actor, access, wanted).await?;
    let now = tx.now().await?;
    check_open(&record, now)?;
    Ok((record, permit, now))
}

/// Refuses what comes after the deadline, which froze pledges.
pub(super) fn check_open(record: &PledgeToMove, now: Timestamp) -> Result<(), ChangePledgeError> {
    let is_open = matches!(record.campaign_state, CampaignState::Live | CampaignState::Suspended);
    match record.closes_at {
        Some(at) if !is_open || now >= at => Err(ChangePledgeError::Closed { at }),
        Some(_) | None => Ok(()),
    }
}

/// Takes a pledge back, until the deadline. Money that has arrived goes back, which takes its days; money
/// that is on its way is still looked out for, so that it goes back too.
///
/// # Errors
/// [`ChangePledgeError`]; nothing changed then.
pub async fn cancel_pledge(
    tx: &mut Tx,
    payments: &Payments,
    actor: &Actor,
    access: impl Into<Access>,
) -> Result<(), ChangePledgeError> {
    let (mut record, permit, now) = changeable(tx, actor, access.into(), &[]).await?;
    let id = record.id;
    permit.write_down(tx, done(&record, "cancel")).await?;
    // Money that differs from what was pledged goes back as it came.
    if record.state.has_arrived() {
        let funded = find_startable(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
        start_refunds(tx, payments, vec![funded], now).await?;
        return Ok(());
    }
    record.move_on(tx, PledgeAction::Cancel, now).await?;
    if !record.method.is_transfer() {
        rows!(tx, sqlx::query(sql::ABANDON_ATTEMPTS).bind(id.uuid()).bind(now.as_micros()))?;
    }
    Ok(())
}

/// The least that pays for what was chosen with a pledge, in minor units.
pub(super) async fn least_of(tx: &mut Tx, id: PledgeId) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::LEAST_OF).bind(id.uuid()).fetch_one(c).await)?)
}

/// Notes what the backer wants to be written about.
///
/// # Errors
/// [`ChangePledgeError::NotFound`] for whoever is not the backer.
pub async fn note_consents(
    tx: &mut Tx,
    actor: &Actor,
    access: impl Into<Access>,
    consents: Consents,
) -> Result<(), ChangePledgeError> {
    let access = access.into();
    let id = access.pledge();
    let record = find_to_move(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let permit = find_permit(tx, actor, access, &record, Deed::ManagePledge).await?;
    let permit = permit.ok_or(ChangePledgeError::NotFound)?;
    let noted =
        rows!(tx, sqlx::query(sql::CONSENT).bind(id.uuid()).bind(consents.updates).bind(consents.news))?;
    if noted != 1 {
        return Err(ChangePledgeError::NotFound);
    }
    permit.write_down(tx, done(&record, "consents")).await?;
    Ok(())
}

/// Refuses whoever would decide about their own pledge, or about one to their own campaign.
pub(super) async fn permit_review(
    tx: &mut Tx,
    actor: &Actor,
    record: &PledgeToMove,
) -> Result<Permit, ChangePledgeError> {
    let permit = find_permit(tx, actor, record.id.into(), record, Deed::ReviewPledge).await?;
    permit.ok_or(ChangePledgeError::Denied)
}

/// Decides that a large pledge counts, until the deadline.
///
/// # Errors
/// [`ChangePledgeError::Denied`] for whoever may not decide it, about their own pledge or campaign too;
/// [`ChangePledgeError::Closed`] after the deadline, which froze what counts; [`ChangePledgeError::Move`]
/// where it counts already.
pub async fn review_pledge(tx: &mut Tx, actor: &Actor, id: PledgeId) -> Result<(), ChangePledgeError> {
    if !actor.may(Deed::ReviewPledge, &Relations::none()) {
        return Err(ChangePledgeError::Denied);
    }
    let mut record = lock_to_move(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let permit = permit_review(tx, actor, &record).await?;
    let now = tx.now().await?;
    if let Some(at) = record.closes_at.filter(|end| now >= *end) {
        return Err(ChangePledgeError::Closed { at });
    }
    if record.state.counts_as() == CountsAs::Nothing {
        let wrong = multitude_domain::WrongState { from: record.state.name(), action: "review" };
        return Err(ChangePledgeError::Move(wrong.into()));
    }
    if record.review != Review::Waiting {
        let wrong = multitude_domain::WrongState { from: "counted", action: "count" };
        return Err(ChangePledgeError::Move(wrong.into()));
    }
    record.pass_review(tx, now).await?;
    permit.write_down(tx, done(&record, "count")).await?;
    Ok(())
}
