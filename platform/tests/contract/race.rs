//! Sixty-four clients at once.

use multitude_domain::id::PledgeId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::time::Span;
use multitude_platform::Desk;
use multitude_platform::campaigns::lock_campaign;
use multitude_platform::db::StoreError;
use multitude_platform::pledges::{
    self, Caller, ChangePledgeError, PlacePledge, PlacePledgeError, attempts, cancel_pledge, change_pledge,
    find_chosen, review_pledge,
};
use multitude_platform::rows;

use crate::world::{Kind, World, contract, find_holder, pledge};

const CLIENTS: u32 = 64;

fn caller(n: u32) -> Caller {
    Caller::Guest { slug: "schatten".to_owned(), email: format!("{n}@example.ch") }
}

/// Every client sends its pledge at the same moment; what each was told.
async fn at_once(
    world: &World,
    make: impl Fn(u32) -> PlacePledge,
) -> Vec<Result<pledges::PlacedPledge, PlacePledgeError>> {
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let clients = (0..CLIENTS).map(|n| {
        let (desk, new, start) = (world.desk.clone(), make(n), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            pledges::place(&desk, new).await
        })
    });
    let mut told = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        told.push(client.await.unwrap());
    }
    told
}

/// What may be done to a pledge by several people at the same moment.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Cancel,
    Change,
    Review,
}

async fn do_it(desk: Desk, deed: Deed, id: PledgeId) -> Result<(), ChangePledgeError> {
    let (payments, keys) = (desk.payments.clone(), desk.keys.clone());
    desk.db
        .write(async move |tx| match deed {
            Deed::Cancel => {
                let holder = find_holder(tx, &keys, id).await;
                cancel_pledge(tx, &payments, &Actor::Guest, holder).await
            }
            Deed::Change => {
                let Some(mut new) = find_chosen(tx, id).await? else { return Ok(()) };
                new.wish.amount = Money::new(7_000, Currency::CHF);
                let holder = find_holder(tx, &keys, id).await;
                change_pledge(tx, &Actor::Guest, holder, &new, None).await
            }
            Deed::Review => review_pledge(tx, &Actor::System, id).await,
        })
        .await
}

/// Opens a campaign with a small limited reward and a pool, whose every pledge moves all that there is to
/// move.
async fn open_hot(world: &World) -> PlacePledge {
    world
        .open(|new| {
            new.draft.rewards[0].stock = Some(1_000);
            new.draft.rewards[0].price_minor = 500;
        })
        .await;
    world.pool(1_000_000, 1_000_000).await;
    let reward = world.show().await.rewards[0].id;
    let mut new = pledge(6_000);
    new.wish.reward = Some((reward, 1));
    new.wish.region = Some("CH".to_owned());
    new
}

