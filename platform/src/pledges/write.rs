//! Storing new pledges: their rows, their attempts, their events, and what follows from those that are answered
//! already.

use multitude_domain::email::{count_email, fold_email};
use multitude_domain::id::{PledgeId, RewardId, UserId};
use multitude_domain::pledges::{AddOnChoice, Contribution, PledgeState, Review};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::event::PledgeEvent;
use super::moving::move_sums;
use super::offer::OpenCampaign;
use super::place::take_reward;
use super::sql;
use super::to_move::{MovePledgeError, find_to_move};
use crate::campaigns::lock::lock_totals;
use crate::db::{StoreError, Tx};
use crate::keys::token_hash;
use crate::outbox::{self, Event};
use crate::payments::{Answer, Operation, Payments, Provider as _};
use crate::pools::lock::lock_pools_of_campaigns;
use crate::{pools, rows_many};

/// An idempotency key, and what was sent with it.
pub(super) struct Key<'a> {
    pub(super) caller_hash: [u8; 32],
    pub(super) text: &'a str,
    pub(super) request_hash: [u8; 32],
}

/// A pledge that fits its offer and has what is limited, not stored yet.
pub(super) struct NewRow<'a> {
    pub(super) id: PledgeId,
    pub(super) campaign: OpenCampaign,
    pub(super) new: &'a PlacePledge,
    pub(super) key: Option<Key<'a>>,
    pub(super) operation: Operation,
    pub(super) answer: Option<Answer>,
    pub(super) attempt_state: &'static str,
    /// The state in which it was sent.
    pub(super) sent: PledgeState,
    /// The state after an answer that came at once.
    pub(super) state: PledgeState,
    pub(super) review: Review,
    pub(super) payer_hash: Option<[u8; 32]>,
    pub(super) receipt: String,
}

impl NewRow<'_> {
    const fn at(&self) -> Timestamp {
        self.operation.at
    }

    /// What its backer is told.
    pub(super) fn placed(&self) -> PlacedPledge {
        PlacedPledge {
            id: self.id,
            state: self.state,
            receipt: self.receipt.clone(),
            is_replay: false,
            attempt: (self.attempt_state == "pending").then_some(self.operation.key),
        }
    }

    const fn change(&self) -> Contribution {
        Contribution::of(self.state, self.review, self.new.wish.amount.minor())
    }
}

/// What others have taken meanwhile.
pub(super) const REWARD: &str = "reward";

/// What is taken of a limited reward once everything else is stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct LateTake {
    pub(super) reward: RewardId,
    pub(super) qty: i64,
    pub(super) now: Timestamp,
}

/// Stores pledges, those of one campaign one after the other, with their attempts and events, takes what is
/// left to take, and does what follows from those that are answered already.
///
/// # Errors
/// [`PlacePledgeError`]: [`StoreError::ChangedMeanwhile`] where a key arrived twice or something was taken by
/// others.
pub(super) async fn write(
    tx: &mut Tx,
    payments: &Payments,
    rows: &[NewRow<'_>],
    late: &[LateTake],
) -> Result<(), PlacePledgeError> {
    if let Err(error) = add_pledges(tx, rows).await {
        // The same key arrived twice at once; whoever was second finds the first one's pledge when it tries
        // again.
        return Err(if error.is_unique_violation() {
            StoreError::ChangedMeanwhile { what: "idempotency key" }.into()
        } else {
            error.into()
        });
    }
    let tries: Vec<NewAttempt<'_>> = rows
        .iter()
        .map(|row| NewAttempt {
            operation: &row.operation,
            state: row.attempt_state,
            answer: row.answer.as_ref(),
        })
        .collect();
    add_attempts(tx, payments, &tries).await?;
    add_events(tx, rows).await?;
    for take in late {
        if !take_reward(tx, take.reward, take.qty, take.now, &[0; 32]).await? {
            return Err(StoreError::ChangedMeanwhile { what: REWARD }.into());
        }
    }
    move_all_sums(tx, rows).await?;
    for row in rows {
        if row.campaign.has_pool || row.state == PledgeState::Cancelled {
            apply_effects_at_once(tx, row.id, row.at()).await?;
        }
    }
    Ok(())
}

async fn add_pledges(tx: &mut Tx, rows: &[NewRow<'_>]) -> Result<(), StoreError> {
    rows_many!(tx, sql::ADD_PLEDGES, rows, |row| [
        row.id.uuid(),
        row.campaign.id.uuid(),
        row.new.backer.user.map(UserId::uuid),
        row.state.name(),
        row.new.wish.amount.minor(),
        row.new.wish.amount.currency().code(),
        row.new.wish.reward.map(|(id, _)| id.uuid()),
        row.new.wish.reward.map_or(0, |(_, qty)| i64::from(qty)),
        row.new.wish.region.as_deref(),
        row.new.backer.email.as_deref(),
        row.new.backer.name.as_str(),
        row.new.backer.show_as.name(),
        row.new.backer.locale.code(),
        row.new.wish.method.name(),
        row.campaign.livemode,
        token_hash(&row.receipt).as_slice(),
        row.key.as_ref().map(|key| key.caller_hash.as_slice()),
        row.key.as_ref().map(|key| key.text),
        row.key.as_ref().map(|key| key.request_hash.as_slice()),
        row.at().as_micros(),
        row.review.name(),
        row.payer_hash.as_ref().map(<[u8; 32]>::as_slice),
        row.new.backer.user.map(|_| row.at().as_micros()),
        row.at().as_micros(),
        row.new.backer.email.as_deref().map(fold_email),
        row.new.backer.email.as_deref().map(count_email),
    ])?;
    let choices: Vec<(PledgeId, &AddOnChoice)> =
        rows.iter().flat_map(|row| row.new.wish.add_ons.iter().map(|choice| (row.id, choice))).collect();
    rows_many!(tx, sql::ADD_ADD_ONS, choices, |(pledge, choice)| [
        pledge.uuid(),
        choice.id.uuid(),
        i64::from(choice.qty),
    ])?;
    Ok(())
}

/// An attempt to store.
pub(crate) struct NewAttempt<'a> {
    pub(crate) operation: &'a Operation,
    /// The state's name in the database.
    pub(crate) state: &'static str,
    /// What the provider said at once.
    pub(crate) answer: Option<&'a Answer>,
}

impl NewAttempt<'_> {
    fn reference(&self) -> Option<&str> {
        match self.answer {
            Some(Answer::Done { reference, .. }) => Some(reference),
            _ => None,
        }
    }
}

