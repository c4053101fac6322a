//! Placing a pledge: once for each key, never more of a reward than there is, never after the deadline.

use multitude_domain::UnknownState;
use multitude_domain::id::{AttemptId, PledgeId, RewardId, UserId};
use multitude_domain::pledge::{Contribution, PledgeAction, PledgeState, Review, quote};
use multitude_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::offer::{OpenCampaign, open_campaign};
use super::record::{MovePledgeError, find_record, move_sums};
use super::sql;
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose, token_hash};
use crate::outbox::{self, Event};
use crate::payments::{Answer, AttemptKind, Operation, Payments, Provider as _};
use crate::{on, pools, rows};

/// Places a pledge. Where the provider can answer at once it is answered in the same transaction; otherwise
/// [`PlacedPledge::attempt`] is to be performed next.
///
/// # Errors
/// [`PlacePledgeError`]; nothing is stored then.
pub async fn place_pledge(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    new: &PlacePledge,
) -> Result<PlacedPledge, PlacePledgeError> {
    let request_hash = request_hash(new);
    let caller = new.key.as_ref().map(|(caller, key)| (caller.hash(keys), key.as_str()));
    if let Some(earlier) = find_earlier(tx, keys, caller.as_ref(), &request_hash).await? {
        return Ok(earlier);
    }
    let campaign = open_campaign(tx, &new.slug, &new.wish).await?;
    let (_, faults) = quote(&campaign.offer, &new.wish);
    if !faults.is_empty() {
        return Err(PlacePledgeError::Invalid(faults));
    }
    take(tx, &campaign, new).await?;

    let now = campaign.offer.now;
    let id = PledgeId::new(tx.uuid());
    let operation = Operation {
        key: AttemptId::new(tx.uuid()),
        kind: AttemptKind::Setup,
        pledge: id,
        amount: new.wish.amount,
        method: new.wish.method,
        token: new.token.clone(),
        email: new.backer.email.clone(),
        at: now,
    };
    let answer = payments.instant(&operation);
    let sent = PledgeState::Draft.apply(new.wish.method.start())?;
    let (state, attempt_state) = match &answer {
        Some(Answer::Done { .. }) => (sent.apply(PledgeAction::Secure)?, "succeeded"),
        Some(Answer::Declined) => (sent.apply(PledgeAction::Cancel)?, "declined"),
        Some(Answer::ActionRequired | Answer::Arrived { .. } | Answer::Pending) | None => (sent, "pending"),
    };
    let needs_review = campaign.offer.policy.needs_review(new.wish.amount.minor(), campaign.goal_minor);
    let row = NewRow {
        id,
        state,
        review: if needs_review { Review::Waiting } else { Review::NotNeeded },
        payer_hash: match &answer {
            Some(Answer::Done { payer: Some(payer), .. }) => {
                Some(keys.hash(Purpose::Payer, payer.as_bytes()))
            }
            _ => None,
        },
        receipt: keys.token(Purpose::Receipt, id.uuid().as_bytes()),
    };
    let added = add_pledge(tx, &campaign, new, &row, caller.as_ref(), &request_hash).await;
    if let Err(error) = added {
        // The same key arrived twice at once; whoever was second finds the first one's pledge when it tries again.
        return Err(if error.is_unique_violation() {
            StoreError::ChangedMeanwhile { what: "idempotency key" }.into()
        } else {
            error.into()
        });
    }
    add_attempt(tx, &operation, payments, attempt_state, answer.as_ref()).await?;
    add_events(tx, &campaign, &row, sent, new.wish.amount.minor()).await?;
    if campaign.has_pool || state == PledgeState::Cancelled {
        follow(tx, id, now).await?;
    }
    Ok(PlacedPledge {
        id,
        state,
        receipt: row.receipt,
        is_replay: false,
        attempt: (attempt_state == "pending").then_some(operation.key),
    })
}

struct NewRow {
    id: PledgeId,
    state: PledgeState,
    review: Review,
    payer_hash: Option<[u8; 32]>,
    receipt: String,
}

