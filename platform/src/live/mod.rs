//! What changes, for whoever watches it: told after the commit that moved it, at most four times a second,
//! read from the database once for each thing that changed, however many watch it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::db::{Change, Db, StoreError, Tx};
use crate::subject::Subject;

/// Between two tellings of the same thing.
const PACE: Duration = Duration::from_millis(250);
/// Whatever was missed is found within so long.
const HEAL_EVERY: Duration = Duration::from_secs(5);

/// What watchers of one kind of thing are told. Its feature says how it is found.
pub trait Watchable: Clone + PartialEq + Send + Sync + 'static {
    /// Of what it tells: it is read again where that changes.
    fn subject(&self) -> Subject;

    /// How it stands now; nothing where there is none that the public may see.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    fn find(tx: &mut Tx, slug: &str) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;
}

/// The things of one kind that somebody watches. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live<T> {
    db: Db,
    watched: Arc<Mutex<Watched<T>>>,
}

/// By slug; each as it was last told.
type Watched<T> = HashMap<String, watch::Sender<T>>;

/// Which of the watched things to read again.
enum Dirty {
    These(HashSet<Subject>),
    All,
}

impl<T: Watchable> Live<T> {
    /// Nobody watches yet. Nothing moves unless [`Live::keep_up`] runs.
    pub fn new(db: Db) -> Self {
        Self { db, watched: Arc::default() }
    }

    /// Watches the thing of that slug: how it stands now, and each time it has moved. Ends where the public
    /// may no longer see it.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn watch(&self, slug: String) -> Result<Option<watch::Receiver<T>>, StoreError> {
        Ok(self.watch_all(vec![slug]).await?.pop())
    }

    /// As [`Live::watch`], of several at once; those that there are not are left out.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn watch_all(&self, slugs: Vec<String>) -> Result<Vec<watch::Receiver<T>>, StoreError> {
        let mut receivers = Vec::with_capacity(slugs.len());
        let mut unwatched = Vec::new();
        {
            let watched = self.lock();
            for slug in slugs {
                match watched.get(&slug) {
                    Some(sender) => receivers.push(sender.subscribe()),
                    None => unwatched.push(slug),
                }
            }
        }
        if unwatched.is_empty() {
            return Ok(receivers);
        }
        let mut subjects = HashSet::new();
        for (slug, found) in self.find_all(unwatched).await? {
            let Some(found) = found else { continue };
            subjects.insert(found.subject());
            let sender = || watch::Sender::new(found);
            receivers.push(self.lock().entry(slug).or_insert_with(sender).subscribe());
        }
        // They may have moved between the reading and the watching.
        self.read_again(&Dirty::These(subjects)).await?;
        Ok(receivers)
    }

    /// All of them in one transaction.
    async fn find_all(&self, slugs: Vec<String>) -> Result<Vec<(String, Option<T>)>, StoreError> {
        let read = async move |tx: &mut Tx| {
            let mut found = Vec::with_capacity(slugs.len());
            for slug in slugs {
                let thing = T::find(tx, &slug).await?;
                found.push((slug, thing));
            }
            Ok::<_, StoreError>(found)
        };
        self.db.read(read).await
    }

    /// Keeps what is watched up to date until told to stop. What other processes change is heard where
    /// [`Db::relay`] runs, and found by the healing poll where it does not.
    pub async fn keep_up(self, stop: CancellationToken) {
        let news = self.db.changes();
        stop.run_until_cancelled_owned(self.tell(news)).await;
    }

    async fn tell(&self, mut news: broadcast::Receiver<Change>) {
        let mut heal = tokio::time::interval(HEAL_EVERY);
        loop {
            let mut dirty = tokio::select! {
                heard = news.recv() => match heard {
                    Ok(change) => Dirty::These(HashSet::from([change.subject])),
                    Err(RecvError::Lagged(_)) => Dirty::All,
                    Err(RecvError::Closed) => return,
                },
                _ = heal.tick() => {
                    self.forget_unwatched();
                    Dirty::All
                }
            };
            tokio::time::sleep(PACE).await;
            loop {
                match (news.try_recv(), &mut dirty) {
                    (Ok(change), Dirty::These(subjects)) => {
                        subjects.insert(change.subject);
                    }
                    (Ok(_), Dirty::All) => {}
                    (Err(TryRecvError::Lagged(_)), _) => dirty = Dirty::All,
                    (Err(TryRecvError::Empty | TryRecvError::Closed), _) => break,
                }
            }
            if let Err(error) = self.read_again(&dirty).await {
                tracing::warn!(%error, "what is watched could not be read; it is tried again");
            }
        }
    }

    async fn read_again(&self, dirty: &Dirty) -> Result<(), StoreError> {
        let slugs: Vec<String> = {
            let watched = self.lock();
            let is_dirty = |sender: &watch::Sender<T>| match dirty {
                Dirty::All => true,
                Dirty::These(subjects) => subjects.contains(&sender.borrow().subject()),
            };
            watched.iter().filter(|(_, sender)| is_dirty(sender)).map(|(slug, _)| slug.clone()).collect()
        };
        if slugs.is_empty() {
            return Ok(());
        }
        let found = self.find_all(slugs).await?;
        let mut watched = self.lock();
        for (slug, thing) in found {
            match (thing, watched.get(&slug)) {
                (Some(thing), Some(sender)) => {
                    sender.send_if_modified(|last| {
                        let has_moved = *last != thing;
                        *last = thing;
                        has_moved
                    });
                }
                (None, Some(_)) => {
                    watched.remove(&slug);
                }
                (_, None) => {}
            }
        }
        Ok(())
    }

    fn forget_unwatched(&self) {
        self.lock().retain(|_, sender| sender.receiver_count() > 0);
    }

    fn lock(&self) -> MutexGuard<'_, Watched<T>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