contract! {
    async fn changes_of_one_pledge_at_once_leave_no_phantom(world: World) {
        world.open(|_| ()).await;
        for round in 0..6 {
            let mut placed = Vec::new();
            for large in [true, false] {
                for _ in 0..3 {
                    let minor = if large { 500_000 } else { 6_000 };
                    placed.push(world.place(|new| new.wish.amount = Money::new(minor, Currency::CHF)).await.unwrap());
                }
            }
            let mut doing = Vec::new();
            for one in &placed {
                for deed in [Deed::Cancel, Deed::Change, Deed::Review] {
                    doing.push(tokio::spawn(do_it(world.desk.clone(), deed, one.id)));
                }
            }
            for one in doing {
                let told = one.await.unwrap();
                assert!(!matches!(told, Err(ChangePledgeError::Store(StoreError::Driver(_)))), "{told:?}");
            }
            let secured = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM pledges
                WHERE state = 'secured' AND review <> 'waiting'";
            let waiting = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM pledges
                WHERE state = 'secured' AND review = 'waiting'";
            let (pledged, shown, ..) = world.sums().await;
            assert_eq!((shown, pledged), (world.count(secured).await, world.count(waiting).await), "round {round}");
        }
    }

    async fn those_who_place_cancel_and_lapse_at_once_never_wait_in_a_circle(world: World) {
        let new = open_hot(world).await;
        let place = async |n: u32, token: &str| {
            let mut new = new.clone();
            new.backer.email = Some(format!("{n}-{token}@example.ch"));
            new.token = token.to_owned();
            pledges::place(&world.desk, new).await.unwrap()
        };
        for round in 0..4_u32 {
            let (mut leaving, mut lapsing) = (Vec::new(), Vec::new());
            for n in 0..16 {
                leaving.push(place(round * 100 + n, "ok").await.id);
                lapsing.push(place(round * 100 + n, "challenge").await.id);
            }
            // Their banks are not waited for any longer.
            world.db.ambient().advance(Span::hours(25));
            let mut doing = Vec::new();
            for (nth, id) in leaving.into_iter().enumerate() {
                let desk = world.desk.clone();
                let deed = if nth % 2 == 0 { Deed::Cancel } else { Deed::Change };
                doing.push(tokio::spawn(async move { do_it(desk, deed, id).await.unwrap() }));
            }
            for token in ["ok", "declined"] {
                for n in 0..16 {
                    let (desk, mut new) = (world.desk.clone(), new.clone());
                    new.backer.email = Some(format!("{round}-{n}-late-{token}@example.ch"));
                    new.token = token.to_owned();
                    doing.push(tokio::spawn(async move { pledges::place(&desk, new).await.map(|_| ()).unwrap() }));
                }
            }
            let desk = world.desk.clone();
            doing.push(tokio::spawn(async move { while attempts::ask_due(&desk).await.unwrap() > 0 {} }));
            for one in doing {
                one.await.unwrap();
            }
        }
        assert_eq!(world.db.write_waits().tried_again, 0, "nobody had to be pulled out of a circle");
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges WHERE state = 'expired'").await, 64);
        let kept = world.count("SELECT COUNT(*) FROM pledges WHERE state = 'secured'").await;
        assert_eq!((kept, world.show().await.rewards[0].left), (4 * 24, Some(1_000 - 4 * 24)));
    }

    async fn crowd_whose_transaction_failed_is_tried_again(world: World) {
        let new = open_hot(world).await;
        let holder = pledges::Holder { browser: [1; 32], address: [1; 32] };
        world.db.write(async |tx| pledges::hold_reward(tx, "schatten", &new.wish, &holder, multitude_domain::pledges::Proof::Unproved).await).await.unwrap();
        if world.kind() == Kind::Postgres {
            // The first one to use a hold up is told that two transactions crossed.
            world.run(&[
                "CREATE SEQUENCE hiccups".to_owned(),
                "CREATE FUNCTION hiccup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('hiccups') = 1 THEN RAISE EXCEPTION 'hiccup' USING ERRCODE = '40001'; END IF;
                    RETURN OLD;
                END $$".to_owned(),
                "CREATE TRIGGER hiccup BEFORE DELETE ON reward_holds FOR EACH ROW EXECUTE FUNCTION hiccup()".to_owned(),
            ]).await;
        }
        let (taken, leave) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let campaign = world.show().await.summary.id;
        let busy = world.db.write(async |tx| {
            lock_campaign(tx, campaign.uuid()).await?;
            taken.notify_one();
            leave.notified().await;
            Ok::<_, StoreError>(())
        });
        let held = PlacePledge { browser: Some([1; 32]), ..new };
        let crowd = async {
            taken.notified().await;
            // The first one waits for the campaign; those after it come together.
            let (desk, new) = (world.desk.clone(), pledge(6_000));
            let first = tokio::spawn(async move { pledges::place(&desk, new).await });
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let all = tokio::join!(
                pledges::place(&world.desk, pledge(1)),
                pledges::place(&world.desk, held),
                async { leave.notify_one() },
            );
            first.await.unwrap().unwrap();
            all
        };
        let (busy, (refused, held, ())) = tokio::join!(busy, crowd);

        busy.unwrap();
        assert!(matches!(refused, Err(PlacePledgeError::Invalid(_))), "{refused:?}");
        assert!(held.is_ok(), "{held:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM reward_holds").await, 0);
        assert_eq!(world.sums().await.3, 2);
    }

    async fn last_ten_of_a_reward_are_sold_ten_times(world: World) {
        for round in 0..5 {
            let slug = format!("runde-{round}");
            let new_slug = slug.clone();
            world.open(|new| {
                new.slug = new_slug;
                new.draft.rewards[0].stock = Some(10);
            }).await;
            let view = world.db.read(async |tx| multitude_platform::campaigns::find_campaign(tx, &slug).await);
            let id = view.await.unwrap().unwrap().rewards[0].id;
            let told = at_once(world, |n| PlacePledge {
                slug: slug.clone(),
                key: Some((caller(n), slug.clone())),
                wish: multitude_domain::pledges::PledgeWish {
                    amount: Money::new(60_000, Currency::CHF),
                    reward: Some((id, 1)),
                    region: Some("CH".to_owned()),
                    ..pledge(0).wish
                },
                ..pledge(0)
            }).await;

            let sold = told.iter().filter(|one| one.is_ok()).count();
            assert!(told.iter().all(|one| matches!(one, Ok(_) | Err(PlacePledgeError::SoldOut { .. }))), "{told:?}");
            assert_eq!(sold, 10);
            let view = world.db.read(async |tx| multitude_platform::campaigns::find_campaign(tx, &slug).await);
            let view = view.await.unwrap().unwrap();
            assert_eq!((view.summary.backers, view.rewards[0].left), (10, Some(0)));
        }
    }

    async fn crowds_of_two_processes_sell_no_more_than_there_is(world: World) {
        let new = open_hot(world).await;
        let other = world.of_another_process().await;
        // Its ids are others.
        for _ in 0..100_000 {
            other.ambient().uuid();
        }
        let elsewhere = Desk { db: other.clone(), crowd: pledges::Crowd::default(), ..world.desk.clone() };
        let place = async |qty: u32| {
            let clients: Vec<_> = (0..CLIENTS).map(|n| {
                let desk = if n % 2 == 0 { world.desk.clone() } else { elsewhere.clone() };
                let new = PlacePledge { key: Some((caller(n), format!("{qty}"))), ..new.clone() };
                tokio::spawn(async move { pledges::place(&desk, new).await })
            }).collect();
            let mut sold = 0;
            for client in clients {
                match client.await.unwrap() {
                    Ok(_) => sold += 1,
                    Err(PlacePledgeError::SoldOut { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            sold
        };
        assert_eq!(place(1).await, 64, "there is plenty");
        // What others hold was not left; the crowds, which look at what pledges took, find out last.
        let held = world.show().await.rewards[0].left.unwrap() - 10;
        let reward = world.reward().await;
        world.db.write(async |tx| {
            let add = "INSERT INTO reward_holds (id, campaign_id, reward_id, browser_hash, address_hash, qty, created_at, expires_at)
                SELECT id, campaign_id, id, $2, $2, $3, 0, 9000000000000000 FROM rewards WHERE id = $1";
            rows!(tx, sqlx::query(add).bind(reward.uuid()).bind([9_u8; 32].as_slice()).bind(held))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        assert_eq!(place(2).await, 10);
        assert_eq!(world.count("SELECT taken FROM rewards WHERE taken > 0").await, 74);
        other.close().await;
    }

    async fn refusals_in_a_crowd_are_nobody_elses(world: World) {
        world.open(|_| ()).await;
        let told = at_once(world, |n| {
            let mut new = pledge(if n % 4 == 0 { 1 } else { 6_000 });
            new.key = Some((caller(n % 60), "k".to_owned()));
            if n % 4 == 1 {
                new.token = "declined".to_owned();
            }
            new
        }).await;

        let count = |is: fn(&Result<pledges::PlacedPledge, PlacePledgeError>) -> bool| told.iter().filter(|one| is(one)).count();
        assert_eq!(count(|one| matches!(one, Err(PlacePledgeError::Invalid(_)))), 16, "{told:?}");
        assert_eq!(count(|one| matches!(one, Ok(placed) if placed.is_replay)), 3);
        assert_eq!(count(|one| matches!(one, Ok(placed) if !placed.is_replay)), 45);
        let (_, secured, _, backers) = world.sums().await;
        assert_eq!((secured, backers), (30 * 6_000, 30), "two of four are secured");
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges").await, 45);
    }

    async fn same_key_sent_at_once_places_one_pledge(world: World) {
        world.open(|_| ()).await;
        let told = at_once(world, |_| PlacePledge {
            key: Some((caller(0), "k".to_owned())),
            ..pledge(6_000)
        }).await;

        let receipts: std::collections::BTreeSet<_> = told.iter().map(|one| one.as_ref().unwrap().receipt.clone()).collect();
        assert_eq!(receipts.len(), 1);
        assert_eq!(told.iter().filter(|one| !one.as_ref().unwrap().is_replay).count(), 1);
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
    }
}
