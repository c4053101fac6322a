//! Pledges to one campaign that arrive while others are being placed are placed together: in one transaction,
//! with as many statements as one takes. Who comes alone is placed alone, at once; only a crowd waits a
//! moment for its next ones.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use multitude_domain::id::{PledgeId, RewardId};
use multitude_domain::time::Timestamp;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::offer::{OpenCampaign, find_campaign};
use super::place::{check, earlier, key_of, place_pledge, row, take, take_reward};
use super::sql;
use super::write::{Key, LateTake, write};
use crate::db::{CarriesStoreError as _, StoreError, Tx};
use crate::keys::Keys;
use crate::payments::Payments;
use crate::{Desk, find_many};

/// No transaction places more: whoever waits behind it waits for milliseconds.
const TOGETHER_MAX: usize = 64;
/// A reward of which so many times as many are left as a crowd wants is taken last. Where others are quicker
/// after all, everybody of the crowd is placed alone.
const PLENTY: i64 = 8;
/// So many at once are a crowd: whoever of it was answered may be back in a moment.
const CROWD: usize = 8;
/// How often a crowd lets everything else have a turn while it waits; well under a millisecond.
const TURNS_MAX: usize = 100;

type Placed = Result<PlacedPledge, PlacePledgeError>;

/// Who waits to be placed, by the campaign's slug. There is an entry as long as somebody is being placed.
#[derive(Debug, Clone, Default)]
pub struct Crowd(Arc<Mutex<HashMap<String, Vec<Waiting>>>>);

#[derive(Debug)]
struct Waiting {
    new: PlacePledge,
    answer: oneshot::Sender<Placed>,
}

impl Crowd {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Places a pledge, with whoever else waits.
pub(super) async fn place_together(desk: &Desk, new: PlacePledge) -> Placed {
    // One with add-ons takes several things that are limited: all of them, or it is undone, alone. And who
    // was told the time is not to be placed at another's.
    if !new.wish.add_ons.is_empty() || desk.db.is_told() {
        return place_alone(desk, new).await;
    }
    let (answer, placed) = oneshot::channel();
    let slug = new.slug.clone();
    let is_first = match desk.crowd.lock().entry(slug.clone()) {
        Entry::Occupied(mut waiting) => {
            waiting.get_mut().push(Waiting { new, answer });
            false
        }
        Entry::Vacant(nobody) => {
            nobody.insert(vec![Waiting { new, answer }]);
            true
        }
    };
    if is_first {
        tokio::spawn(Serving { desk: desk.clone(), slug }.serve());
    }
    placed.await.map_err(|_| StoreError::from(sqlx::Error::WorkerCrashed))?
}

pub(super) async fn place_alone(desk: &Desk, new: PlacePledge) -> Placed {
    let (keys, payments) = (desk.keys.clone(), desk.payments.clone());
    desk.db.write(async move |tx| place_pledge(tx, &keys, &payments, &new).await).await
}

/// Places whoever waits for one campaign, until nobody does. Should it panic, everybody hears of it.
struct Serving {
    desk: Desk,
    slug: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.desk.crowd.lock().remove(&self.slug);
        }
    }
}

impl Serving {
    async fn serve(self) {
        while let Some(next) = self.next() {
            let (all, answers): (Vec<_>, Vec<_>) = next.into_iter().map(|one| (one.new, one.answer)).unzip();
            let answered = answers.len();
            for (placed, answer) in self.place(all).await.into_iter().zip(answers) {
                // Who went away does not need the answer.
                let _ = answer.send(placed);
            }
            if answered >= CROWD {
                self.gather(answered).await;
            }
        }
    }