/// What is hashed of a request, so that another request under the same key is noticed.
fn request_hash(new: &PlacePledge) -> [u8; 32] {
    let wish = &new.wish;
    let add_ons: Vec<_> = wish.add_ons.iter().map(|choice| (choice.id, choice.qty)).collect();
    let facts = format!(
        "{}\n{}\n{:?}\n{:?}\n{add_ons:?}\n{}\n{}\n{:?}\n{}\n{}",
        new.slug,
        wish.amount,
        wish.reward,
        wish.region,
        wish.method,
        new.token,
        new.backer.email,
        new.backer.name,
        new.backer.show_as,
    );
    Sha256::digest(facts).into()
}

async fn find_earlier(
    tx: &mut Tx,
    keys: &Keys,
    caller: Option<&([u8; 32], &str)>,
    request_hash: &[u8; 32],
) -> Result<Option<PlacedPledge>, PlacePledgeError> {
    let Some((caller, key)) = caller else { return Ok(None) };
    let row: Option<(Uuid, String, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(sql::BY_KEY)
        .bind(caller.as_slice()).bind(*key).fetch_optional(c).await)?;
    let Some((id, state, stored)) = row else { return Ok(None) };
    let receipt = keys.token(Purpose::Receipt, id.as_bytes());
    let pledge = PledgeId::new(id);
    if stored.as_deref() != Some(request_hash.as_slice()) {
        return Err(PlacePledgeError::KeyReused { pledge, receipt });
    }
    let state = state.parse().map_err(|UnknownState| StoreError::Impossible {
        table: "pledges",
        column: "state",
        id: id.to_string(),
    })?;
    Ok(Some(PlacedPledge { id: pledge, state, receipt, is_replay: true, attempt: None }))
}

/// Takes what is limited, and this browser's hold with it.
async fn take(tx: &mut Tx, campaign: &OpenCampaign, new: &PlacePledge) -> Result<(), PlacePledgeError> {
    let browser = new.browser.unwrap_or_default();
    if let (Some((id, qty)), Some(reward)) = (new.wish.reward, &campaign.reward)
        && reward.stock.is_some()
    {
        let qty = i64::from(qty);
        take_reward(tx, id, qty, campaign.offer.now, &browser)
            .await?
            .then_some(())
            .ok_or_else(|| PlacePledgeError::SoldOut { title: reward.title.clone() })?;
    }
    for choice in &new.wish.add_ons {
        let taken =
            rows!(tx, sqlx::query(sql::TAKE_ADD_ON).bind(choice.id.uuid()).bind(i64::from(choice.qty)))?;
        if taken != 1 {
            return Err(PlacePledgeError::AddOnSoldOut);
        }
    }
    if new.browser.is_some() {
        rows!(tx, sqlx::query(sql::DROP_HOLD).bind(browser.as_slice()).bind(campaign.id.uuid()))?;
    }
    Ok(())
}

/// Whether so many could be taken. The lock keeps holds still meanwhile.
pub(super) async fn take_reward(
    tx: &mut Tx,
    reward: RewardId,
    qty: i64,
    now: Timestamp,
    browser: &[u8; 32],
) -> Result<bool, StoreError> {
    tx.lock_reward(reward.uuid()).await?;
    let taken = rows!(
        tx,
        sqlx::query(sql::TAKE_REWARD)
            .bind(reward.uuid())
            .bind(qty)
            .bind(now.as_micros())
            .bind(browser.as_slice())
    )?;
    Ok(taken == 1)
}

