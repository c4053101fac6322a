//! Crowds on several campaigns.

use std::time::Duration;

use multitude_domain::campaigns::DraftAddOn;
use multitude_domain::id::CampaignId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::AddOnChoice;
use multitude_platform::Desk;
use multitude_platform::campaigns::{find_campaign, lock_campaign};
use multitude_platform::db::StoreError;
use multitude_platform::pledges::{self, Caller, PlacePledge, PlacePledgeError};
use multitude_platform::rows;

use crate::world::{Kind, World, contract, pledge};

const CAMPAIGNS: [&str; 3] = ["ufer", "hof", "dach"];

async fn open_all(world: &World) -> Vec<CampaignId> {
    let mut ids = Vec::new();
    for slug in CAMPAIGNS {
        ids.push(world.open(|new| slug.clone_into(&mut new.slug)).await);
    }
    ids
}

fn to(slug: &str, n: usize) -> PlacePledge {
    let email = format!("{n}@example.ch");
    PlacePledge {
        slug: slug.to_owned(),
        key: Some((Caller::Guest { slug: slug.to_owned(), email: email.clone() }, format!("k-{n}"))),
        ..pledge(6_000)
    }
}

fn placed_by(
    desk: &Desk,
    all: Vec<PlacePledge>,
) -> impl Future<Output = Vec<Result<(), PlacePledgeError>>> + use<> {
    let running: Vec<_> = all
        .into_iter()
        .map(|new| {
            let desk = desk.clone();
            tokio::spawn(async move { pledges::place(&desk, new).await.map(|_| ()) })
        })
        .collect();
    async move {
        let mut told = Vec::new();
        for one in running {
            told.push(one.await.unwrap());
        }
        told
    }
}

async fn backers(world: &World, slug: &str) -> (i64, i64) {
    let view = world.db.read(async |tx| find_campaign(tx, slug).await).await.unwrap().unwrap();
    (view.summary.secured_minor, view.summary.backers)
}

