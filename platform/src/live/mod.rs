//! Totals for whoever watches a campaign: told after the commit that moved them, at most four times a second, read from
//! the database once for each changed campaign, however many watch it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use multitude_domain::view::CampaignSummary;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::campaigns::find_summary;
use crate::db::{Change, Db, StoreError};

/// Between two tellings of the same campaign.
const PACE: Duration = Duration::from_millis(250);
/// Whatever was missed is found within so long.
const HEAL_EVERY: Duration = Duration::from_secs(5);

/// The campaigns that somebody watches. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    db: Db,
    watched: Arc<Mutex<Watched>>,
}

/// By slug; each with its summary as it was last told.
type Watched = HashMap<String, watch::Sender<CampaignSummary>>;

/// Which of the watched campaigns to read again.
enum Dirty {
    These(HashSet<Uuid>),
    All,
}

impl Live {
    /// Nobody watches yet. Nothing moves unless [`Live::follow`] runs.
    pub fn new(db: Db) -> Self {
        Self { db, watched: Arc::default() }
    }

    /// Watches the public campaign of that slug: its summary now, and each time it has moved. Ends where the campaign is
    /// no longer public.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn watch(&self, slug: String) -> Result<Option<watch::Receiver<CampaignSummary>>, StoreError> {
        if let Some(sender) = self.lock().get(&slug) {
            return Ok(Some(sender.subscribe()));
        }
        let wanted = slug.clone();
        let Some(summary) = self.db.read(async move |tx| find_summary(tx, &wanted).await).await? else {
            return Ok(None);
        };
        let campaign = summary.id.uuid();
        let receiver = self.lock().entry(slug).or_insert_with(|| watch::Sender::new(summary)).subscribe();
        // It may have moved between the reading and the watching.
        self.read_again(&Dirty::These(HashSet::from([campaign]))).await?;
        Ok(Some(receiver))
    }

    /// Keeps what is watched up to date, and other processes on the same database as well, until told to stop.
    pub async fn follow(self, stop: CancellationToken) {
        let news = self.db.changes();
        let relayed = self.db.relay(stop.clone());
        tokio::join!(relayed, stop.clone().run_until_cancelled_owned(self.keep_up(news)));
    }

    async fn keep_up(&self, mut news: broadcast::Receiver<Change>) {
        let mut heal = tokio::time::interval(HEAL_EVERY);
        loop {
            let mut dirty = tokio::select! {
                heard = news.recv() => match heard {
                    Ok(change) => Dirty::These(HashSet::from([change.campaign])),
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
                    (Ok(change), Dirty::These(campaigns)) => {
                        campaigns.insert(change.campaign);
                    }
                    (Ok(_), Dirty::All) => {}
                    (Err(TryRecvError::Lagged(_)), _) => dirty = Dirty::All,
                    (Err(TryRecvError::Empty | TryRecvError::Closed), _) => break,
                }
            }
            if let Err(error) = self.read_again(&dirty).await {
                tracing::warn!(%error, "live totals could not be read; it is tried again");
            }
        }
    }

    async fn read_again(&self, dirty: &Dirty) -> Result<(), StoreError> {
        let slugs: Vec<String> = {
            let watched = self.lock();
            let is_dirty = |sender: &watch::Sender<CampaignSummary>| match dirty {
                Dirty::All => true,
                Dirty::These(campaigns) => campaigns.contains(&sender.borrow().id.uuid()),
            };
            watched.iter().filter(|(_, sender)| is_dirty(sender)).map(|(slug, _)| slug.clone()).collect()
        };
        if slugs.is_empty() {
            return Ok(());
        }
        let read = async move |tx: &mut crate::db::Tx| {
            let mut found = Vec::with_capacity(slugs.len());
            for slug in slugs {
                let summary = find_summary(tx, &slug).await?;
                found.push((slug, summary));
            }
            Ok::<_, StoreError>(found)
        };
        let found = self.db.read(read).await?;
        let mut watched = self.lock();
        for (slug, summary) in found {
            match (summary, watched.get(&slug)) {
                (Some(summary), Some(sender)) => {
                    sender.send_if_modified(|last| {
                        let has_moved = *last != summary;
                        *last = summary;
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

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