async fn add_pledge(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    new: &PlacePledge,
    row: &NewRow,
    caller: Option<&([u8; 32], &str)>,
    request_hash: &[u8; 32],
) -> Result<(), StoreError> {
    let (wish, backer) = (&new.wish, &new.backer);
    rows!(
        tx,
        sqlx::query(sql::ADD_PLEDGE)
            .bind(row.id.uuid())
            .bind(campaign.id.uuid())
            .bind(backer.user.map(UserId::uuid))
            .bind(row.state.name())
            .bind(wish.amount.minor())
            .bind(wish.amount.currency().code())
            .bind(wish.reward.map(|(id, _)| id.uuid()))
            .bind(wish.reward.map_or(0, |(_, qty)| i64::from(qty)))
            .bind(wish.region.as_deref())
            .bind(backer.email.as_deref())
            .bind(&backer.name)
            .bind(backer.show_as.name())
            .bind(backer.locale.code())
            .bind(wish.method.name())
            .bind(campaign.livemode)
            .bind(token_hash(&row.receipt).as_slice())
            .bind(caller.map(|(hash, _)| hash.as_slice()))
            .bind(caller.map(|(_, key)| *key))
            .bind(caller.map(|_| request_hash.as_slice()))
            .bind(campaign.offer.now.as_micros())
            .bind(row.review.name())
            .bind(row.payer_hash.as_ref().map(<[u8; 32]>::as_slice))
            .bind(backer.user.map(|_| campaign.offer.now.as_micros()))
    )?;
    for choice in &wish.add_ons {
        rows!(
            tx,
            sqlx::query(sql::ADD_ADD_ON)
                .bind(row.id.uuid())
                .bind(choice.id.uuid())
                .bind(i64::from(choice.qty))
        )?;
    }
    Ok(())
}

/// Stores a try before the provider is asked, or with what it answered at once.
pub(crate) async fn add_attempt(
    tx: &mut Tx,
    operation: &Operation,
    payments: &Payments,
    state: &'static str,
    answer: Option<&Answer>,
) -> Result<(), StoreError> {
    let reference = match answer {
        Some(Answer::Done { reference, .. }) => Some(reference.as_str()),
        _ => None,
    };
    let answered_at = (state != "pending").then_some(operation.at.as_micros());
    rows!(
        tx,
        sqlx::query(sql::ADD_ATTEMPT)
            .bind(operation.key.uuid())
            .bind(operation.pledge.uuid())
            .bind(operation.kind.name())
            .bind(payments.code().name())
            .bind(&operation.token)
            .bind(state)
            .bind(reference)
            .bind(operation.amount.minor())
            .bind(operation.at.as_micros())
            .bind(answered_at)
    )?;
    Ok(())
}

/// The events of a new pledge, its campaign's sums, and word of it.
async fn add_events(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    row: &NewRow,
    sent: PledgeState,
    amount_minor: i64,
) -> Result<(), StoreError> {
    let change = Contribution::of(row.state, row.review, amount_minor);
    let (at, id) = (campaign.offer.now, row.id.uuid());
    let (first, second) = (tx.uuid(), tx.uuid());
    if row.state == sent {
        rows!(
            tx,
            sqlx::query(sql::ADD_EVENT)
                .bind(first)
                .bind(id)
                .bind(campaign.id.uuid())
                .bind(PledgeState::Draft.name())
                .bind(sent.name())
                .bind(change.pledged_minor)
                .bind(change.secured_minor)
                .bind(change.backers)
                .bind(at.as_micros())
        )?;
    } else {
        rows!(
            tx,
            sqlx::query(sql::ADD_TWO_EVENTS)
                .bind(first)
                .bind(id)
                .bind(campaign.id.uuid())
                .bind(sent.name())
                .bind(at.as_micros())
                .bind(second)
                .bind(row.state.name())
                .bind(change.pledged_minor)
                .bind(change.secured_minor)
                .bind(change.backers)
        )?;
    }
    move_sums(tx, campaign.id, campaign.goal_minor, change).await?;
    let event = Event {
        kind: "pledge_placed",
        campaign: campaign.id,
        pledge: Some(row.id),
        from_state: PledgeState::Draft.name(),
        to_state: row.state.name(),
        at,
    };
    outbox::add(tx, &event).await
}

/// What follows from an answer that came at once: a match, or the way back of what was taken.
async fn follow(tx: &mut Tx, id: PledgeId, at: Timestamp) -> Result<(), PlacePledgeError> {
    let Some(record) = find_record(tx, id).await? else { return Ok(()) };
    match record.state {
        PledgeState::Secured => {
            pools::reserve_match(tx, &record.candidate(at)).await.map_err(MovePledgeError::from)?;
        }
        PledgeState::Cancelled => record.give_back(tx).await?,
        _ => {}
    }
    Ok(())
}
