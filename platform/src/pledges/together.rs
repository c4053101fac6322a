//! Pledges to one campaign that arrive while others are being placed are placed together: in one transaction, with as
//! many statements as one takes. Who comes alone is placed alone, at once; only a crowd waits a moment for its next ones.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use multitude_domain::id::{PledgeId, RewardId};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::offer::{OpenCampaign, find_campaign};
use super::place::{check, earlier, key_of, place_pledge, row, take, take_reward};
use super::sql;
use super::write::{Key, write};
use crate::db::{CarriesStoreError as _, StoreError, Tx};
use crate::keys::Keys;
use crate::payments::Payments;
use crate::{Desk, find_many};

/// No transaction places more: whoever waits behind it waits for milliseconds.
const TOGETHER_MAX: usize = 64;
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
    // One with add-ons takes several things that are limited: all of them, or it is undone, alone. And who was told the
    // time is not to be placed at another's.
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

    /// Lets as many arrive as were just answered. What a transaction costs whatever is in it is shared by more of them so.
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

/// Places pledges without add-ons to one campaign; says of each what became of it.
///
/// # Errors
/// [`PlacePledgeError`] where all of them have to be placed one by one; nothing is stored then.
async fn place_all(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    all: &[PlacePledge],
) -> Result<Vec<Placed>, PlacePledgeError> {
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let mut placed: Vec<Option<Placed>> = Vec::with_capacity(all.len());
    let own_keys: Vec<Option<Key<'_>>> = all.iter().map(|new| key_of(keys, new)).collect::<Result<_, _>>()?;
    let known = find_known(tx, &own_keys).await?;
    let mut seen = HashSet::new();
    for key in &own_keys {
        placed.push(key.as_ref().and_then(|key| {
            let name = (key.caller_hash, key.text.to_owned());
            if let Some((id, state, stored)) = known.get(&name) {
                return Some(earlier(keys, key, *id, state, stored.as_deref()));
            }
            // The one before it is placed first; asked for again, this one is found.
            let is_again = !seen.insert(name);
            is_again.then(|| Err(StoreError::ChangedMeanwhile { what: "idempotency key" }.into()))
        }));
    }
    let campaign = find_campaign(tx, &first.slug).await?;
    let now = tx.now().await?;
    let mut offers: HashMap<Option<RewardId>, OpenCampaign> = HashMap::new();
    let mut taking: BTreeMap<RewardId, Vec<usize>> = BTreeMap::new();
    let mut open = Vec::with_capacity(all.len());
    for (nth, (new, placed)) in all.iter().zip(&mut placed).enumerate() {
        if placed.is_some() {
            open.push(None);
            continue;
        }
        let reward = new.wish.reward.map(|(id, _)| id);
        let offer = match offers.entry(reward) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(campaign.offer(tx, &new.wish, now).await?),
        };
        if let Err(refused) = check(offer, new) {
            *placed = Some(Err(refused));
            open.push(None);
            continue;
        }
        open.push(Some(offer.clone()));
        match reward {
            Some(id) if new.browser.is_none() && offer.is_limited() => {
                taking.entry(id).or_default().push(nth);
            }
            _ => *placed = take(tx, offer, new).await.err().map(Err),
        }
    }
    for (reward, takers) in taking {
        let qty =
            takers.iter().filter_map(|nth| all.get(*nth)?.wish.reward).map(|(_, qty)| i64::from(qty)).sum();
        if take_reward(tx, reward, qty, now, &[0; 32]).await? {
            continue;
        }
        // There is not enough for all of them: first come, first served.
        for nth in takers {
            if let (Some(new), Some(Some(offer)), Some(placed)) =
                (all.get(nth), open.get(nth), placed.get_mut(nth))
            {
                *placed = take(tx, offer, new).await.err().map(Err);
            }
        }
    }
    let mut rows = Vec::with_capacity(all.len());
    let mut of_row = Vec::with_capacity(all.len());
    for (nth, ((new, key), offer)) in all.iter().zip(own_keys).zip(open).enumerate() {
        if let (Some(None), Some(offer)) = (placed.get(nth), offer) {
            rows.push(row(tx, keys, payments, offer, new, key)?);
            of_row.push(nth);
        }
    }
    write(tx, payments, &rows).await?;
    for (row, nth) in rows.iter().zip(of_row) {
        if let Some(placed) = placed.get_mut(nth) {
            *placed = Some(Ok(row.placed()));
        }
    }
    Ok(placed.into_iter().flatten().collect())
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
