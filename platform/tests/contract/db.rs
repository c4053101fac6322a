//! Who begins and who commits: [`Db::write`] under neighbours, refusals, and callers that go away.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use multitude_platform::campaigns::{lock_campaign, lock_campaign_shared};
use multitude_platform::db::{Db, StoreError, Tx};
use multitude_platform::{on, rows};
use tokio::task::LocalSet;

use crate::world::{Kind, contract};

async fn add_user(tx: &mut Tx, email: &str) -> Result<(), StoreError> {
    let id = tx.uuid();
    let add = "INSERT INTO users (id, email, name, locale, created_at) VALUES ($1, $2, 'n', 'de', 0)";
    rows!(tx, sqlx::query(add).bind(id).bind(email))?;
    Ok(())
}

async fn skip_one(tx: &mut Tx) -> Result<(), StoreError> {
    rows!(tx, sqlx::query("UPDATE instance SET skipped_us = skipped_us + 1 WHERE id = 1"))?;
    Ok(())
}

async fn count_users(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(c).await)?)
}

/// Everything that a schema is made of, and what its migrations put into its tables.
async fn schema(kind: Kind, db: &Db) -> Vec<String> {
    let parts: &[&str] = match kind {
        Kind::Sqlite => &[
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1",
            "SELECT version || ' ' || hex(checksum) FROM _sqlx_migrations ORDER BY version",
        ],
        Kind::Postgres => &[
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, ordinal_position)
                FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace ORDER BY 1",
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                AND prokind = 'f' ORDER BY 1",
            "SELECT version || ' ' || encode(checksum, 'hex') FROM _sqlx_migrations ORDER BY version",
        ],
    };
    let rows = ["pledge_transitions", "campaign_transitions"];
    let rows = rows.map(|table| format!("SELECT from_state || ' ' || to_state FROM {table} ORDER BY 1"));
    let statements: Vec<String> = parts.iter().map(|part| (*part).to_owned()).chain(rows).collect();
    let read = async move |tx: &mut Tx| {
        let mut all = Vec::new();
        for statement in statements {
            let statement = sqlx::AssertSqlSafe(statement);
            let found: Vec<String> = on!(tx, c => sqlx::query_scalar(statement).fetch_all(c).await)?;
            assert!(!found.is_empty());
            all.extend(found);
        }
        Ok::<_, StoreError>(all)
    };
    db.read(read).await.unwrap()
}

/// Does something again and again, in so many tasks, until `other` is done; fails where that takes too many
/// of them.
async fn meanwhile<F: Future<Output = ()>>(
    tasks: usize,
    times_max: usize,
    again: impl Fn() -> F + Clone + 'static,
    other: impl Future<Output = ()>,
) {
    let (is_over, times) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    let here = LocalSet::new();
    for _ in 0..tasks {
        let (again, is_over, times) = (again.clone(), is_over.clone(), times.clone());
        here.spawn_local(async move {
            while !is_over.get() && times.get() < times_max {
                again().await;
                times.set(times.get() + 1);
            }
        });
    }
    here.run_until(other).await;
    is_over.set(true);
    here.await;
    assert!(times.get() < times_max, "nobody else got in meanwhile");
}

