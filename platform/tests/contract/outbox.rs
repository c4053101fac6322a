//! What happened is delivered once to whoever makes something of it, whatever is cut off in between.

use std::time::Duration;

use multitude_domain::time::Span;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::work::{Task, round};
use multitude_platform::{mail, outbox};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use multitude_platform::keys::hex;

use crate::world::{Kind, contract};

const UNDISPATCHED: &str = "SELECT COUNT(*) FROM outbox WHERE dispatched_at IS NULL";
const DELIVERIES: &str = "SELECT COUNT(*) FROM outbox_deliveries";
const LETTERS: &str = "SELECT COUNT(*) FROM mails WHERE letter = 'confirm'";

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
        let mut between = 0;
        for kill in 0..10_u64 {
            for n in 0..6 {
                world.place(|new| new.backer.email = Some(format!("b{kill}-{n}@example.ch"))).await.unwrap();
            }
            let (db, (told, dispatched)) = (world.db.clone(), tokio::sync::oneshot::channel());
            let working = tokio::spawn(async move {
                let _ = db.write(async |tx| outbox::dispatch(tx).await).await;
                let _ = told.send(());
                let _ = db.write(async |tx| mail::queue_events(tx).await).await;
            });
            // Half of them are killed after their events were dispatched, half of them anywhere.
            if kill % 2 == 0 {
                dispatched.await.unwrap();
            }
            tokio::time::sleep(Duration::from_micros(kill * 300)).await;
            working.abort();
            let _ = working.await;
            if world.count(UNDISPATCHED).await == 0 && world.count(DELIVERIES).await > 0 {
                between += 1;
            }
            let undone = async |tx: &mut Tx| {
                outbox::dispatch(tx).await?;
                mail::queue_events(tx).await?;
                Err::<(), _>(StoreError::ChangedMeanwhile { what: "nothing" })
            };
            assert!(world.db.write(undone).await.is_err());
        }
        assert!(between > 0, "nobody was killed between dispatch and delivery");
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

    async fn rows_of_before_find_their_new_form(world: World) {
        // The schema of before, beside the world's own.
        let (start, script) = match world.kind() {
            Kind::Sqlite => ("PRAGMA foreign_keys = OFF", "sqlite"),
            Kind::Postgres => ("CREATE SCHEMA before; SET search_path TO before; SET session_replication_role = replica", "postgres"),
        };
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(script);
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let text = |file: &std::path::PathBuf| std::fs::read_to_string(file).unwrap();
        let (before, after) = files.split_at(25);
        let id = |n: u8| match world.kind() {
            Kind::Sqlite => format!("x'{}'", hex(&[n; 16])),
            Kind::Postgres => format!("'{}'", Uuid::from_bytes([n; 16])),
        };
        let (campaign, pledge, update) = (id(1), id(2), id(3));
        let event = |n: u8, kind: &str, pledge: &str, update: &str, states: &str, mailed: &str| format!(
            "INSERT INTO outbox (id, kind, campaign_id, pledge_id, update_id, from_state, to_state, at, mailed_at)
             VALUES ({}, '{kind}', {campaign}, {pledge}, {update}, {states}, {n}, {mailed});", id(n)
        );
        let mail = |n: u8, letter: &str, about: &str, send_at: &str, tries: u8| format!(
            "INSERT INTO mails (id, letter, email, {about}, state, tries, send_at, created_at, email_counted)
             VALUES ({}, '{letter}', 'lea@example.ch', {pledge}, 'waiting', {tries}, {send_at}, 0, 'lea@example.ch');", id(n)
        );
        let far = "9000000000000000";
        let rows = [
            event(10, "pledge_placed", &pledge, "NULL", "'draft', 'secured'", "NULL"),
            event(11, "pledge_moved", &pledge, "NULL", "'secured', 'charging'", "5"),
            event(12, "campaign_live", "NULL", "NULL", "'scheduled', 'live'", "NULL"),
            event(13, "campaign_update", "NULL", &update, "'live', 'live'", "NULL"),
            event(14, "campaign_closes_soon", "NULL", "NULL", "'live', 'live'", "NULL"),
            event(15, "campaign_live", "NULL", "NULL", "NULL, NULL", "5"),
            mail(20, "confirm", "pledge_id", "0", 0),
            mail(21, "reminder", "pledge_id", far, 0),
            mail(22, "action", "pledge_id", far, 3),
            mail(23, "live", "campaign_id", "0", 0),
            mail(24, "follow", "follower_id", "0", 0),
        ];
        let whole: String = before.iter().map(text).chain(rows).chain(after.iter().map(text)).collect::<Vec<_>>().join("\n");
        let found = raw::run(world, start, &whole, "SELECT name, body FROM outbox ORDER BY at").await;
        let pledged = |rest: &str| match world.kind() {
            Kind::Sqlite => format!("{{\"campaign\":\"{}\",{rest}}}", hex(&[1; 16])),
            Kind::Postgres => format!("{{\"campaign\":\"{}\",{rest}}}", Uuid::from_bytes([1; 16])),
        };
        let bare: Vec<(String, String)> = found.events.into_iter().map(|(name, body)| (name, body.replace(' ', ""))).collect();
        let told = |name: &str, body: String| (name.to_owned(), body);
        assert_eq!(bare[0], told("placed", pledged("\"to\":\"secured\"")));
        assert_eq!(bare[1], told("moved", pledged("\"from\":\"secured\",\"to\":\"charging\"")));
        assert_eq!(bare[2], told("moved", "{\"from\":\"scheduled\",\"to\":\"live\"}".to_owned()));
        assert_eq!(bare[3].0, "update_published");
        assert_eq!(bare[4], told("closes_soon", "{}".to_owned()));
        assert_eq!(bare.len(), 6);
        assert_eq!(found.letters, ["confirm", "action", "live", "follow"], "what was tried waits for another try");
        assert_eq!((found.undispatched, found.ripenings), (4, 6));
    }
}

/// A database of its own, made by scripts as they are.
mod raw {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

    use crate::world::{Kind, World};

    pub(super) struct Found {
        pub(super) events: Vec<(String, String)>,
        pub(super) letters: Vec<String>,
        pub(super) undispatched: i64,
        pub(super) ripenings: i64,
    }

    macro_rules! look {
        ($conn:expr, $start:expr, $whole:expr, $events:expr) => {{
            let mut conn = $conn;
            conn.execute(sqlx::raw_sql(AssertSqlSafe($start.to_owned()))).await.unwrap();
            conn.execute(sqlx::raw_sql(AssertSqlSafe($whole.to_owned()))).await.unwrap();
            Found {
                events: sqlx::query_as(AssertSqlSafe($events.to_owned())).fetch_all(&mut conn).await.unwrap(),
                letters: sqlx::query_scalar("SELECT letter FROM mails ORDER BY id")
                    .fetch_all(&mut conn)
                    .await
                    .unwrap(),
                undispatched: sqlx::query_scalar(super::UNDISPATCHED).fetch_one(&mut conn).await.unwrap(),
                ripenings: sqlx::query_scalar("SELECT COUNT(*) FROM ripenings")
                    .fetch_one(&mut conn)
                    .await
                    .unwrap(),
            }
        }};
    }

    /// Runs the whole script in an empty place, and says what is there then.
    pub(super) async fn run(world: &World, start: &str, whole: &str, events: &str) -> Found {
        match world.kind() {
            Kind::Sqlite => {
                look!(SqliteConnection::connect("sqlite::memory:").await.unwrap(), start, whole, events)
            }
            Kind::Postgres => look!(PgConnection::connect(&world.url()).await.unwrap(), start, whole, events),
        }
    }
}
