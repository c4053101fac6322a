//! Placing a pledge: once for each key, never more of a reward than there is, never after the deadline.

use multitude_domain::UnknownState;
use multitude_domain::id::{AddOnId, AttemptId, PledgeId, RewardId, UserId};
use multitude_domain::pledges::{PledgeAction, PledgeState, Review, may_announce, quote};
use multitude_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::command::{Caller, KEY_CHARS_MAX, PlacePledge, PlacePledgeError, PlacedPledge};
use super::lock::lock_reward;
use super::offer::{OpenCampaign, find_campaign, open_campaign};
use super::sql;
use super::write::{Key, NewRow, write};
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose};
use crate::payments::{Answer, Payments, Provider as _, account_hash};
use crate::{on, rows};

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
    let key = key_of(keys, new)?;
    if let Some(key) = &key
        && let Some(earlier) = find_earlier(tx, keys, key).await?
    {
        return Ok(earlier);
    }
    let campaign = open_campaign(tx, &new.slug, &new.wish).await?;
    check(payments, &campaign, new)?;
    take(tx, payments, &campaign, new).await?;
    let row = row(tx, keys, payments, campaign, new, key)?;
    write(tx, payments, std::slice::from_ref(&row), &[]).await?;
    Ok(row.placed())
}

/// The key of a request, where it has one.
///
/// # Errors
/// [`PlacePledgeError::BadKey`] where it is longer than any door takes.
pub(super) fn key_of<'a>(keys: &Keys, new: &'a PlacePledge) -> Result<Option<Key<'a>>, PlacePledgeError> {
    let Some((caller, text)) = new.key.as_ref() else { return Ok(None) };
    if text.is_empty() || text.chars().count() > KEY_CHARS_MAX {
        return Err(PlacePledgeError::BadKey);
    }
    Ok(Some(Key { caller_hash: caller.hash(keys), text, request_hash: request_hash(new) }))
}

/// Places pledges of one campaign that were recorded elsewhere, each at its own time, at most
/// [`ROWS_MAX`](crate::db::ROWS_MAX) / 2 of them, with as many statements as one takes.
///
/// # Errors
/// [`PlacePledgeError`] where one of them is refused; none is stored then.
pub(crate) async fn place_recorded(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    slug: &str,
    pledges: &[(Timestamp, PlacePledge)],
) -> Result<(), PlacePledgeError> {
    let found = find_campaign(tx, slug).await?;
    let mut rows = Vec::with_capacity(pledges.len());
    for (at, new) in pledges {
        let campaign = found.offer(tx, &new.wish, *at).await?;
        check(payments, &campaign, new)?;
        take(tx, payments, &campaign, new).await?;
        rows.push(row(tx, keys, payments, campaign, new, None)?);
    }
    write(tx, payments, &rows, &[]).await
}

/// Checks a wish against its offer. Real money does not go to a campaign of the sandbox, nor simulated money
/// to a real one: for this provider there is no such campaign.
pub(super) fn check(
    payments: &Payments,
    campaign: &OpenCampaign,
    new: &PlacePledge,
) -> Result<(), PlacePledgeError> {
    if campaign.livemode != payments.is_live() {
        return Err(PlacePledgeError::NoCampaign { slug: new.slug.clone() });
    }
    let (_, faults) = quote(&campaign.offer, &new.wish);
    if faults.is_empty() { Ok(()) } else { Err(PlacePledgeError::Invalid(faults)) }
}

/// What is to be stored of a pledge that fits its offer and has what is limited; asks the provider for what
/// it can answer at once.
pub(super) fn row<'a>(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    campaign: OpenCampaign,
    new: &'a PlacePledge,
    key: Option<Key<'a>>,
) -> Result<NewRow<'a>, PlacePledgeError> {
    let id = PledgeId::new(tx.uuid());
    let operation = new.setup(AttemptId::new(tx.uuid()), id, campaign.offer.now);
    let answer = payments.instant(&operation);
    let sent = PledgeState::Draft.apply(new.wish.method.start())?;
    let (state, attempt_state) = match &answer {
        Some(Answer::Done { .. }) => (sent.apply(PledgeAction::Secure)?, "succeeded"),
        Some(Answer::Declined) => (sent.apply(PledgeAction::Cancel)?, "declined"),
        Some(Answer::ActionRequired | Answer::Arrived { .. } | Answer::Pending) | None => (sent, "pending"),
    };
    let needs_review = campaign.offer.limits().needs_review(new.wish.amount.minor(), campaign.goal_minor);
    let payer_hash = match &answer {
        Some(Answer::Done { payer: Some(payer), .. }) => Some(account_hash(keys, payer)),
        _ => None,
    };
    Ok(NewRow {
        id,
        review: if needs_review { Review::Waiting } else { Review::NotNeeded },
        receipt: keys.token(Purpose::Receipt, id.uuid().as_bytes()),
        campaign,
        new,
        key,
        operation,
        answer,
        attempt_state,
        sent,
        state,
        payer_hash,
    })
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

/// The receipt of what was placed with a key before, whatever has become of it and of its campaign since.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_placed(
    tx: &mut Tx,
    keys: &Keys,
    caller: &Caller,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let row: Option<(Uuid, String, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(sql::BY_KEY)
        .bind(caller.hash(keys).as_slice()).bind(key).fetch_optional(c).await)?;
    Ok(row.map(|(id, ..)| keys.token(Purpose::Receipt, id.as_bytes())))
}