    /// Lets as many arrive as were just answered. What a transaction costs whatever is in it is shared by
    /// more of them so.
    async fn gather(&self, more: usize) {
        let waiting = || self.desk.crowd.lock().get(&self.slug).map_or(0, Vec::len);
        let enough = waiting().saturating_add(more).min(TOGETHER_MAX);
        for _ in 0..TURNS_MAX {
            if waiting() >= enough {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    fn next(&self) -> Option<Vec<Waiting>> {
        let mut crowd = self.desk.crowd.lock();
        let waiting = crowd.get_mut(&self.slug)?;
        if waiting.is_empty() {
            crowd.remove(&self.slug);
            return None;
        }
        let count = waiting.len().min(TOGETHER_MAX);
        Some(waiting.drain(..count).collect())
    }

    async fn place(&self, all: Vec<PlacePledge>) -> Vec<Placed> {
        if all.len() > 1 {
            let (keys, payments, together) =
                (self.desk.keys.clone(), self.desk.payments.clone(), all.clone());
            let placed =
                self.desk.db.write(async move |tx| place_all(tx, &keys, &payments, &together).await).await;
            match placed {
                Ok(placed) => return placed,
                Err(error) if may_be_stored(&error) => {
                    let unknown = || StoreError::Commit(error.to_string());
                    return all.iter().map(|_| Err(unknown().into())).collect();
                }
                Err(_) => {}
            }
        }
        // What one of them was refused for must not be everybody's: each for itself.
        let mut running = JoinSet::new();
        for (nth, new) in all.into_iter().enumerate() {
            let desk = self.desk.clone();
            running.spawn(async move { (nth, place_alone(&desk, new).await) });
        }
        let mut placed = running.join_all().await;
        placed.sort_by_key(|(nth, _)| *nth);
        placed.into_iter().map(|(_, placed)| placed).collect()
    }
}

/// Whether nobody knows what became of the transaction: then none of its pledges is placed once more.
fn may_be_stored(error: &PlacePledgeError) -> bool {
    match error.store_error() {
        Some(StoreError::Driver(sqlx::Error::Database(_))) | None => false,
        Some(StoreError::Commit(_) | StoreError::Driver(_)) => true,
        Some(_) => false,
    }
}

/// Where one of a crowd stands while its transaction is being made.
enum CrowdTurn {
    /// It fits its offer, and has what is limited or takes it next.
    Fits(OpenCampaign),
    /// What it is told.
    Told(Placed),
}

struct One<'a> {
    new: &'a PlacePledge,
    key: Option<Key<'a>>,
    turn: CrowdTurn,
}

impl One<'_> {
    /// The limited reward that it wants.
    fn limited(&self) -> Option<RewardId> {
        match &self.turn {
            CrowdTurn::Fits(offer) if offer.is_limited() => self.new.wish.reward.map(|(id, _)| id),
            CrowdTurn::Fits(_) | CrowdTurn::Told(_) => None,
        }
    }

    /// How many are left of the reward that it wants, as it stood when that was looked up.
    fn left(&self) -> Option<i64> {
        match &self.turn {
            CrowdTurn::Fits(offer) => offer.reward.as_ref()?.left(),
            CrowdTurn::Told(_) => None,
        }
    }

    /// When it is placed.
    const fn at(&self) -> Option<Timestamp> {
        match &self.turn {
            CrowdTurn::Fits(offer) => Some(offer.offer.now),
            CrowdTurn::Told(_) => None,
        }
    }

    fn qty(&self) -> i64 {
        self.new.wish.reward.map_or(0, |(_, qty)| i64::from(qty))
    }

    /// Takes for this one alone. That something is gone is its answer; that the database did not do it is
    /// everybody's error.
    async fn take(&mut self, tx: &mut Tx, payments: &Payments) -> Result<(), PlacePledgeError> {
        let CrowdTurn::Fits(offer) = &self.turn else { return Ok(()) };
        match take(tx, payments, offer, self.new).await {
            Err(gone @ (PlacePledgeError::SoldOut { .. } | PlacePledgeError::AddOnSoldOut)) => {
                self.turn = CrowdTurn::Told(Err(gone));
                Ok(())
            }
            other => other,
        }
    }
}

/// Places pledges without add-ons to one campaign; says of each what became of it.
///
/// # Errors
/// [`PlacePledgeError`] where all of them have to be placed one by one, or the database did not do it;
/// nothing is stored then.
async fn place_all(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    all: &[PlacePledge],
) -> Result<Vec<Placed>, PlacePledgeError> {
    let recalled = recall(tx, keys, all).await?;
    let mut crowd = offer(tx, payments, recalled).await?;
    let late = take_limited(tx, payments, &mut crowd).await?;
    store(tx, keys, payments, crowd, &late).await
}

/// Says of each what it is told because of its key, if anything.
async fn recall<'a>(
    tx: &mut Tx,
    keys: &Keys,
    all: &'a [PlacePledge],
) -> Result<Vec<(&'a PlacePledge, Option<Key<'a>>, Option<Placed>)>, PlacePledgeError> {
    let own_keys: Vec<Option<Key<'_>>> = all.iter().map(|new| key_of(keys, new)).collect::<Result<_, _>>()?;
    let known = find_known(tx, &own_keys).await?;
    let mut seen = HashSet::new();
    let mut told = |key: &Key<'_>| {
        let name = (key.caller_hash, key.text.to_owned());
        if let Some((id, state, stored)) = known.get(&name) {
            return Some(earlier(keys, key, *id, state, stored.as_deref()));
        }
        // The one before it is placed first; asked for again, this one is found.
        let is_again = !seen.insert(name);
        is_again.then(|| Err(StoreError::ChangedMeanwhile { what: "idempotency key" }.into()))
    };
    Ok(all
        .iter()
        .zip(own_keys)
        .map(|(new, key)| {
            let told = key.as_ref().and_then(&mut told);
            (new, key, told)
        })
        .collect())
}

