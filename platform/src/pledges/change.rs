//! What a backer may do with a pledge until the deadline, and what a person decides about a large one. What it pays for is
//! changed in `choice.rs`.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::PledgeId;
use multitude_domain::money::Money;
use multitude_domain::permission::{Actor, Deed, Relation};
use multitude_domain::pledges::{CountsAs, PledgeAction, PledgeFault, PledgeState, Review};
use multitude_domain::time::Timestamp;
use multitude_domain::view::Consents;
use uuid::Uuid;

use super::record::{MovePledgeError, PledgeRecord, find_record, lock_record, lock_record_wanting};
use super::sql;
use super::tries::{find_startable, start_refunds};
use crate::campaigns::life::find_relation;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::keys::token_hash;
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

/// The pledge whose receipt has this token.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_by_receipt(tx: &mut Tx, token: &str) -> Result<Option<PledgeId>, StoreError> {
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(sql::ID_BY_RECEIPT)
        .bind(token_hash(token).as_slice()).fetch_optional(c).await)?;
    Ok(id.map(PledgeId::new))
}

/// The record of a pledge that is the actor's to manage, with it, its campaign, and what is wanted for it held where they are.
pub(super) async fn find_managed(
    tx: &mut Tx,
    actor: &Actor,
    relation: Relation,
    id: PledgeId,
    wanted: &[Uuid],
) -> Result<PledgeRecord, ChangePledgeError> {
    let record = find_record(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let is_own = record.user.is_some() && record.user == actor.user();
    let relation = if is_own { Relation::Backer } else { relation };
    if !actor.may(Deed::ManagePledge, relation) {
        return Err(ChangePledgeError::NotFound);
    }
    lock_record_wanting(tx, id, wanted).await?.ok_or(ChangePledgeError::NotFound)
}

/// The record of a pledge that its backer may still change, with its campaign held open.
pub(super) async fn changeable(
    tx: &mut Tx,
    actor: &Actor,
    relation: Relation,
    id: PledgeId,
    wanted: &[Uuid],
) -> Result<(PledgeRecord, Timestamp), ChangePledgeError> {
    let record = find_managed(tx, actor, relation, id, wanted).await?;
    let now = tx.now().await?;
    check_open(&record, now)?;
    Ok((record, now))
}

/// Refuses what comes after the deadline, which froze pledges.
pub(super) fn check_open(record: &PledgeRecord, now: Timestamp) -> Result<(), ChangePledgeError> {
    let is_open = matches!(record.campaign_state, CampaignState::Live | CampaignState::Suspended);
    match record.closes_at {
        Some(at) if !is_open || now >= at => Err(ChangePledgeError::Closed { at }),
        Some(_) | None => Ok(()),
    }
}

/// Takes a pledge back, until the deadline. Money that has arrived goes back, which takes its days; money that is on its
/// way is still looked out for, so that it goes back too.
///
/// # Errors
/// [`ChangePledgeError`]; nothing changed then.
pub async fn cancel_pledge(
    tx: &mut Tx,
    payments: &Payments,
    actor: &Actor,
    relation: Relation,
    id: PledgeId,
) -> Result<(), ChangePledgeError> {
    let (mut record, now) = changeable(tx, actor, relation, id, &[]).await?;
    // Money that differs from what was pledged goes back as it came.
    if matches!(record.state, PledgeState::Funded | PledgeState::NeedsReview) {
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
    relation: Relation,
    id: PledgeId,
    consents: Consents,
) -> Result<(), ChangePledgeError> {
    if !actor.may(Deed::ManagePledge, relation) {
        return Err(ChangePledgeError::NotFound);
    }
    let noted =
        rows!(tx, sqlx::query(sql::CONSENT).bind(id.uuid()).bind(consents.updates).bind(consents.news))?;
    if noted == 1 { Ok(()) } else { Err(ChangePledgeError::NotFound) }
}

/// Refuses whoever would decide about their own pledge, or about one to their own campaign.
pub(super) async fn deny_own(
    tx: &mut Tx,
    actor: &Actor,
    record: &PledgeRecord,
) -> Result<(), ChangePledgeError> {
    let is_own = record.user.is_some() && record.user == actor.user();
    let relation = if is_own { Relation::Backer } else { find_relation(tx, record.campaign, actor).await? };
    if actor.may(Deed::ReviewPledge, relation) { Ok(()) } else { Err(ChangePledgeError::Denied) }
}

/// Decides that a large pledge counts, until the deadline.
///
/// # Errors
/// [`ChangePledgeError::Denied`] for whoever may not decide it, about their own pledge or campaign too;
/// [`ChangePledgeError::Closed`] after the deadline, which froze what counts; [`ChangePledgeError::Move`] where it counts already.
pub async fn review_pledge(tx: &mut Tx, actor: &Actor, id: PledgeId) -> Result<(), ChangePledgeError> {
    if !actor.may(Deed::ReviewPledge, Relation::Stranger) {
        return Err(ChangePledgeError::Denied);
    }
    let mut record = lock_record(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    deny_own(tx, actor, &record).await?;
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
    Ok(())
}
