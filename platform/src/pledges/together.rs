//! Placing pledges together, in one transaction.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use multitude_domain::id::{CampaignId, PledgeId, RewardId};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::offer::{FoundCampaign, OpenCampaign, read_campaigns};
use super::place::{check, earlier, key_of, row, take, take_reward};
use super::sql;
use super::write::{Key, LateTake, write};
use crate::campaigns::lock::{lock_campaign_shared_by_slug, lock_free_campaigns_shared};
use crate::db::{StoreError, Tx};
use crate::find_many;
use crate::keys::Keys;
use crate::payments::Payments;

/// A reward of which so many times as many are left as a crowd wants is taken last.
const PLENTY: i64 = 8;

type Placed = Result<PlacedPledge, PlacePledgeError>;

/// Pledges without add-ons, those of one campaign one after the other.
pub(super) struct Together {
    pub(super) all: Vec<PlacePledge>,
    /// Whether they are of one campaign, and wait where somebody has it alone.
    pub(super) waits: bool,
    /// Whether what there is plenty of is taken last.
    pub(super) takes_late: bool,
}

/// What became of one of them.
pub(super) enum Placing {
    /// Its backer is told so.
    Told(Placed),
    /// It has to be placed by itself.
    Alone,
    /// It waits in the line of its campaign.
    Aside,
}

/// Where one of a crowd stands while its transaction is being made.
enum CrowdTurn {
    /// It fits its offer, and has what is limited or takes it next.
    Fits(OpenCampaign),
    /// What became of it.
    Is(Placing),
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
            CrowdTurn::Fits(_) | CrowdTurn::Is(_) => None,
        }
    }

    /// How many are left of the reward that it wants, as it stood when that was looked up.
    fn left(&self) -> Option<i64> {
        match &self.turn {
            CrowdTurn::Fits(offer) => offer.reward.as_ref()?.left(),
            CrowdTurn::Is(_) => None,
        }
    }

    /// When it is placed.
    const fn at(&self) -> Option<Timestamp> {
        match &self.turn {
            CrowdTurn::Fits(offer) => Some(offer.offer.now),
            CrowdTurn::Is(_) => None,
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
                self.turn = CrowdTurn::Is(Placing::Told(Err(gone)));
                Ok(())
            }
            other => other,
        }
    }
}

/// Places pledges; says of each what became of it.
///
/// # Errors
/// [`PlacePledgeError`] where all of them have to be placed one by one, or the database did not do it;
/// nothing is stored then.
pub(super) async fn place_all(
    tx: &mut Tx,
    keys: &Keys,
    payments: &Payments,
    together: &Together,
) -> Result<Vec<Placing>, PlacePledgeError> {
    let recalled = recall(tx, keys, &together.all).await?;
    let mut crowd = offer(tx, payments, recalled, together.waits).await?;
    let late = take_limited(tx, payments, &mut crowd, together.takes_late).await?;
    store(tx, keys, payments, crowd, &late).await
}

/// Says of each what it is told because of its key, if anything.
async fn recall<'a>(
    tx: &mut Tx,
    keys: &Keys,
    all: &'a [PlacePledge],
) -> Result<Vec<(&'a PlacePledge, Option<Key<'a>>, Option<Placing>)>, PlacePledgeError> {
    let own_keys: Vec<Option<Key<'_>>> = all.iter().map(|new| key_of(keys, new)).collect::<Result<_, _>>()?;
    let known = find_known(tx, &own_keys).await?;
    let mut seen = HashSet::new();
    let mut told = |key: &Key<'_>| {
        let name = (key.caller_hash, key.text.to_owned());
        if let Some((id, state, stored)) = known.get(&name) {
            return Some(Placing::Told(earlier(keys, key, *id, state, stored.as_deref())));
        }
        // The one before it is placed first; by itself, this one finds it.
        let is_again = !seen.insert(name);
        is_again.then_some(Placing::Alone)
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

/// Finds what its campaign offers each, and checks that it fits.
async fn offer<'a>(
    tx: &mut Tx,
    payments: &Payments,
    recalled: Vec<(&'a PlacePledge, Option<Key<'a>>, Option<Placing>)>,
    waits: bool,
) -> Result<Vec<One<'a>>, PlacePledgeError> {
    let wanted = recalled.iter().filter(|(.., told)| told.is_none());
    let mut slugs: Vec<&str> = wanted.map(|(new, ..)| new.slug.as_str()).collect();
    slugs.dedup();
    let busy = lock_shared(tx, &slugs, waits).await?;
    slugs.retain(|slug| !busy.contains(*slug));
    let campaigns = read_campaigns(tx, &slugs).await?;
    let now = tx.now().await?;
    let mut offers = Offers::new();
    let mut crowd = Vec::with_capacity(recalled.len());
    for (new, key, told) in recalled {
        let turn = match (told, campaigns.get(&new.slug)) {
            (Some(placing), _) => CrowdTurn::Is(placing),
            (None, _) if busy.contains(&new.slug) => CrowdTurn::Is(Placing::Aside),
            (None, None) => {
                CrowdTurn::Is(Placing::Told(Err(PlacePledgeError::NoCampaign { slug: new.slug.clone() })))
            }
            // Each of its pledges is matched by statements of its own.
            (None, Some(campaign)) if campaign.has_pool() && !waits => CrowdTurn::Is(Placing::Aside),
            (None, Some(campaign)) => fit(tx, payments, &mut offers, campaign, new, now).await?,
        };
        crowd.push(One { new, key, turn });
    }
    Ok(crowd)
}

