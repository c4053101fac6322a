//! What goes on beside requests: who does it, and whether there is any.

use multitude_domain::permission::Actor;
use multitude_domain::time::Span;
use multitude_platform::clock::confirm_clock;
use multitude_platform::work::{Task, has_work, round, take_lease};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::contract;

contract! {
    async fn lease_is_one_holders_until_it_runs_out(world: World) {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let take = async |task, holder| take_lease(&world.db, task, holder).await.unwrap();
        assert!(take(Task::Seal, one).await);
        assert!(!take(Task::Seal, two).await);
        assert!(take(Task::Ask, two).await, "each kind of work has its own");
        world.db.ambient().advance(Span::seconds(2));
        assert!(take(Task::Seal, one).await, "renewed");
        world.db.ambient().advance(Span::seconds(3).less(Span::micros(1)));
        assert!(!take(Task::Seal, two).await);
        world.db.ambient().advance(Span::micros(1));
        assert!(take(Task::Seal, two).await, "it has run out");
        assert!(!take(Task::Seal, one).await);
    }

    async fn clock_that_jumped_decides_nothing_before_an_operator_says_that_it_is_right(world: World) {
        let (stop, holder) = (CancellationToken::new(), Uuid::from_u128(1));
        let (ambient, count_open) = (world.db.ambient(), "SELECT COUNT(*) FROM campaigns WHERE state = 'live'");
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        let work = async || {
            for task in [Task::Seal, Task::Ask, Task::Settle, Task::Forget] {
                round(&world.desk, task, holder, &stop).await.unwrap();
            }
        };
        work().await;
        ambient.advance(Span::days(1));
        work().await;
        assert!(world.db.check_clock().await.unwrap().is_ok(), "a day has passed");
        ambient.jump(Span::days(40));
        work().await;
        assert_eq!(world.count(count_open).await, 1, "nothing is decided");
        let jump = world.db.check_clock().await.unwrap().unwrap_err();
        assert_eq!(jump.by, Span::days(40));
        ambient.jump(Span::days(-40));
        work().await;
        assert!(world.db.check_clock().await.unwrap().is_err(), "nobody knows which of the two was right");
        confirm_clock(&world.db, &Actor::System, None).await.unwrap();
        ambient.advance(Span::seconds(5));
        assert!(world.db.check_clock().await.unwrap().is_ok());
        assert_eq!(world.count(count_open).await, 1);
        ambient.advance(Span::days(40));
        work().await;
        assert_eq!(world.count(count_open).await, 0, "time that has passed decides");
    }

    async fn there_is_work_until_it_is_done(world: World) {
        world.open(|_| ()).await;
        let has = async |task| has_work(&world.desk, task).await.unwrap();
        for task in [Task::Seal, Task::Ask, Task::Settle, Task::Dispatch, Task::Mail] {
            assert!(!has(task).await, "{task:?}");
        }
        world.pool(1_000, 1_000).await;
        assert!(has(Task::Seal).await);
        world.verify().await;
        assert!(!has(Task::Seal).await);

        world.place(|new| new.token = "late".to_owned()).await.unwrap();
        assert!(has(Task::Dispatch).await && !has(Task::Mail).await, "an event");
        world.dispatch().await;
        assert!(!has(Task::Dispatch).await && has(Task::Mail).await, "its delivery");
        world.post().await;
        assert!(!has(Task::Mail).await && !has(Task::Ask).await);
        world.db.ambient().advance(Span::hours(1));
        assert!(has(Task::Mail).await, "a reminder");
        assert!(has(Task::Ask).await);
        world.pass(Span::minutes(1)).await;
        world.post().await;
        assert!(!has(Task::Mail).await && !has(Task::Ask).await);

        world.db.ambient().advance(Span::days(9));
        assert!(has(Task::Settle).await);
        world.settle(Span::micros(0)).await;
        assert!(!has(Task::Settle).await);
    }
}
