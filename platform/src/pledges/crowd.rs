//! Pledges that arrive while others are being placed are placed together: in one transaction, with as many
//! statements as one takes, whichever campaigns they are for. Who comes alone is placed at once; only a crowd
//! waits a moment for its next ones. A campaign that somebody has alone keeps no other waiting, nor does one
//! whose pledges are matched one by one: its pledges wait in a line of their own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use multitude_domain::time::Span;
use tokio::sync::{Semaphore, oneshot};

use super::command::{PlacePledge, PlacePledgeError, PlacedPledge};
use super::place::{key_of, place_pledge};
use super::together::{Placing, Together, place_all};
use super::write::REWARD;
use crate::Desk;
use crate::db::{CarriesStoreError as _, StoreError};

/// No transaction places more: whoever waits behind it waits for milliseconds.
const TOGETHER_MAX: usize = 64;
/// So many at once are a crowd: whoever of it was answered may be back in a moment.
const CROWD: usize = 8;
/// How often a crowd lets everything else have a turn while it waits; well under a millisecond.
const TURNS_MAX: usize = 100;
/// And no longer than this.
const GATHERED_WITHIN: Span = Span::micros(2_000);

type Placed = Result<PlacedPledge, PlacePledgeError>;

/// So many are placed by themselves at the same time: each has a connection for as long as it waits, and
/// requests that only read need some too.
const ALONE_MAX: usize = 8;

/// Who waits to be placed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// By the line. There is an entry as long as somebody of that line is being placed.
    lines: Arc<Mutex<Lines>>,
    alone: Arc<Semaphore>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { lines: Arc::default(), alone: Arc::new(Semaphore::new(ALONE_MAX)) }
    }
}

type Lines = HashMap<Line, Vec<Waiting>>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Line {
    /// Of all campaigns.
    Common,
    /// Of the campaign with this slug.
    Own(String),
}

#[derive(Debug)]
struct Waiting {
    new: PlacePledge,
    answer: oneshot::Sender<Placed>,
}

impl Crowd {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has somebody wait in the line of their campaign, where there is one, or in the common one.
    #[must_use]
    fn join(&self, one: Waiting) -> Option<Line> {
        let mut lines = self.lock();
        let own = Line::Own(one.new.slug.clone());
        let line = if lines.contains_key(&own) { own } else { Line::Common };
        add(&mut lines, line, one)
    }

    /// Has somebody wait in the line of their campaign.
    #[must_use]
    fn step_aside(&self, one: Waiting) -> Option<Line> {
        let own = Line::Own(one.new.slug.clone());
        add(&mut self.lock(), own, one)
    }
}

/// Adds somebody to a line; says which one where nobody serves it yet.
fn add(lines: &mut Lines, line: Line, one: Waiting) -> Option<Line> {
    if let Some(waiting) = lines.get_mut(&line) {
        waiting.push(one);
        return None;
    }
    lines.insert(line.clone(), vec![one]);
    Some(line)
}

/// Places a pledge, with whoever else waits.
pub(super) async fn place_together(desk: &Desk, new: PlacePledge) -> Placed {
    // One with add-ons takes several things that are limited: all of them, or it is undone, alone. And who
    // was told the time is not to be placed at another's.
    if !new.wish.add_ons.is_empty() || desk.db.is_told() {
        return place_alone(desk, new).await;
    }
    // A key that no door takes is nobody else's trouble.
    key_of(&desk.keys, &new)?;
    let (answer, placed) = oneshot::channel();
    if let Some(line) = desk.crowd.join(Waiting { new, answer }) {
        Serving { desk: desk.clone(), line }.start();
    }
    placed.await.map_err(|_| StoreError::from(sqlx::Error::WorkerCrashed))?
}