/// Takes campaigns together with others; says which ones somebody has alone, where that is not waited for.
async fn lock_shared(tx: &mut Tx, slugs: &[&str], waits: bool) -> Result<HashSet<String>, StoreError> {
    if !waits {
        let slugs: Vec<String> = slugs.iter().map(|slug| (*slug).to_owned()).collect();
        return lock_free_campaigns_shared(tx, &slugs).await;
    }
    for slug in slugs {
        lock_campaign_shared_by_slug(tx, slug).await?;
    }
    Ok(HashSet::new())
}

type Offers = HashMap<(CampaignId, Option<RewardId>), OpenCampaign>;

async fn fit(
    tx: &mut Tx,
    payments: &Payments,
    offers: &mut Offers,
    campaign: &FoundCampaign,
    new: &PlacePledge,
    now: Timestamp,
) -> Result<CrowdTurn, PlacePledgeError> {
    if let Err(refused) = campaign.open_until(now) {
        return Ok(CrowdTurn::Is(Placing::Told(Err(refused))));
    }
    let offer = match offers.entry((campaign.id, new.wish.reward.map(|(id, _)| id))) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(campaign.offer(tx, &new.wish, now).await?),
    };
    // What is not confirmed already counts, and that of its neighbours is stored only with it.
    if offer.is_limited() && new.is_unconfirmed(payments) {
        return Ok(CrowdTurn::Is(Placing::Alone));
    }
    Ok(match check(payments, offer, new) {
        Ok(()) => CrowdTurn::Fits(offer.clone()),
        Err(refused) => CrowdTurn::Is(Placing::Told(Err(refused))),
    })
}

/// Takes what is limited, reward by reward in the order of their locks. Whoever holds some takes it alone;
/// the others of a reward take theirs together, or first come, first served where there is not enough for all
/// of them. Where there is plenty, it says what to take last: crowds of two processes wait for each other's
/// rows for as short as can be.
async fn take_limited(
    tx: &mut Tx,
    payments: &Payments,
    crowd: &mut [One<'_>],
    takes_late: bool,
) -> Result<Vec<LateTake>, PlacePledgeError> {
    let mut takers: BTreeMap<RewardId, Vec<&mut One<'_>>> = BTreeMap::new();
    let mut rest = Vec::new();
    for one in crowd {
        match one.limited() {
            Some(reward) => takers.entry(reward).or_default().push(one),
            None => rest.push(one),
        }
    }
    if takes_late && let Some(late) = late_takes(&takers) {
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

/// What to take last, where there is plenty of every reward and nobody holds any: of several rewards some
/// taken early and some late would be locked in another order than that of their ids.
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
) -> Result<Vec<Placing>, PlacePledgeError> {
    let mut told = Vec::with_capacity(crowd.len());
    let mut rows = Vec::with_capacity(crowd.len());
    for one in crowd {
        match one.turn {
            CrowdTurn::Is(placing) => told.push(Some(placing)),
            CrowdTurn::Fits(offer) => {
                rows.push(row(tx, keys, payments, offer, one.new, one.key)?);
                told.push(None);
            }
        }
    }
    write(tx, payments, &rows, late).await?;
    let mut stored = rows.iter().map(|row| Placing::Told(Ok(row.placed())));
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
