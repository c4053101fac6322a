//! Who watches a campaign is told what was committed, and nothing else.

use std::time::Duration;

use multitude_domain::view::CampaignSummary;
use multitude_platform::db::Origin;
use multitude_platform::live::Live;
use multitude_platform::pledges::{self, PlacePledgeError};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::world::{contract, pledge};

/// Longer than the pace and shorter than the healing poll, which is no part of these claims.
const SOON: Duration = Duration::from_secs(3);

async fn watch(live: &Live<CampaignSummary>) -> Receiver<CampaignSummary> {
    live.watch("schatten".to_owned()).await.unwrap().unwrap()
}

contract! {
    async fn a_committed_pledge_is_told_and_a_refused_one_is_not(world: World) {
        let campaign = world.open(|_| {}).await;
        let mut changes = world.db.changes();

        let refused = world.db.write(async |tx| {
            pledges::place_pledge(tx, &world.desk.keys, &world.desk.payments, &pledge(6_000)).await?;
            Err::<(), _>(PlacePledgeError::AddOnSoldOut)
        });
        assert!(refused.await.is_err());
        assert!(changes.try_recv().is_err(), "what was undone is no news");

        world.place(|_| {}).await.unwrap();
        let change = timeout(SOON, changes.recv()).await.unwrap().unwrap();
        assert_eq!((change.subject, change.origin), (campaign.into(), Origin::Here));
    }

    async fn watchers_see_the_totals_move(world: World) {
        world.open(|_| {}).await;
        let live: Live<CampaignSummary> = Live::new(world.db.clone());
        let stop = CancellationToken::new();
        let following = tokio::spawn(live.clone().keep_up(stop.clone()));
        let (mut one, mut other) = (watch(&live).await, watch(&live).await);
        assert_eq!(one.borrow_and_update().secured_minor, 0);

        for _ in 0..5 {
            world.place(|_| {}).await.unwrap();
        }
        timeout(SOON, one.wait_for(|now| now.secured_minor == 30_000)).await.unwrap().unwrap();
        timeout(SOON, other.wait_for(|now| now.backers == 5)).await.unwrap().unwrap();
        assert!(live.watch("nichts".to_owned()).await.unwrap().is_none());

        stop.cancel();
        timeout(SOON, following).await.unwrap().unwrap();
    }
}
