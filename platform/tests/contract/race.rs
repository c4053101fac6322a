//! Sixty-four clients at once.

use multitude_domain::money::{Currency, Money};
use multitude_platform::pledges::{self, Caller, PlacePledge, PlacePledgeError};

use crate::world::{World, contract, pledge};

const CLIENTS: u32 = 64;

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

contract! {
    async fn last_ten_of_a_reward_are_sold_ten_times(world: World) {
        for round in 0..5 {
            let slug = format!("runde-{round}");
            let new_slug = slug.clone();
            world.open(|new| {
                new.slug = new_slug;
                new.rewards[0].stock = Some(10);
            }).await;
            let view = world.db.read(async |tx| multitude_platform::campaigns::find_campaign(tx, &slug).await);
            let id = view.await.unwrap().unwrap().rewards[0].id;
            let told = at_once(world, |n| PlacePledge {
                slug: slug.clone(),
                key: Some((Caller::Known(uuid::Uuid::from_u128(u128::from(n))), slug.clone())),
                wish: multitude_domain::pledge::PledgeWish {
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

    async fn refusals_in_a_crowd_are_nobody_elses(world: World) {
        world.open(|_| ()).await;
        let told = at_once(world, |n| {
            let mut new = pledge(if n % 4 == 0 { 1 } else { 6_000 });
            new.key = Some((Caller::Known(uuid::Uuid::from_u128(u128::from(n % 60))), "k".to_owned()));
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
            key: Some((Caller::Known(uuid::Uuid::nil()), "k".to_owned())),
            ..pledge(6_000)
        }).await;

        let receipts: std::collections::BTreeSet<_> = told.iter().map(|one| one.as_ref().unwrap().receipt.clone()).collect();
        assert_eq!(receipts.len(), 1);
        assert_eq!(told.iter().filter(|one| !one.as_ref().unwrap().is_replay).count(), 1);
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
    }
}