/// Stores attempts before the provider is asked, or with what it answered at once.
pub(crate) async fn add_attempts(
    tx: &mut Tx,
    payments: &Payments,
    tries: &[NewAttempt<'_>],
) -> Result<(), StoreError> {
    let provider = payments.code().name();
    rows_many!(tx, sql::ADD_ATTEMPTS, tries, |one| [
        one.operation.key.uuid(),
        one.operation.pledge.uuid(),
        one.operation.kind.name(),
        provider,
        one.operation.token.as_str(),
        one.state,
        one.reference(),
        one.operation.amount.minor(),
        one.operation.at.as_micros(),
        (one.state != "pending").then_some(one.operation.at.as_micros()),
        one.operation.at.as_micros(),
    ])?;
    Ok(())
}

/// The events of new pledges, and word of them. A pledge that was answered at once has two: it was
/// sent, then what came of it.
async fn add_events(tx: &mut Tx, rows: &[NewRow<'_>]) -> Result<(), StoreError> {
    let mut events = Vec::with_capacity(rows.len().saturating_mul(2));
    for row in rows {
        let is_answered = row.state != row.sent;
        let nothing = Contribution::default();
        events.push((
            tx.uuid(),
            row,
            PledgeState::Draft,
            row.sent,
            if is_answered { nothing } else { row.change() },
        ));
        if is_answered {
            events.push((tx.uuid(), row, row.sent, row.state, row.change()));
        }
    }
    rows_many!(tx, sql::ADD_EVENTS, events, |(id, row, from, to, change)| [
        *id,
        row.id.uuid(),
        row.campaign.id.uuid(),
        from.name(),
        to.name(),
        change.pledged_minor,
        change.secured_minor,
        change.backers,
        row.at().as_micros(),
        None::<&str>,
        None::<i64>,
        None::<&str>,
    ])?;
    let told = rows.iter().filter(|row| !row.campaign.is_imported).map(|row| {
        let placed = PledgeEvent::Placed { campaign: row.campaign.id, to: row.state };
        (Event::Pledge(row.id, placed), row.at())
    });
    outbox::add_all(tx, &told.collect::<Vec<_>>()).await
}

/// What new pledges add to their campaigns' sums. Everybody who pledges to a campaign changes the same row:
/// last, so that nobody waits for it longer than a commit takes.
async fn move_all_sums(tx: &mut Tx, rows: &[NewRow<'_>]) -> Result<(), StoreError> {
    let of_campaigns = || {
        let chunks = rows.chunk_by(|one, next| one.campaign.id == next.campaign.id);
        chunks.filter_map(|chunk| Some((&chunk.first()?.campaign, chunk)))
    };
    let matched: Vec<Uuid> =
        of_campaigns().filter(|(one, _)| one.has_pool).map(|(one, _)| one.id.uuid()).collect();
    if !matched.is_empty() {
        // Before the sums, which everybody takes last.
        lock_pools_of_campaigns(tx, &matched).await?;
    }
    let moved: Vec<(&OpenCampaign, Contribution)> = of_campaigns()
        .map(|(campaign, rows)| {
            (campaign, rows.iter().fold(Contribution::default(), |sum, row| sum.plus(row.change())))
        })
        .collect();
    if let [(campaign, change)] = moved.as_slice() {
        return move_sums(tx, campaign.id, campaign.goal_minor, *change).await;
    }
    let all: Vec<Uuid> = moved.iter().map(|(campaign, _)| campaign.id.uuid()).collect();
    lock_totals(tx, &all).await?;
    rows_many!(tx, sql::MOVE_ALL_SUMS, moved, |(campaign, change)| [
        campaign.id.uuid(),
        change.pledged_minor,
        change.secured_minor,
        change.backers,
        campaign.goal_minor,
    ])?;
    Ok(())
}

/// What follows from an answer that came at once: a match, or the way back of what was taken.
async fn apply_effects_at_once(tx: &mut Tx, id: PledgeId, at: Timestamp) -> Result<(), PlacePledgeError> {
    let Some(record) = find_to_move(tx, id).await? else { return Ok(()) };
    if record.state == PledgeState::Secured {
        pools::reserve_match(tx, &record.candidate(at)).await.map_err(MovePledgeError::from)?;
    } else if record.state == PledgeState::Cancelled {
        record.give_back(tx).await?;
    }
    Ok(())
}
