//! On PostgreSQL, processes tell each other what changed: each sends at most ten notifications a second, and
//! each listens. What is missed while a connection is down is found by whoever polls; nothing may rest on
//! this alone.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Change, Db, Engine, Origin, StoreError};
use crate::subject::Subject;

const CHANNEL: &str = "multitude_changes";
/// Between two notifications: at most ten a second.
const PAUSE: Duration = Duration::from_millis(100);
/// As many subjects as fit into one notification, each of up to 50 bytes (PostgreSQL carries 8,000).
const TOLD_MAX: usize = 150;
const AGAIN_AFTER: Duration = Duration::from_secs(2);

impl Db {
    /// Tells other processes what changes here and hears what changes there, until told to stop. On SQLite
    /// there are no other processes.
    pub async fn relay(&self, stop: CancellationToken) {
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
    let mut untold: BTreeSet<Subject> = BTreeSet::new();
    let add = |untold: &mut BTreeSet<Subject>, change: Change| {
        if change.origin == Origin::Here {
            untold.insert(change.subject);
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
        let batch: Vec<Subject> = untold.iter().copied().take(TOLD_MAX).collect();
        untold.retain(|subject| !batch.contains(subject));
        if let Err(error) = notify(&pool, own, &batch).await {
            tracing::warn!(%error, "other processes could not be told of a change; they will find it");
        }
    }
}

async fn notify(pool: &PgPool, own: Uuid, batch: &[Subject]) -> Result<(), StoreError> {
    let payload = payload(own, batch);
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
        for subject in changed_elsewhere(heard.payload(), own) {
            db.news.tell(subject, Origin::Elsewhere);
        }
    }
}

/// Who tells, and what changed: `kind:id`, parted by spaces.
fn payload(own: Uuid, batch: &[Subject]) -> String {
    let mut payload = own.simple().to_string();
    for Subject { kind, id } in batch {
        payload = payload + " " + kind.name() + ":" + &id.simple().to_string();
    }
    payload
}

/// What a notification says to have changed; nothing in one's own. What this version does not know is left
/// out.
fn changed_elsewhere(payload: &str, own: Uuid) -> Vec<Subject> {
    let subject = |text: &str| {
        let (kind, id) = text.split_once(':')?;
        Some(Subject { kind: kind.parse().ok()?, id: Uuid::parse_str(id).ok()? })
    };
    let mut parts = payload.split(' ');
    match parts.next().and_then(|sender| Uuid::parse_str(sender).ok()) {
        Some(sender) if sender != own => parts.filter_map(subject).collect(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use multitude_domain::id::CampaignId;

    use super::*;

    #[test]
    fn own_and_broken_notifications_tell_nothing() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let subject = Subject::from(CampaignId::new(Uuid::from_u128(3)));
        assert_eq!(changed_elsewhere(&payload(other, &[subject]), own), [subject]);
        assert!(changed_elsewhere(&payload(own, &[subject]), own).is_empty());
        assert!(changed_elsewhere("", own).is_empty());
        assert!(changed_elsewhere("not ours", own).is_empty());
        let later = payload(other, &[subject]).replace("campaign", "contest");
        assert!(changed_elsewhere(&later, own).is_empty(), "another version's kinds are not guessed at");
    }
}
