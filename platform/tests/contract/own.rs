//! Nobody decides about what is their own, whatever they are trusted with.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::UserId;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::time::Span;
use multitude_platform::campaigns::{ChangeCampaignError, decline_campaign, suspend_campaign};
use multitude_platform::pledges::{self, ChangePledgeError};
use multitude_platform::settlement::{MoveCampaignError, pay_out, verify_payee};

use crate::world::contract;

fn trusted(user: UserId) -> Actor {
    Actor::Member { user, roles: Role::ALL.to_vec() }
}

contract! {
    async fn team_with_every_role_does_not_decide_about_its_campaign(world: World) {
        let owner = world.user("team@example.ch").await;
        let (team, other) = (trusted(owner), trusted(world.user("other@example.ch").await));
        let id = world.open(|new| (new.owner, new.state) = (Some(owner), CampaignState::InReview)).await;
        let decline = async |actor: &Actor| {
            world.db.write(async |tx| decline_campaign(tx, actor, id, "Nein.").await).await
        };
        assert!(matches!(decline(&team).await, Err(ChangeCampaignError::Denied)));
        decline(&other).await.unwrap();
    }

    async fn team_neither_pauses_nor_pays_itself(world: World) {
        let owner = world.user("team@example.ch").await;
        let (team, other) = (trusted(owner), trusted(world.user("other@example.ch").await));
        let id = world.open(|new| (new.owner, new.draft.goal_minor) = (Some(owner), 6_000)).await;
        world.place(|_| ()).await.unwrap();
        let paused = world.db.write(async |tx| suspend_campaign(tx, &team, id, "Pause.").await).await;
        assert!(matches!(paused, Err(ChangeCampaignError::Denied)));
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        let paid = world.db.write(async |tx| pay_out(tx, &team, id).await).await;
        assert!(matches!(paid, Err(MoveCampaignError::Denied)));
        assert_eq!(world.show().await.summary.state, CampaignState::Settled);
        world.db.write(async |tx| verify_payee(tx, &other, id, [1; 32]).await).await.unwrap();
        world.db.write(async |tx| pay_out(tx, &other, id).await).await.unwrap();
    }

    async fn backing_is_what_has_not_ended_of_ones_own(world: World) {
        let (backer, other) = (world.user("lea@example.ch").await, world.user("other@example.ch").await);
        let campaign = world.open(|_| ()).await;
        let by = |user| move |new: &mut pledges::PlacePledge| new.backer.user = Some(user);
        let backing = async |user| {
            let keys = world.desk.keys.clone();
            world.db.read(async move |tx| pledges::find_backing(tx, &keys, user, campaign).await).await.unwrap()
        };
        assert_eq!(backing(backer).await, None);
        let first = world.place(by(backer)).await.unwrap();
        world.place(by(other)).await.unwrap();
        assert_eq!(backing(backer).await.unwrap().receipt, first.receipt);
        let second = world.place(by(backer)).await.unwrap();
        let both = backing(backer).await.unwrap();
        assert_eq!((both.receipt, both.amount_minor), (second.receipt.clone(), 12_000));
        world.cancel(&second).await.unwrap();
        let one = backing(backer).await.unwrap();
        assert_eq!((one.receipt, one.amount_minor), (first.receipt, 6_000));
    }

    async fn large_pledge_is_looked_at_by_somebody_else(world: World) {
        let (owner, backer) = (world.user("team@example.ch").await, world.user("lea@example.ch").await);
        world.open(|new| new.owner = Some(owner)).await;
        let large = world.place(|new| {
            new.wish.amount = multitude_domain::money::Money::new(900_000, multitude_domain::money::Currency::CHF);
            new.backer.user = Some(backer);
            new.backer.email = Some("Guest+sol@example.ch".to_owned());
        }).await.unwrap();
        let guest = world.user("guest@example.ch").await;
        let look = async |actor: Actor| {
            world.db.write(async move |tx| pledges::review_pledge(tx, &actor, large.id).await).await
        };
        for own in [owner, backer, guest] {
            assert!(matches!(look(trusted(own)).await, Err(ChangePledgeError::Denied)));
        }
        assert_eq!(world.sums().await, (900_000, 0, 0, 0));
        look(trusted(world.user("other@example.ch").await)).await.unwrap();
        assert_eq!(world.sums().await, (0, 900_000, 0, 1));
    }
}