pub(super) async fn place_alone(desk: &Desk, new: PlacePledge) -> Placed {
    // It is never closed.
    let _turn = desk.crowd.alone.acquire().await;
    let (keys, payments) = (desk.keys.clone(), desk.payments.clone());
    desk.db.write(async move |tx| place_pledge(tx, &keys, &payments, &new).await).await
}

/// Places whoever waits in one line, until nobody does. Should it panic, everybody hears of it.
struct Serving {
    desk: Desk,
    line: Line,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.desk.crowd.lock().remove(&self.line);
        }
    }
}

impl Serving {
    fn start(self) {
        tokio::spawn(self.serve());
    }

    async fn serve(self) {
        while let Some(next) = self.next() {
            let (all, answers): (Vec<_>, Vec<_>) = next.into_iter().map(|one| (one.new, one.answer)).unzip();
            let placed = self.place(&all).await;
            let mut answered = 0_usize;
            for ((new, answer), placing) in all.into_iter().zip(answers).zip(placed) {
                match placing {
                    Placing::Told(placed) => {
                        // Who went away does not need the answer.
                        let _ = answer.send(placed);
                        answered = answered.saturating_add(1);
                    }
                    Placing::Alone => {
                        let desk = self.desk.clone();
                        tokio::spawn(async move { answer.send(place_alone(&desk, new).await) });
                    }
                    Placing::Aside => {
                        if let Some(line) = self.desk.crowd.step_aside(Waiting { new, answer }) {
                            Self { desk: self.desk.clone(), line }.start();
                        }
                    }
                }
            }
            if answered >= CROWD {
                self.gather(answered).await;
            }
        }
    }

    /// Lets as many arrive as were just answered. What a transaction costs whatever is in it is shared by
    /// more of them so.
    async fn gather(&self, more: usize) {
        let waiting = || self.desk.crowd.lock().get(&self.line).map_or(0, Vec::len);
        let enough = waiting().saturating_add(more).min(TOGETHER_MAX);
        let start = self.desk.db.ambient().steady();
        for _ in 0..TURNS_MAX {
            // Where everything is busy, turns are long.
            let is_long = self.desk.db.ambient().steady().less(start) > GATHERED_WITHIN;
            if waiting() >= enough || is_long {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The next ones, those of one campaign one after the other.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut lines = self.desk.crowd.lock();
        let waiting = lines.get_mut(&self.line)?;
        if waiting.is_empty() {
            lines.remove(&self.line);
            return None;
        }
        let count = waiting.len().min(TOGETHER_MAX);
        let mut next: Vec<_> = waiting.drain(..count).collect();
        next.sort_by(|one, other| one.new.slug.cmp(&other.new.slug));
        Some(next)
    }

    async fn place(&self, all: &[PlacePledge]) -> Vec<Placing> {
        let waits = self.line != Line::Common;
        let each = |what: fn() -> Placing| all.iter().map(|_| what()).collect();
        // Where what was left last is gone, whoever comes first takes it.
        for takes_late in [true, false] {
            let (desk, together) = (self.desk.clone(), Together { all: all.to_vec(), waits, takes_late });
            let placed = self
                .desk
                .db
                .write(async move |tx| place_all(tx, &desk.keys, &desk.payments, &together).await)
                .await;
            let error = match placed {
                Ok(placed) => return placed,
                Err(error) => error,
            };
            if may_be_stored(&error) {
                let unknown = || Placing::Told(Err(StoreError::Commit(error.to_string()).into()));
                return all.iter().map(|_| unknown()).collect();
            }
            match error.store_error() {
                Some(StoreError::ChangedMeanwhile { what: REWARD }) => {}
                Some(store) if store.is_lock_timeout() && waits => {
                    return each(|| Placing::Told(Err(StoreError::from(sqlx::Error::PoolTimedOut).into())));
                }
                Some(store) if store.is_lock_timeout() => return each(|| Placing::Aside),
                _ => break,
            }
        }
        // What one of them was refused for must not be everybody's: each for itself.
        each(|| Placing::Alone)
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
