//! What a pledge pays for, changed by its backer until the deadline: the amount, the reward, add-ons, where
//! it goes, and how the page shows them. What is newly chosen is taken and what is not chosen any more is
//! free again, or nothing changes.

use std::collections::BTreeMap;

use multitude_domain::WrongState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::{AddOnId, PledgeId, RewardId};
use multitude_domain::money::Money;
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{
    AddOnChoice, CountsAs, PledgeState, PledgeWish, Review, ShowAs, change_faults,
};
use uuid::Uuid;

use super::change::{ChangePledgeError, changeable, done};
use super::command::PlacePledgeError;
use super::offer::{OpenCampaign, offer_of};
use super::place::take_locked;
use super::receipt::Access;
use super::sql;
use super::to_move::MovePledgeError;
use crate::db::{StoreError, Tx};
use crate::{on, rows, rows_many};

/// What is chosen with a pledge now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What it pays for; its add-ons by id.
    pub wish: PledgeWish,
    /// How the page shows its backer.
    pub show_as: ShowAs,
}

#[derive(Debug, sqlx::FromRow)]
struct ChosenRow {
    amount_minor: i64,
    currency: String,
    reward_id: Option<Uuid>,
    reward_qty: i64,
    region: Option<String>,
    method: String,
    show_as: String,
}

/// What is chosen with a pledge now, if there is one.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_chosen(tx: &mut Tx, id: PledgeId) -> Result<Option<Chosen>, StoreError> {
    let row: Option<ChosenRow> =
        on!(tx, c => sqlx::query_as(sql::CHOSEN).bind(id.uuid()).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let add_ons: Vec<(Uuid, i64)> =
        on!(tx, c => sqlx::query_as(sql::CHOSEN_ADD_ONS).bind(id.uuid()).fetch_all(c).await)?;
    let bad = |column| StoreError::Impossible { table: "pledges", column, id: id.to_string() };
    let count = |qty: i64| u32::try_from(qty).map_err(|_| bad("reward_qty"));
    let add_ons =
        add_ons.into_iter().map(|(id, qty)| Ok(AddOnChoice { id: AddOnId::new(id), qty: count(qty)? }));
    let reward = row.reward_id.map(|id| Ok::<_, StoreError>((RewardId::new(id), count(row.reward_qty)?)));
    Ok(Some(Chosen {
        wish: PledgeWish {
            amount: Money::new(row.amount_minor, row.currency.parse().map_err(|_| bad("currency"))?),
            reward: reward.transpose()?,
            region: row.region,
            add_ons: add_ons.collect::<Result<_, StoreError>>()?,
            method: row.method.parse().map_err(|_| bad("method"))?,
        },
        show_as: row.show_as.parse().map_err(|_| bad("show_as"))?,
    }))
}

