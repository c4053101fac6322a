//! On PostgreSQL, processes tell each other which campaigns changed: each sends at most ten notifications a second, and
//! each listens. What is missed while a connection is down is found by whoever polls; nothing may rest on this alone.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Change, Db, Engine, Origin, StoreError};

const CHANNEL: &str = "multitude_changes";
/// Between two notifications: at most ten a second.
const PAUSE: Duration = Duration::from_millis(100);
/// As many campaigns as fit into one notification (PostgreSQL carries 8,000 bytes).
const TOLD_MAX: usize = 200;
const AGAIN_AFTER: Duration = Duration::from_secs(2);

impl Db {
    /// Tells other processes what changes here and hears what changes there, until told to stop. On SQLite there are no
    /// other processes.
    pub(crate) async fn relay(&self, stop: CancellationToken) {
        let Engine::Postgres(pool) = &self.engine else { return };
        let own = self.ambient.uuid();
        tokio::join!(
            stop.clone().run_until_cancelled_owned(tell(self.clone(), pool.clone(), own)),
            stop.run_until_cancelled_owned(hear(self.clone(), pool.clone(), own)),
        );
    }
}

async fn tell(db: Db, pool: PgPool, own: Uuid) {
    let mut news = db.changes();
    let mut untold: BTreeSet<Uuid> = BTreeSet::new();
    let add = |untold: &mut BTreeSet<Uuid>, change: Change| {
        if change.origin == Origin::Here {
            untold.insert(change.campaign);
        }
    };
    loop {
        if untold.is_empty() {
            match news.recv().await {
                Ok(change) => add(&mut untold, change),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
            if untold.is_empty() {
                continue;
            }
        }
        tokio::time::sleep(PAUSE).await;
        loop {
            match news.try_recv() {
                Ok(change) => add(&mut untold, change),
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let batch: Vec<Uuid> = untold.iter().copied().take(TOLD_MAX).collect();
        untold.retain(|campaign| !batch.contains(campaign));
        if let Err(error) = notify(&pool, own, &batch).await {
            tracing::warn!(%error, "other processes could not be told of a change; they will find it");
        }
    }
}

async fn notify(pool: &PgPool, own: Uuid, batch: &[Uuid]) -> Result<(), StoreError> {
    let mut payload = own.simple().to_string();
    for campaign in batch {
        payload.push(' ');
        payload.push_str(&campaign.simple().to_string());
    }
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(pool).await?;
    Ok(())
}

async fn hear(db: Db, pool: PgPool, own: Uuid) {
    loop {
        if let Err(error) = listen(&db, &pool, own).await {
            tracing::warn!(%error, "changes of other processes cannot be heard now; it is tried again");
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

/// Listens for as long as the connection holds.
async fn listen(db: &Db, pool: &PgPool, own: Uuid) -> Result<(), StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let heard = listener.recv().await?;
        for campaign in changed_elsewhere(heard.payload(), own) {
            db.news.tell(campaign, Origin::Elsewhere);
        }
    }
}

/// The campaigns in a notification; none in one's own or in what is not one of ours.
fn changed_elsewhere(payload: &str, own: Uuid) -> Vec<Uuid> {
    let mut ids = payload.split(' ').filter_map(|id| Uuid::parse_str(id).ok());
    match ids.next() {
        Some(sender) if sender != own => ids.collect(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_and_broken_notifications_tell_nothing() {
        let (own, other, campaign) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let from = |sender: Uuid| format!("{} {}", sender.simple(), campaign.simple());
        assert_eq!(changed_elsewhere(&from(other), own), [campaign]);
        assert!(changed_elsewhere(&from(own), own).is_empty());
        assert!(changed_elsewhere("", own).is_empty());
        assert!(changed_elsewhere("not ours", own).is_empty());
    }
}
