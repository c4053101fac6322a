//! Limited rewards that a browser holds while it checks out.

use multitude_domain::id::RewardId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::Proof;
use multitude_domain::time::Span;

use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::{
    self, ExtendOutcome, Hold, HoldOutcome, Holder, PlacePledge, PlacePledgeError,
};

use crate::world::{World, contract, pledge, start, wants};

fn browser(n: u8) -> Holder {
    Holder { browser: [n; 32], address: [n; 32] }
}

async fn hold(world: &World, id: RewardId, holder: &Holder) -> Result<HoldOutcome, PlacePledgeError> {
    hold_some(world, id, holder, 1, Proof::Unproved).await
}

async fn hold_some(
    world: &World,
    id: RewardId,
    holder: &Holder,
    qty: u32,
    proof: Proof,
) -> Result<HoldOutcome, PlacePledgeError> {
    let mut new = pledge(60_000 * i64::from(qty));
    wants(id)(&mut new);
    new.wish.amount = Money::new(60_000 * i64::from(qty), Currency::CHF);
    new.wish.reward = Some((id, qty));
    world.db.write(async |tx| pledges::hold_reward(tx, "schatten", &new.wish, holder, proof).await).await
}

async fn keep(world: &World, holder: &Holder, proof: Proof) -> ExtendOutcome {
    let keep = async |tx: &mut Tx| {
        let campaign = world_campaign(tx).await?;
        pledges::extend_hold(tx, campaign, holder, proof).await
    };
    world.db.write(keep).await.unwrap()
}

/// What a browser holds: how many, how often extended, and for how many minutes more.
async fn held_by(world: &World, holder: &Holder) -> Option<(i64, i64, i64)> {
    let find = async |tx: &mut Tx| {
        let campaign = world_campaign(tx).await?;
        Ok::<_, StoreError>((pledges::find_hold(tx, campaign, holder).await?, tx.now().await?))
    };
    let (hold, now) = world.db.write(find).await.unwrap();
    hold.map(|hold| (hold.qty, hold.extensions, hold.until.since(now).as_seconds() / 60))
}