/// Changes what a secured pledge pays for, and how its backer is shown, until the deadline; its method stays.
/// Said twice, it is changed once. A transfer that was told its amount keeps it: cancel it and pledge again.
///
/// # Errors
/// [`ChangePledgeError`]; nothing changed then. [`ChangePledgeError::Overtaken`] where it is no longer what
/// its backer had `seen`.
pub async fn change_pledge(
    tx: &mut Tx,
    actor: &Actor,
    access: impl Into<Access>,
    new: &Chosen,
    seen: Option<&Chosen>,
) -> Result<(), ChangePledgeError> {
    let add_ons = new.wish.add_ons.iter().map(|one| one.id.uuid());
    let wanted: Vec<Uuid> = new.wish.reward.iter().map(|(id, _)| id.uuid()).chain(add_ons).collect();
    let (mut record, permit, now) = changeable(tx, actor, access.into(), &wanted).await?;
    let id = record.id;
    if record.state != PledgeState::Secured {
        return Err(ChangePledgeError::Move(wrong(record.state)));
    }
    let before = find_chosen(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let mut wish = PledgeWish { method: record.method, ..new.wish.clone() };
    wish.add_ons.sort_by_key(|one| one.id.uuid());
    let is_new = (&wish, new.show_as) != (&before.wish, before.show_as);
    if is_new && seen.is_some_and(|seen| *seen != before) {
        return Err(ChangePledgeError::Overtaken { amount: before.wish.amount });
    }
    let campaign = offer_of(tx, &record.slug, &wish).await.map_err(refusal)?;
    let faults = change_faults(&campaign.offer, &before.wish, &wish, record.goal_minor);
    if !faults.is_empty() {
        return Err(ChangePledgeError::Invalid(faults));
    }
    if new.show_as != before.show_as {
        rows!(tx, sqlx::query(sql::SHOW_AS).bind(id.uuid()).bind(new.show_as.name()))?;
    }
    permit.write_down(tx, done(&record, "change")).await?;
    if wish == before.wish {
        return Ok(());
    }
    let is_chosen_anew = PledgeWish { amount: wish.amount, ..before.wish.clone() } != wish;
    if is_chosen_anew {
        take_difference(tx, &campaign, &before.wish, &wish).await?;
        choose(tx, id, record.state, &wish).await?;
    }
    let title = campaign.reward.as_ref().map_or("", |reward| reward.title.as_str());
    let amount_minor = wish.amount.minor();
    // One that is no longer large counts as it would have, had it been placed so.
    let review = match record.review {
        Review::Waiting if !campaign.offer.limits().needs_review(amount_minor, record.goal_minor) => {
            Review::NotNeeded
        }
        review => review,
    };
    record.change_amount(tx, amount_minor, review, is_chosen_anew.then_some(title), now).await?;
    Ok(())
}

/// Shows the backer in another way, until the deadline, whatever is still waited for.
///
/// # Errors
/// [`ChangePledgeError`]; nothing changed then.
pub async fn show_otherwise(
    tx: &mut Tx,
    actor: &Actor,
    access: impl Into<Access>,
    show_as: ShowAs,
) -> Result<(), ChangePledgeError> {
    let (record, permit, _) = changeable(tx, actor, access.into(), &[]).await?;
    let id = record.id;
    if record.state.counts_as() == CountsAs::Nothing {
        return Err(ChangePledgeError::Move(wrong(record.state)));
    }
    if record.campaign_state == CampaignState::Suspended {
        return Err(ChangePledgeError::Paused);
    }
    rows!(tx, sqlx::query(sql::SHOW_AS).bind(id.uuid()).bind(show_as.name()))?;
    permit.write_down(tx, done(&record, "show_as")).await?;
    Ok(())
}

fn wrong(state: PledgeState) -> MovePledgeError {
    WrongState { from: state.name(), action: "change" }.into()
}

fn refusal(error: PlacePledgeError) -> ChangePledgeError {
    match error {
        PlacePledgeError::Closed { at, .. } => ChangePledgeError::Closed { at },
        PlacePledgeError::NotOpen { .. } => ChangePledgeError::Paused,
        PlacePledgeError::Store(error) => ChangePledgeError::Store(error),
        PlacePledgeError::NoCampaign { .. }
        | PlacePledgeError::Invalid(_)
        | PlacePledgeError::SoldOut { .. }
        | PlacePledgeError::UnconfirmedFull { .. }
        | PlacePledgeError::AddOnSoldOut
        | PlacePledgeError::BadKey
        | PlacePledgeError::KeyReused { .. }
        | PlacePledgeError::Move(_) => ChangePledgeError::Denied,
    }
}

/// Moves what is taken by what the two differ in; all of it is locked. What a pledge has already nobody else
/// can take from it: it is not given back in between.
async fn take_difference(
    tx: &mut Tx,
    campaign: &OpenCampaign,
    before: &PledgeWish,
    wish: &PledgeWish,
) -> Result<(), ChangePledgeError> {
    for (reward, more) in differences(before.reward, wish.reward) {
        let limited = campaign.reward.as_ref().filter(|_| more > 0 && campaign.is_limited());
        match limited {
            Some(row) if !take_locked(tx, reward, more, campaign.offer.now, &[0; 32]).await? => {
                return Err(ChangePledgeError::SoldOut { title: row.title.clone() });
            }
            Some(_) => {}
            None => {
                rows!(tx, sqlx::query(sql::MOVE_TAKEN).bind(reward.uuid()).bind(more))?;
            }
        }
    }
    let count = |wish: &PledgeWish| wish.add_ons.iter().map(|one| (one.id, one.qty)).collect::<Vec<_>>();
    for (add_on, more) in differences(count(before), count(wish)) {
        if rows!(tx, sqlx::query(sql::TAKE_ADD_ON).bind(add_on.uuid()).bind(more))? != 1 {
            return Err(ChangePledgeError::AddOnSoldOut);
        }
    }
    Ok(())
}

/// How many more there are of each than before, or fewer.
fn differences<T: Ord>(
    before: impl IntoIterator<Item = (T, u32)>,
    after: impl IntoIterator<Item = (T, u32)>,
) -> impl Iterator<Item = (T, i64)> {
    let mut sums = BTreeMap::new();
    for (id, qty) in before {
        *sums.entry(id).or_insert(0_i64) -= i64::from(qty);
    }
    for (id, qty) in after {
        *sums.entry(id).or_insert(0_i64) += i64::from(qty);
    }
    sums.into_iter().filter(|(_, more)| *more != 0)
}

/// Writes down what is chosen.
async fn choose(tx: &mut Tx, id: PledgeId, state: PledgeState, wish: &PledgeWish) -> Result<(), StoreError> {
    let (reward, qty) = wish.reward.map_or((None, 0), |(id, qty)| (Some(id.uuid()), i64::from(qty)));
    let chosen = rows!(
        tx,
        sqlx::query(sql::CHOOSE)
            .bind(id.uuid())
            .bind(reward)
            .bind(qty)
            .bind(wish.region.as_deref())
            .bind(state.name())
    )?;
    if chosen != 1 {
        return Err(StoreError::ChangedMeanwhile { what: "pledge" });
    }
    rows!(tx, sqlx::query(sql::DROP_ADD_ONS).bind(id.uuid()))?;
    rows_many!(tx, sql::ADD_ADD_ONS, wish.add_ons, |one| [id.uuid(), one.id.uuid(), i64::from(one.qty)])?;
    Ok(())
}