async fn find_earlier(
    tx: &mut Tx,
    keys: &Keys,
    key: &Key<'_>,
) -> Result<Option<PlacedPledge>, PlacePledgeError> {
    let row: Option<(Uuid, String, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(sql::BY_KEY)
        .bind(key.caller_hash.as_slice()).bind(key.text).fetch_optional(c).await)?;
    let Some((id, state, stored)) = row else { return Ok(None) };
    earlier(keys, key, PledgeId::new(id), &state, stored.as_deref()).map(Some)
}

/// What is answered where a key was used before: the same pledge, or a refusal.
pub(super) fn earlier(
    keys: &Keys,
    key: &Key<'_>,
    pledge: PledgeId,
    state: &str,
    stored: Option<&[u8]>,
) -> Result<PlacedPledge, PlacePledgeError> {
    let receipt = keys.token(Purpose::Receipt, pledge.uuid().as_bytes());
    if stored != Some(key.request_hash.as_slice()) {
        return Err(PlacePledgeError::KeyReused { pledge, receipt });
    }
    let state = state.parse().map_err(|UnknownState| StoreError::Impossible {
        table: "pledges",
        column: "state",
        id: pledge.to_string(),
    })?;
    Ok(PlacedPledge { id: pledge, state, receipt, is_replay: true, attempt: None })
}

/// Takes what is limited, and this browser's hold with it.
pub(super) async fn take(
    tx: &mut Tx,
    payments: &Payments,
    campaign: &OpenCampaign,
    new: &PlacePledge,
) -> Result<(), PlacePledgeError> {
    let browser = new.browser.unwrap_or_default();
    if let (Some((id, qty)), Some(reward)) = (new.wish.reward, &campaign.reward)
        && reward.stock.is_some()
    {
        let qty = i64::from(qty);
        if new.is_unconfirmed(payments)
            && !has_paid(tx, new.backer.user).await?
            && !may_still_announce(tx, campaign, id, qty).await?
        {
            return Err(PlacePledgeError::UnconfirmedFull { title: reward.title.clone() });
        }
        take_reward(tx, id, qty, campaign.offer.now, &browser)
            .await?
            .then_some(())
            .ok_or_else(|| PlacePledgeError::SoldOut { title: reward.title.clone() })?;
    }
    let mut choices: Vec<_> = new.wish.add_ons.iter().collect();
    choices.sort_by_key(|choice| choice.id.uuid());
    let is_unconfirmed =
        !choices.is_empty() && new.is_unconfirmed(payments) && !has_paid(tx, new.backer.user).await?;
    for choice in choices {
        let qty = i64::from(choice.qty);
        if rows!(tx, sqlx::query(sql::TAKE_ADD_ON).bind(choice.id.uuid()).bind(qty))? != 1 {
            return Err(PlacePledgeError::AddOnSoldOut);
        }
        if is_unconfirmed && let Some(title) = find_announced_too_often(tx, campaign, choice.id, qty).await? {
            return Err(PlacePledgeError::UnconfirmedFull { title });
        }
    }
    if new.browser.is_some() {
        rows!(tx, sqlx::query(sql::DROP_HOLD).bind(browser.as_slice()).bind(campaign.id.uuid()))?;
    }
    Ok(())
}

/// Whether this account has paid something before: its word is worth something.
async fn has_paid(tx: &mut Tx, user: Option<UserId>) -> Result<bool, StoreError> {
    let Some(user) = user else { return Ok(false) };
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_PAID).bind(user.uuid()).fetch_one(c).await)?)
}

/// Whether so many may wait for what confirms them. The lock keeps what others take still meanwhile.
async fn may_still_announce(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    reward: RewardId,
    qty: i64,
) -> Result<bool, StoreError> {
    lock_reward(tx, reward.uuid()).await?;
    let (left, announced): (i64, i64) = on!(tx, c => sqlx::query_as(sql::ANNOUNCED)
        .bind(reward.uuid()).bind(campaign.id.uuid()).fetch_one(c).await)?;
    // Where there are not enough, that is what is said.
    Ok(qty > left || may_announce(left, announced, qty))
}

/// The title of a limited add-on of which more than may wait for what confirms them, now that so many are
/// taken. Their row is this transaction's.
async fn find_announced_too_often(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    add_on: AddOnId,
    qty: i64,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String, i64, i64)> = on!(tx, c => sqlx::query_as(sql::ANNOUNCED_ADD_ON)
        .bind(add_on.uuid()).bind(campaign.id.uuid()).fetch_optional(c).await)?;
    let Some((title, left, announced)) = row else { return Ok(None) };
    Ok((!may_announce(left.saturating_add(qty), announced, qty)).then_some(title))
}

/// Whether so many could be taken. The lock keeps holds still meanwhile.
pub(super) async fn take_reward(
    tx: &mut Tx,
    reward: RewardId,
    qty: i64,
    now: Timestamp,
    browser: &[u8; 32],
) -> Result<bool, StoreError> {
    lock_reward(tx, reward.uuid()).await?;
    take_locked(tx, reward, qty, now, browser).await
}

/// As [`take_reward`], of a reward that is locked already.
pub(super) async fn take_locked(
    tx: &mut Tx,
    reward: RewardId,
    qty: i64,
    now: Timestamp,
    browser: &[u8; 32],
) -> Result<bool, StoreError> {
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