contract! {
    async fn held_reward_is_kept_for_its_browser_until_the_hold_ends(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(2)).await;
        let id = world.reward().await;
        let HoldOutcome::Held(held) = hold(world, id, &browser(1)).await.unwrap() else { panic!("not held") };
        assert_eq!(held.until, start().plus(Span::minutes(15)));

        let by = |n: u8| move |new: &mut PlacePledge| { wants(id)(new); new.browser = Some([n; 32]); };
        world.place(by(2)).await.unwrap();
        assert!(matches!(world.place(by(3)).await, Err(PlacePledgeError::SoldOut { .. })), "the last one is held");
        assert!(matches!(hold(world, id, &browser(3)).await, Err(PlacePledgeError::SoldOut { .. })));
        world.place(by(1)).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM reward_holds").await, 0, "a used hold is gone");
    }

    async fn hold_that_ended_is_free_again_at_once(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(1)).await;
        let id = world.reward().await;
        hold(world, id, &browser(1)).await.unwrap();
        let until = start().plus(Span::minutes(30));
        let longer = Hold { reward: id, qty: 1, until, extensions: 1 };
        assert_eq!(keep(world, &browser(1), Proof::Unproved).await, ExtendOutcome::Extended(longer));
        world.pass(Span::minutes(30).less(Span::micros(1))).await;
        assert!(world.place(wants(id)).await.is_err());
        world.pass(Span::micros(1)).await;

        assert!(world.place(wants(id)).await.is_ok());
    }

    async fn hold_is_extended_once_by_a_guest_and_further_by_the_proved(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(1)).await;
        let (id, own) = (world.reward().await, browser(1));
        hold(world, id, &own).await.unwrap();
        let ends = |minutes, extensions| Hold { reward: id, qty: 1, until: start().plus(Span::minutes(minutes)), extensions };
        assert_eq!(keep(world, &own, Proof::Unproved).await, ExtendOutcome::Extended(ends(30, 1)));
        assert_eq!(keep(world, &own, Proof::Unproved).await, ExtendOutcome::NeedsProof(ends(30, 1)));
        assert_eq!(held_by(world, &own).await, Some((1, 1, 30)), "a refusal changes nothing");

        assert_eq!(keep(world, &own, Proof::Proved).await, ExtendOutcome::Extended(ends(45, 2)));
        assert_eq!(keep(world, &own, Proof::Proved).await, ExtendOutcome::Extended(ends(60, 3)));
        assert_eq!(keep(world, &own, Proof::Unproved).await, ExtendOutcome::NeedsProof(ends(60, 3)));
        assert_eq!(keep(world, &own, Proof::Proved).await, ExtendOutcome::Extended(ends(60, 4)), "an hour ahead at most");
        assert_eq!(keep(world, &browser(2), Proof::Proved).await, ExtendOutcome::Gone, "another browser holds nothing");
        world.pass(Span::minutes(60)).await;
        assert_eq!(keep(world, &own, Proof::Proved).await, ExtendOutcome::Gone, "what has ended is not extended");
    }

    async fn hold_of_another_reward_is_no_new_beginning(world: World) {
        world.open(|new| {
            let one = new.draft.rewards[0].clone();
            new.draft.rewards.push(one);
        }).await;
        let (id, own) = (world.reward().await, browser(1));
        let other = world.show().await.rewards[1].id;
        hold(world, id, &own).await.unwrap();
        keep(world, &own, Proof::Unproved).await;
        hold(world, other, &own).await.unwrap();
        hold(world, id, &own).await.unwrap();
        assert_eq!(held_by(world, &own).await, Some((1, 1, 15)));
        assert!(matches!(keep(world, &own, Proof::Unproved).await, ExtendOutcome::NeedsProof(_)));
    }

    async fn hold_of_another_number_keeps_its_end_and_its_extensions(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(4)).await;
        let (id, own) = (world.reward().await, browser(1));
        let change = async |qty| hold_some(world, id, &own, qty, Proof::Unproved).await.unwrap();
        change(1).await;
        keep(world, &own, Proof::Unproved).await;
        world.db.ambient().advance(Span::minutes(10));
        let held = |qty| HoldOutcome::Held(Hold { reward: id, qty, until: start().plus(Span::minutes(30)), extensions: 1 });
        assert_eq!(change(2).await, held(2));
        assert_eq!(change(1).await, held(1));
        assert_eq!(held_by(world, &own).await, Some((1, 1, 20)), "no fresh quarter of an hour");
        assert!(matches!(keep(world, &own, Proof::Unproved).await, ExtendOutcome::NeedsProof(_)));

        assert_eq!(change(3).await, HoldOutcome::NotHeld, "more than half");
        assert_eq!(held_by(world, &own).await, Some((1, 1, 20)), "what was held stays so");
        let sold_out = hold_some(world, id, &own, 5, Proof::Unproved).await;
        assert!(matches!(sold_out, Err(PlacePledgeError::SoldOut { .. })));
        assert_eq!(held_by(world, &own).await, Some((1, 1, 20)));
    }

    async fn hold_can_always_be_made_smaller(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(6)).await;
        let (id, own) = (world.reward().await, browser(1));
        hold_some(world, id, &own, 3, Proof::Unproved).await.unwrap();
        hold_some(world, id, &browser(2), 3, Proof::Proved).await.unwrap();

        let fewer = hold_some(world, id, &own, 2, Proof::Unproved).await;
        assert!(matches!(fewer, Ok(HoldOutcome::Held(Hold { qty: 2, .. }))), "{fewer:?}");
    }

    async fn whoever_proved_an_address_holds_whatever_has_room(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(8)).await;
        let id = world.reward().await;
        let by = async |n, qty, proof| hold_some(world, id, &browser(n), qty, proof).await;
        assert!(matches!(by(1, 4, Proof::Unproved).await, Ok(HoldOutcome::Held(_))));
        assert_eq!(by(2, 1, Proof::Unproved).await.unwrap(), HoldOutcome::NotHeld);
        assert!(matches!(by(2, 3, Proof::Proved).await, Ok(HoldOutcome::Held(_))));
        assert!(matches!(by(3, 2, Proof::Proved).await, Err(PlacePledgeError::SoldOut { .. })));
        assert!(matches!(by(3, 1, Proof::Proved).await, Ok(HoldOutcome::Held(_))), "the very last one");
    }

    async fn holds_that_ended_are_swept_away(world: World) {
        world.open(|_| ()).await;
        let id = world.reward().await;
        hold(world, id, &browser(1)).await.unwrap();
        world.db.ambient().advance(Span::minutes(14));
        hold(world, id, &browser(2)).await.unwrap();
        let forget = async || world.db.write(async |tx| pledges::forget_old_holds(tx).await).await.unwrap();
        assert_eq!(forget().await, 0);
        world.db.ambient().advance(Span::minutes(1));

        assert_eq!(forget().await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM reward_holds").await, 1);
    }

    async fn holds_leave_half_to_those_who_pay(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(8)).await;
        let id = world.reward().await;
        for n in 1..=4 {
            assert!(matches!(hold(world, id, &browser(n)).await, Ok(HoldOutcome::Held(_))), "{n}");
        }
        assert_eq!(hold(world, id, &browser(5)).await.unwrap(), HoldOutcome::NotHeld);
        assert!(world.place(wants(id)).await.is_ok(), "what is not held is for sale");
    }

    async fn one_address_holds_three(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(100)).await;
        let id = world.reward().await;
        for n in 1..=4_u8 {
            let holder = Holder { browser: [n; 32], address: [9; 32] };
            let is_held = matches!(hold(world, id, &holder).await, Ok(HoldOutcome::Held(_)));
            assert_eq!(is_held, n <= 3, "{n}");
        }
        let fourth = Holder { browser: [4; 32], address: [9; 32] };
        assert_eq!(hold_some(world, id, &fourth, 1, Proof::Proved).await.unwrap(), HoldOutcome::NotHeld, "a proof is no more room");
        assert!(matches!(hold(world, id, &browser(1)).await, Ok(HoldOutcome::Held(_))), "its own hold stays");
    }
}

async fn world_campaign(tx: &mut Tx) -> Result<uuid::Uuid, StoreError> {
    Ok(multitude_platform::on!(tx, c => sqlx::query_scalar("SELECT id FROM campaigns").fetch_one(c).await)?)
}
