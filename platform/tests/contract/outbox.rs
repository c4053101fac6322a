//! What happened is delivered once to whoever makes something of it, whatever is cut off in between.

use std::time::Duration;

use multitude_domain::time::Span;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::work::{Task, round};
use multitude_platform::{mail, outbox};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::contract;

const UNDISPATCHED: &str = "SELECT COUNT(*) FROM outbox WHERE dispatched_at IS NULL";
const DELIVERIES: &str = "SELECT COUNT(*) FROM outbox_deliveries";
const LETTERS: &str = "SELECT COUNT(*) FROM mails WHERE letter = 'confirm'";

/// Begins to work and is cut off after so long, as a killed process is: what it had not committed is undone.
async fn cut_off(after: Duration, work: impl Future<Output = ()> + Send + 'static) {
    let task = tokio::spawn(work);
    tokio::time::sleep(after).await;
    task.abort();
    let _ = task.await;
}

contract! {
    async fn an_event_is_delivered_to_who_wants_it_and_taken_once(world: World) {
        world.open(|_| ()).await;
        world.queue_letters().await;
        world.place(|_| ()).await.unwrap();
        assert_eq!((world.count(UNDISPATCHED).await, world.count(DELIVERIES).await), (1, 0));
        world.dispatch().await;
        assert_eq!((world.count(UNDISPATCHED).await, world.count(DELIVERIES).await), (0, 1));
        assert_eq!(world.db.write(async |tx| mail::queue_events(tx).await).await.unwrap(), 1);
        assert_eq!((world.count(DELIVERIES).await, world.count(LETTERS).await), (0, 1));
        world.dispatch().await;
        assert_eq!(world.db.write(async |tx| mail::queue_events(tx).await).await.unwrap(), 0);
    }

    async fn what_nobody_wants_is_delivered_to_nobody(world: World) {
        world.open(|_| ()).await;
        world.run(&["UPDATE outbox SET dispatched_at = NULL, name = 'question_asked', body = '{}' WHERE subject_kind = 'campaign'".to_owned()]).await;
        world.dispatch().await;
        assert_eq!((world.count(UNDISPATCHED).await, world.count(DELIVERIES).await), (0, 0));
    }

    async fn cut_off_between_any_two_statements_each_letter_is_queued_once(world: World) {
        world.open(|_| ()).await;
        for n in 0..60 {
            world.place(|new| new.backer.email = Some(format!("b{n}@example.ch"))).await.unwrap();
        }
        for kill in 0..10_u64 {
            let db = world.db.clone();
            cut_off(Duration::from_micros(300 + kill * 700), async move {
                let _ = db.write(async |tx| outbox::dispatch(tx).await).await;
                let _ = db.write(async |tx| mail::queue_events(tx).await).await;
            })
            .await;
            let undone = async |tx: &mut Tx| {
                outbox::dispatch(tx).await?;
                mail::queue_events(tx).await?;
                Err::<(), _>(StoreError::ChangedMeanwhile { what: "nothing" })
            };
            assert!(world.db.write(undone).await.is_err());
        }
        world.queue_letters().await;
        let letters_of_pledges = "SELECT COUNT(DISTINCT subject_id) FROM mails WHERE letter = 'confirm'";
        assert_eq!((world.count(LETTERS).await, world.count(letters_of_pledges).await), (60, 60));
        assert_eq!((world.count(UNDISPATCHED).await, world.count(DELIVERIES).await), (0, 0));
    }

    async fn two_processes_dispatch_and_take_each_event_once(world: World) {
        world.open(|_| ()).await;
        for n in 0..40 {
            world.place(|new| new.backer.email = Some(format!("b{n}@example.ch"))).await.unwrap();
        }
        let other = world.of_another_process().await;
        let both = [world.db.clone(), other.clone()].map(|db| {
            tokio::spawn(async move {
                for _ in 0..5 {
                    db.write(async |tx| outbox::dispatch(tx).await).await.unwrap();
                    db.write(async |tx| mail::queue_events(tx).await).await.unwrap();
                }
            })
        });
        for one in both {
            one.await.unwrap();
        }
        assert_eq!(world.count(LETTERS).await, 40);
        other.close().await;
    }

    async fn what_another_version_wrote_waits_for_it(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.run(&["UPDATE outbox SET name = 'enchanted' WHERE subject_kind = 'pledge'".to_owned()]).await;
        world.place(|_| ()).await.unwrap();
        world.post().await;
        assert_eq!(world.mails().await.len(), 1, "the other one's");
        assert_eq!(world.count(DELIVERIES).await, 1);
        world.run(&["UPDATE outbox SET name = 'placed' WHERE name = 'enchanted'".to_owned()]).await;
        world.db.ambient().advance(Span::minutes(61));
        assert_eq!(world.mails().await.iter().filter(|mail| mail.subject.starts_with("Bestätige")).count(), 2);
    }

    async fn an_event_is_kept_until_everybody_was_told(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.place(|_| ()).await.unwrap();
        world.post().await;
        world.place(|_| ()).await.unwrap();
        world.dispatch().await;
        world.place(|_| ()).await.unwrap();
        world.db.ambient().advance(Span::days(8));
        let stop = CancellationToken::new();
        round(&world.desk, Task::Forget, Uuid::from_u128(1), &stop).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox").await, 2, "one to take and one to dispatch");
    }
}