async fn patience(turns: i64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

contract! {
    async fn another_process_gets_in_while_one_is_busy(world: World) {
        let (busy, other) = (world.db.clone(), world.of_another_process().await);
        let again = move || {
            let busy = busy.clone();
            async move {
                let write = async |tx: &mut Tx| {
                    skip_one(tx).await?;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    Ok::<_, StoreError>(())
                };
                busy.write(write).await.unwrap();
            }
        };
        // So many that one group of them is followed by the next.
        meanwhile(200, 20_000, again, async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                other.write(async |tx| skip_one(tx).await).await.unwrap();
            }
        })
        .await;
        other.close().await;
    }

    async fn whoever_needs_a_campaign_alone_gets_it_however_many_share_it(world: World) {
        let (db, id) = (world.db.clone(), world.open(|_| ()).await.uuid());
        let again = move || {
            let db = db.clone();
            async move {
                let share = async |tx: &mut Tx| {
                    lock_campaign_shared(tx, id).await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok::<_, StoreError>(())
                };
                db.write(share).await.unwrap();
            }
        };
        meanwhile(20, 6_000, again, async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                world.db.write(async |tx| lock_campaign(tx, id).await).await.unwrap();
            }
        })
        .await;
    }

    async fn acknowledged_writes_are_there_for_readers(world: World) {
        world.db.write(async |tx| add_user(tx, "a@example.ch").await).await.unwrap();

        assert_eq!(world.db.read(async |tx| count_users(tx).await).await.unwrap(), 1);
    }

    async fn refused_use_case_leaves_nothing_behind(world: World) {
        let refused = world.db.write(async |tx| {
            add_user(tx, "a@example.ch").await?;
            Err::<(), _>(StoreError::ChangedMeanwhile { what: "user" })
        }).await;

        assert!(refused.is_err());
        assert_eq!(world.db.read(async |tx| count_users(tx).await).await.unwrap(), 0);
    }

    async fn reader_cannot_write(world: World) {
        assert!(world.db.read(async |tx| add_user(tx, "a@example.ch").await).await.is_err());
        assert_eq!(world.db.read(async |tx| count_users(tx).await).await.unwrap(), 0);
    }

    async fn neighbours_commit_together_and_refusals_only_undo_themselves(world: World) {
        let tasks = (0..100).map(|n| {
            let db = world.db.clone();
            tokio::spawn(async move {
                db.write(async move |tx| {
                    add_user(tx, &format!("{n}@example.ch")).await?;
                    if n % 3 == 0 { Err(StoreError::ChangedMeanwhile { what: "user" }) } else { Ok(()) }
                }).await.is_ok()
            })
        }).collect::<Vec<_>>();
        let mut kept = 0;
        for task in tasks {
            kept += i64::from(task.await.unwrap());
        }

        assert_eq!(kept, 66);
        assert_eq!(world.db.read(async |tx| count_users(tx).await).await.unwrap(), 66);
    }

    async fn caller_that_goes_away_is_undone_and_holds_nobody_up(world: World) {
        for n in 0..20 {
            let slow = world.db.write(async |tx| {
                add_user(tx, &format!("slow-{n}@example.ch")).await?;
                std::future::pending::<Result<(), StoreError>>().await
            });
            // Somebody waits behind the slow caller and goes away too; a third one must still be served.
            let behind = world.db.write(async |tx| add_user(tx, &format!("behind-{n}@example.ch")).await);
            let both = async { tokio::join!(slow, tokio::time::timeout(Duration::from_millis(2), behind)) };
            assert!(tokio::time::timeout(Duration::from_millis(10), both).await.is_err());
            let third = world.db.write(async |tx| add_user(tx, &format!("third-{n}@example.ch")).await);
            tokio::time::timeout(Duration::from_secs(5), third).await.expect("nobody is held up").unwrap();
        }

        let slow: i64 = world.db.read(async |tx| {
            Ok::<_, StoreError>(on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE email LIKE 'slow%'").fetch_one(c).await)?)
        }).await.unwrap();
        assert_eq!(slow, 0);
    }

    async fn whoever_goes_away_while_a_transaction_begins_leaves_none_behind(world: World) {
        for n in 0..300 {
            // Dropped a little later each time: before, while and after it begins.
            tokio::select! {
                counted = world.db.read(async |tx| count_users(tx).await) => { counted.unwrap(); }
                () = patience(n) => {}
            }
            let next = world.db.write(async |tx| add_user(tx, &format!("{n}@example.ch")).await);
            next.await.unwrap();
            assert_eq!(world.db.read(async |tx| count_users(tx).await).await.unwrap(), n + 1);
            let abandoned = world.db.write(async |tx| {
                add_user(tx, "abandoned@example.ch").await?;
                tokio::task::yield_now().await;
                Err::<(), _>(StoreError::ChangedMeanwhile { what: "nothing" })
            });
            tokio::select! {
                refused = abandoned => assert!(matches!(refused, Err(StoreError::ChangedMeanwhile { .. }))),
                () = patience(n) => {}
            }
        }
    }

    async fn commit_that_fails_fails_all_who_share_it_and_leaves_nothing(world: World) {
        if world.kind() == Kind::Postgres {
            let deferred = "ALTER TABLE user_roles ALTER CONSTRAINT user_roles_user_id_fkey DEFERRABLE INITIALLY DEFERRED";
            world.run(&[deferred.to_owned()]).await;
        }
        let kind = world.kind();
        let orphan = async || world.db.write(async |tx| {
            // Its neighbours queue up behind it.
            tokio::task::yield_now().await;
            if kind == Kind::Sqlite {
                rows!(tx, sqlx::query("PRAGMA defer_foreign_keys = ON"))?;
            }
            rows!(tx, sqlx::query("INSERT INTO user_roles (user_id, role, granted_at) VALUES ($1, 'coach', 0)")
                .bind(uuid::Uuid::nil()))?;
            Ok::<_, StoreError>(())
        }).await;
        let add = async |email: String| world.db.write(async move |tx| add_user(tx, &email).await).await;
        let counted = async || world.db.read(async |tx| count_users(tx).await).await.unwrap();
        let (mut kept, mut failed) = (0, 0);
        // Who shares a transaction with whom is chance: in some round somebody shares the orphan's.
        for round in 0..40 {
            let [one, two] = ["one", "two"].map(|name| format!("{name}{round}@example.ch"));
            let (orphan, one, two) = tokio::join!(orphan(), add(one), add(two));
            assert!(matches!(orphan, Err(StoreError::Commit(_) | StoreError::Driver(sqlx::Error::Database(_)))), "{orphan:?}");
            for told in [one, two] {
                match told {
                    Ok(()) => kept += 1,
                    Err(StoreError::Commit(_)) => failed += 1,
                    Err(other) => panic!("{other}"),
                }
            }
        }
        assert_eq!(counted().await, kept, "what was promised is there, and nothing else");
        match kind {
            Kind::Sqlite => assert!(failed > 0, "nobody shared"),
            // Each has a transaction of its own.
            Kind::Postgres => assert_eq!(failed, 0),
        }
        let before = counted().await;
        world.db.write(async |tx| add_user(tx, "next@example.ch").await).await.unwrap();
        assert_eq!(counted().await, before + 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM user_roles").await, 0);
    }

    async fn demo_clock_moves_forward_only(world: World) {
        let skip = async |us: i64| world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE instance SET skipped_us = $1").bind(us))?;
            tx.now().await
        }).await;

        assert_eq!(skip(5_000_000).await.unwrap().since(crate::world::start()).as_seconds(), 5);
        assert!(skip(4_000_000).await.is_err());
    }
}

contract! {
    async fn copy_that_a_world_begins_with_is_what_nothing_becomes(world: World) {
        let made = world.of_nothing().await;
        assert_eq!(schema(world.kind(), &world.db).await, schema(world.kind(), &made).await);
        made.close().await;
    }
}

#[test]
fn both_dialects_have_the_same_migrations() {
    let names = |dialect: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let embedded: Vec<_> = multitude_platform::db::MIGRATIONS
        .iter()
        .map(|m| format!("{:04}_{}.sql", m.number, m.name))
        .collect();

    assert_eq!(names("sqlite"), embedded);
    assert_eq!(names("postgres"), embedded);
}