contract! {
    async fn crowds_on_several_campaigns_are_placed_together(world: World) {
        open_all(world).await;
        let told = placed_by(&world.desk, (0..60).map(|n| to(CAMPAIGNS[n % 3], n)).collect()).await;

        assert!(told.iter().all(Result::is_ok), "{told:?}");
        for slug in CAMPAIGNS {
            assert_eq!(backers(world, slug).await, (20 * 6_000, 20), "{slug}");
        }
        if world.kind() == Kind::Postgres {
            let mixed = "SELECT COUNT(*) FROM (SELECT 1 FROM pledges GROUP BY CAST(xmin AS TEXT)
                HAVING COUNT(DISTINCT campaign_id) = 3) AS transactions";
            assert!(world.count(mixed).await > 0, "no transaction has pledges of all three");
        }
    }

    async fn refusals_of_one_campaign_are_no_others(world: World) {
        open_all(world).await;
        let mut all: Vec<_> = (0..30).map(|n| to(CAMPAIGNS[n % 3], n)).collect();
        for n in 0..10 {
            let mut nameless = to("ufer", 300 + n);
            nameless.key = Some((Caller::Guest { slug: "ufer".to_owned(), email: String::new() }, String::new()));
            all.push(nameless);
            all.push(to("nirgends", 100 + n));
            let mut little = to("hof", 200 + n);
            little.wish.amount = Money::new(1, Currency::CHF);
            all.push(little);
        }
        world.run(&["UPDATE campaigns SET state = 'suspended' WHERE slug = 'dach'".to_owned()]).await;
        let told = placed_by(&world.desk, all).await;

        let count = |is: fn(&PlacePledgeError) -> bool| told.iter().filter(|one| one.as_ref().is_err_and(is)).count();
        assert_eq!(count(|error| matches!(error, PlacePledgeError::NoCampaign { slug } if slug == "nirgends")), 10);
        assert_eq!(count(|error| matches!(error, PlacePledgeError::NotOpen { slug, .. } if slug == "dach")), 10);
        assert_eq!(count(|error| matches!(error, PlacePledgeError::Invalid(_))), 10);
        assert_eq!(count(|error| matches!(error, PlacePledgeError::BadKey)), 10);
        assert_eq!(told.iter().filter(|one| one.is_ok()).count(), 20);
        assert_eq!((backers(world, "ufer").await, backers(world, "hof").await), ((60_000, 10), (60_000, 10)));
    }

    async fn campaign_that_somebody_has_alone_keeps_no_other_waiting(world: World) {
        if world.kind() == Kind::Sqlite {
            // Its one writer keeps everybody waiting.
            return;
        }
        let busy = open_all(world).await[1];
        let (taken, leave) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let alone = world.db.write(async |tx| {
            lock_campaign(tx, busy.uuid()).await?;
            taken.notify_one();
            leave.notified().await;
            Ok::<_, StoreError>(())
        });
        let crowd = async {
            taken.notified().await;
            let desk = world.desk.clone();
            let waiting = tokio::spawn(async move { placed_by(&desk, (0..20).map(|n| to("hof", n)).collect()).await });
            tokio::time::sleep(Duration::from_millis(50)).await;
            let all = (20..60).map(|n| to(CAMPAIGNS[if n % 2 == 0 { 0 } else { 2 }], n)).collect();
            let told = tokio::time::timeout(Duration::from_secs(5), placed_by(&world.desk, all)).await;
            let is_waiting = !waiting.is_finished();
            leave.notify_one();
            (told.expect("nobody waits for another's campaign"), is_waiting, waiting.await.unwrap())
        };
        let (alone, (told, is_waiting, waited)) = tokio::join!(alone, crowd);

        alone.unwrap();
        assert!(told.iter().chain(&waited).all(Result::is_ok), "{told:?} {waited:?}");
        assert!(is_waiting);
        for slug in CAMPAIGNS {
            assert_eq!(backers(world, slug).await, (20 * 6_000, 20), "{slug}");
        }
    }

    async fn pledges_that_trickle_to_a_busy_campaign_hold_one_connection(world: World) {
        if world.kind() == Kind::Sqlite {
            // Its one writer keeps everybody waiting.
            return;
        }
        let busy = open_all(world).await[1];
        let add_on = DraftAddOn { title: "Samen".to_owned(), price_minor: 500, stock: None };
        world.open(|new| (new.slug, new.draft.add_ons) = ("laden".to_owned(), vec![add_on])).await;
        let (taken, leave) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let alone = world.db.write(async |tx| {
            lock_campaign(tx, busy.uuid()).await?;
            taken.notify_one();
            leave.notified().await;
            Ok::<_, StoreError>(())
        });
        let trickle = async {
            taken.notified().await;
            let mut waiting = Vec::new();
            for n in 0..12 {
                waiting.push(tokio::spawn(placed_by(&world.desk, vec![to("hof", n)])));
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            // Elsewhere what is placed by itself is placed at once.
            let add_on = world.db.read(async |tx| find_campaign(tx, "laden").await).await.unwrap().unwrap().add_ons;
            let mut with_add_on = to("laden", 100);
            with_add_on.wish.add_ons = add_on.first().map(|one| AddOnChoice { id: one.id, qty: 1 }).into_iter().collect();
            with_add_on.wish.amount = Money::new(60_000, Currency::CHF);
            assert!(!with_add_on.wish.add_ons.is_empty());
            let placed = tokio::time::timeout(Duration::from_secs(3), placed_by(&world.desk, vec![with_add_on])).await;
            leave.notify_one();
            let mut told = placed.expect("it does not wait for another campaign");
            for one in waiting {
                told.extend(one.await.unwrap());
            }
            told
        };
        let (alone, told) = tokio::join!(alone, trickle);

        alone.unwrap();
        assert!(told.iter().all(Result::is_ok), "{told:?}");
    }

    async fn row_that_another_process_holds_keeps_no_other_campaign_waiting(world: World) {
        if world.kind() == Kind::Sqlite {
            // Its one writer keeps everybody waiting.
            return;
        }
        let held = open_all(world).await[1];
        let (taken, leave) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let holding = world.db.write(async |tx| {
            let totals = "UPDATE campaign_totals SET backers = backers WHERE campaign_id = $1";
            rows!(tx, sqlx::query(totals).bind(held.uuid()))?;
            taken.notify_one();
            leave.notified().await;
            Ok::<_, StoreError>(())
        });
        let crowd = async {
            taken.notified().await;
            let first = placed_by(&world.desk, (0..30).map(|n| to(CAMPAIGNS[n % 3], n)).collect());
            let first = tokio::spawn(first);
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            let all = (30..70).map(|n| to(CAMPAIGNS[if n % 2 == 0 { 0 } else { 2 }], n)).collect();
            let told = tokio::time::timeout(Duration::from_secs(5), placed_by(&world.desk, all)).await;
            leave.notify_one();
            (told.expect("nobody waits for another campaign's row"), first.await.unwrap())
        };
        let (holding, (told, first)) = tokio::join!(holding, crowd);

        holding.unwrap();
        assert!(told.iter().chain(&first).all(Result::is_ok), "{told:?} {first:?}");
        assert_eq!(backers(world, "hof").await.1, 10);
    }

    async fn crowds_of_two_processes_on_several_campaigns_never_wait_in_a_circle(world: World) {
        let ids = open_all(world).await;
        world.pool_of(vec![ids[2]], 1_000_000, 1_000_000).await;
        world.pool_of(vec![ids[0], ids[1]], 1_000_000, 1_000_000).await;
        let other = world.of_another_process().await;
        // Its ids are others.
        for _ in 0..100_000 {
            other.ambient().uuid();
        }
        let elsewhere = Desk { db: other.clone(), crowd: pledges::Crowd::default(), ..world.desk.clone() };
        for round in 0..20 {
            let first = round * 100;
            // One has them from the first campaign on, the other from the last one.
            let upward = (first..first + 12).map(|n| to(CAMPAIGNS[n % 3], n)).collect();
            let downward = (first + 50..first + 62).map(|n| to(CAMPAIGNS[2 - n % 3], n)).collect();
            let (here, there) = tokio::join!(placed_by(&world.desk, upward), placed_by(&elsewhere, downward));
            assert!(here.iter().chain(&there).all(Result::is_ok), "{here:?} {there:?}");
        }

        for slug in CAMPAIGNS {
            assert_eq!(backers(world, slug).await.1, 20 * 8, "{slug}");
        }
        for db in [&world.db, &other] {
            assert_eq!(db.write_waits().tried_again, 0, "nobody had to be pulled out of a circle");
        }
        other.close().await;
    }
}