/// Finds what the campaign offers each, and checks that it fits.
async fn offer<'a>(
    tx: &mut Tx,
    payments: &Payments,
    recalled: Vec<(&'a PlacePledge, Option<Key<'a>>, Option<Placed>)>,
) -> Result<Vec<One<'a>>, PlacePledgeError> {
    let Some((first, ..)) = recalled.first() else { return Ok(Vec::new()) };
    let campaign = find_campaign(tx, &first.slug).await?;
    let now = tx.now().await?;
    let mut offers: HashMap<Option<RewardId>, OpenCampaign> = HashMap::new();
    let mut crowd = Vec::with_capacity(recalled.len());
    for (new, key, told) in recalled {
        if let Some(placed) = told {
            crowd.push(One { new, key, turn: CrowdTurn::Told(placed) });
            continue;
        }
        let offer = match offers.entry(new.wish.reward.map(|(id, _)| id)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(campaign.offer(tx, &new.wish, now).await?),
        };
        // What is not confirmed already counts, and that of its neighbours is stored only with it.
        if offer.is_limited() && new.is_unconfirmed(payments) {
            return Err(StoreError::ChangedMeanwhile { what: "transfers" }.into());
        }
        let turn = match check(payments, offer, new) {
            Ok(()) => CrowdTurn::Fits(offer.clone()),
            Err(refused) => CrowdTurn::Told(Err(refused)),
        };
        crowd.push(One { new, key, turn });
    }
    Ok(crowd)
}

/// Takes what is limited, reward by reward in the order of their locks. Whoever holds some takes it alone;
/// the others of a reward take theirs together, or first come, first served where there is not enough for all
/// of them. Where there is plenty, it says what to take last: crowds of two processes wait for each other's
/// rows for as short as can be.
async fn take_limited(
    tx: &mut Tx,
    payments: &Payments,
    crowd: &mut [One<'_>],
) -> Result<Vec<LateTake>, PlacePledgeError> {
    let mut takers: BTreeMap<RewardId, Vec<&mut One<'_>>> = BTreeMap::new();
    let mut rest = Vec::new();
    for one in crowd {
        match one.limited() {
            Some(reward) => takers.entry(reward).or_default().push(one),
            None => rest.push(one),
        }
    }
    if let Some(late) = late_takes(&takers) {
        for one in rest {
            one.take(tx, payments).await?;
        }
        return Ok(late);
    }
    for (reward, takers) in takers {
        let (holders, others): (Vec<_>, Vec<_>) =
            takers.into_iter().partition(|one| one.new.browser.is_some());
        for one in holders {
            one.take(tx, payments).await?;
        }
        let Some(now) = others.iter().find_map(|one| one.at()) else { continue };
        let qty = others.iter().map(|one| one.qty()).sum();
        if take_reward(tx, reward, qty, now, &[0; 32]).await? {
            continue;
        }
        for one in others {
            one.take(tx, payments).await?;
        }
    }
    for one in rest {
        one.take(tx, payments).await?;
    }
    Ok(Vec::new())
}

/// What to take last, where there is plenty of every reward and nobody holds any: of several rewards some taken early
/// and some late would be locked in another order than that of their ids.
fn late_takes(takers: &BTreeMap<RewardId, Vec<&mut One<'_>>>) -> Option<Vec<LateTake>> {
    let late = takers.iter().map(|(reward, takers)| {
        let is_held = takers.iter().any(|one| one.new.browser.is_some());
        let qty: i64 = takers.iter().map(|one| one.qty()).sum();
        let left = takers.iter().find_map(|one| one.left())?;
        let now = takers.iter().find_map(|one| one.at())?;
        (!is_held && left / PLENTY >= qty).then_some(LateTake { reward: *reward, qty, now })
    });
    late.collect()
}

/// Stores those that fit; says of each what it is told.
async fn store(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    crowd: Vec<One<'_>>,
    late: &[LateTake],
) -> Result<Vec<Placed>, PlacePledgeError> {
    let mut told = Vec::with_capacity(crowd.len());
    let mut rows = Vec::with_capacity(crowd.len());
    for one in crowd {
        match one.turn {
            CrowdTurn::Told(placed) => told.push(Some(placed)),
            CrowdTurn::Fits(offer) => {
                rows.push(row(tx, keys, payments, offer, one.new, one.key)?);
                told.push(None);
            }
        }
    }
    write(tx, payments, &rows, late).await?;
    let mut stored = rows.iter().map(|row| Ok(row.placed()));
    Ok(told.into_iter().filter_map(|told| told.or_else(|| stored.next())).collect())
}

type Known = HashMap<([u8; 32], String), (PledgeId, String, Option<Vec<u8>>)>;

/// What was placed with one of these keys before.
async fn find_known(tx: &mut Tx, keys: &[Option<Key<'_>>]) -> Result<Known, StoreError> {
    let keys: Vec<&Key<'_>> = keys.iter().flatten().collect();
    let rows = find_many!(tx, sql::BY_KEYS, keys, |key| [key.caller_hash.as_slice(), key.text]
        => (Uuid, String, Vec<u8>, String, Option<Vec<u8>>))?;
    rows.into_iter()
        .map(|(id, state, caller, key, stored)| {
            let caller = caller.try_into().map_err(|_| StoreError::Impossible {
                table: "pledges",
                column: "caller_hash",
                id: id.to_string(),
            })?;
            Ok(((caller, key), (PledgeId::new(id), state, stored)))
        })
        .collect()
}
