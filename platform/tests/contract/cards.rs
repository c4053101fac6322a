//! Charges that fail or wait for their backer's bank, and the cards that take their place.

use std::time::Duration;

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::AttemptId;
use multitude_domain::ledger::ProviderCode;
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{PledgeState, SETUPS_A_DAY_MAX};
use multitude_domain::time::Span;
use multitude_platform::payments::Answer;
use multitude_platform::pledges::{
    self, ChangePledgeError, MovePledgeError, PlacedPledge, ReplaceOutcome, record_answer,
};
use multitude_platform::settlement::settle_due;

use crate::world::{World, contract};

async fn replace(
    world: &World,
    pledge: &PlacedPledge,
    token: &str,
) -> Result<ReplaceOutcome, ChangePledgeError> {
    let holder = world.holder(pledge.id).await;
    pledges::replace_method(&world.desk, &Actor::Guest, holder, token).await
}

/// The try that waits for the backer's bank.
async fn waiting(world: &World, placed: &PlacedPledge) -> Option<AttemptId> {
    let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    receipt.unwrap().unwrap().waiting_attempt
}

/// A campaign that charges, with one charge that waits for its backer's bank since an hour.
async fn asked(world: &World) -> (PlacedPledge, AttemptId) {
    world.goal(10_000).await;
    world.give(100_000, "ok").await;
    let asked = world.give(4_000, "charge_challenge").await;
    world.settle(Span::days(9)).await;
    world.settle(Span::hours(1)).await;
    assert_eq!(world.state_of(&asked).await, PledgeState::ActionRequired);
    let attempt = waiting(world, &asked).await.unwrap();
    (asked, attempt)
}

/// Pledges that the provider charged more than once, or not at all though they are paid.
const CHARGED_WRONGLY: &str = "
    SELECT COUNT(*) FROM pledges p WHERE p.state = 'paid' AND 1 <> (SELECT COUNT(*) FROM sandbox_operations o
        WHERE o.mandate = p.id AND o.kind = 'charge' AND o.outcome IN ('succeeded', 'lost'))";

contract! {
    async fn another_card_takes_the_place_of_a_charge_that_waits_for_its_bank(world: World) {
        let (pledge, old) = asked(world).await;
        let sandbox = world.desk.payments.sandbox().unwrap();
        assert_eq!(replace(world, &pledge, "declined").await.unwrap(), ReplaceOutcome::Declined);
        world.settle(Span::minutes(1)).await;
        assert_eq!(replace(world, &pledge, "challenge").await.unwrap(), ReplaceOutcome::Waiting);
        let setup = waiting(world, &pledge).await.unwrap();
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.state_of(&pledge).await, PledgeState::ActionRequired, "the charge waits until the other card is there");
        sandbox.confirm(setup, false).await.unwrap();
        world.settle(Span::minutes(1)).await;
        assert_eq!(waiting(world, &pledge).await, Some(old), "it can be confirmed still");

        assert_eq!(replace(world, &pledge, "ok").await.unwrap(), ReplaceOutcome::Replaced);
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.state_of(&pledge).await, PledgeState::Paid);
        assert!(sandbox.confirm(old, true).await.is_err(), "it can be made no more");
        let late = Answer::Done { reference: "late".to_owned(), payer: None, cost_minor: 0 };
        world.db.write(async |tx| record_answer(tx, &world.desk.keys, ProviderCode::Sandbox, old, &late).await).await.unwrap();
        world.settle(Span::minutes(1)).await;
        assert_eq!((world.show().await.summary.collected_minor, world.count(CHARGED_WRONGLY).await), (104_000, 0));
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        let subjects = world.subjects().await;
        assert!(!subjects.iter().any(|one| one.contains("nächster Versuch")), "no failure is announced: {subjects:?}");
    }

    async fn charge_that_was_confirmed_before_the_other_card_was_there_is_the_one_charge(world: World) {
        let (pledge, old) = asked(world).await;
        // Confirmed, and nobody was told yet.
        world.desk.payments.sandbox().unwrap().confirm(old, true).await.unwrap();
        assert_eq!(replace(world, &pledge, "ok").await.unwrap(), ReplaceOutcome::Replaced);
        settle_due(&world.desk).await.unwrap();
        world.settle(Span::hours(1)).await;

        assert_eq!(world.state_of(&pledge).await, PledgeState::Paid);
        assert_eq!((world.show().await.summary.collected_minor, world.count(CHARGED_WRONGLY).await), (104_000, 0));
        assert_eq!(world.count("SELECT COUNT(*) FROM payment_attempts WHERE kind = 'charge'").await, 2, "one for each pledge");
    }

    async fn other_card_whose_bank_asks_too_is_confirmed_or_given_up(world: World) {
        let (pledge, old) = asked(world).await;
        assert_eq!(replace(world, &pledge, "charge_challenge").await.unwrap(), ReplaceOutcome::Replaced);
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.state_of(&pledge).await, PledgeState::ActionRequired);
        let new = waiting(world, &pledge).await.unwrap();
        assert_ne!(new, old);
        world.settle(Span::hours(1)).await;
        assert_eq!(waiting(world, &pledge).await, Some(new), "nobody withdraws it");
        world.desk.payments.sandbox().unwrap().confirm(new, true).await.unwrap();
        world.settle(Span::hours(1)).await;

        assert_eq!((world.state_of(&pledge).await, world.count(CHARGED_WRONGLY).await), (PledgeState::Paid, 0));
    }

    async fn bank_that_asks_is_told_of_once_by_however_many_hear_it(world: World) {
        let (_, attempt) = asked(world).await;
        let told = async |pause_before, pause_after| {
            let keys = &world.desk.keys;
            world.db.write(async move |tx| {
                tokio::time::sleep(pause_before).await;
                record_answer(tx, keys, ProviderCode::Sandbox, attempt, &Answer::ActionRequired).await?;
                tokio::time::sleep(pause_after).await;
                Ok::<_, MovePledgeError>(())
            }).await.unwrap();
        };
        world.run(&["UPDATE payment_attempts SET state = 'pending' WHERE state = 'action_required'".to_owned()]).await;
        let asks = "SELECT COUNT(*) FROM pledge_events WHERE to_state = 'action_required'";
        assert_eq!(world.count(asks).await, 1);
        let (now, soon, then) = (Duration::ZERO, Duration::from_millis(50), Duration::from_millis(300));
        tokio::join!(told(now, then), told(soon, now));
        assert_eq!(world.count(asks).await, 2, "of the two");
    }

    async fn whoever_confirms_and_gives_another_card_at_once_is_charged_once(world: World) {
        world.goal(10_000).await;
        world.give(100_000, "ok").await;
        let mut backers = Vec::new();
        for n in 0..12 {
            backers.push(world.give(1_000 + n, "charge_challenge").await);
        }
        world.settle(Span::days(9)).await;
        world.settle(Span::hours(1)).await;
        let mut doing = Vec::new();
        for pledge in &backers {
            let old = waiting(world, pledge).await.unwrap();
            let desk = world.desk.clone();
            // Whichever is first.
            doing.push(tokio::spawn(async move { drop(desk.payments.sandbox().unwrap().confirm(old, true).await) }));
            let (desk, holder) = (world.desk.clone(), world.holder(pledge.id).await);
            doing.push(tokio::spawn(async move {
                let done = pledges::replace_method(&desk, &Actor::Guest, holder, "ok").await;
                assert!(matches!(done, Ok(ReplaceOutcome::Replaced) | Err(ChangePledgeError::Move(_))), "{done:?}");
                settle_due(&desk).await.unwrap();
            }));
        }
        for one in doing {
            one.await.unwrap();
        }
        world.settle(Span::minutes(1)).await;

        for pledge in &backers {
            assert_eq!(world.state_of(pledge).await, PledgeState::Paid);
        }
        assert_eq!(world.count(CHARGED_WRONGLY).await, 0);
        assert_eq!(world.show().await.summary.collected_minor, 100_000 + 12 * 1_000 + 66);
    }

    async fn failed_charges_are_tried_for_a_week_then_dropped(world: World) {
        world.goal(10_000).await;
        world.give(100_000, "ok").await;
        let never = world.give(6_000, "charge_declined").await;
        let third = world.give(5_000, "charge_recovers").await;
        let asleep = world.give(4_000, "charge_challenge").await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Collecting);
        assert_eq!(world.state_of(&third).await, PledgeState::ChargeFailed);
        assert_eq!(world.state_of(&asleep).await, PledgeState::ActionRequired);
        world.settle(Span::hours(47)).await;
        assert_eq!(world.state_of(&third).await, PledgeState::ChargeFailed, "not before 48 hours");
        for _ in 0..2 {
            world.settle(Span::hours(48)).await;
        }
        assert_eq!(world.state_of(&third).await, PledgeState::Paid);
        world.settle(Span::days(3)).await;

        assert_eq!(world.state_of(&never).await, PledgeState::Dropped);
        assert_eq!(world.state_of(&asleep).await, PledgeState::Dropped);
        let one = world.show().await.summary;
        assert_eq!((one.state, one.secured_minor, one.collected_minor), (CampaignState::Settled, 115_000, 105_000));
    }

    async fn another_card_is_charged_at_once_where_the_first_one_failed(world: World) {
        world.goal(10_000).await;
        world.give(100_000, "ok").await;
        let failing = world.give(6_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.state_of(&failing).await, PledgeState::ChargeFailed);
        world.settle(Span::hours(1)).await;
        assert_eq!(replace(world, &failing, "declined").await.unwrap(), ReplaceOutcome::Declined);
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.state_of(&failing).await, PledgeState::ChargeFailed, "a declined card changes nothing");
        assert_eq!(replace(world, &failing, "ok").await.unwrap(), ReplaceOutcome::Replaced);
        world.settle(Span::minutes(1)).await;

        assert_eq!(world.state_of(&failing).await, PledgeState::Paid);
        assert_eq!(world.show().await.summary.collected_minor, 106_000);
        assert!(matches!(replace(world, &failing, "ok").await, Err(ChangePledgeError::Move(_))), "paid is paid");
    }

    async fn another_card_takes_the_first_ones_place_before_the_deadline(world: World) {
        world.goal(10_000).await;
        let safe = world.give(100_000, "ok").await;
        let failing = world.give(6_000, "charge_declined").await;
        let asked = world.give(5_000, "charge_declined").await;
        assert_eq!(replace(world, &failing, "ok").await.unwrap(), ReplaceOutcome::Replaced);
        assert_eq!(replace(world, &asked, "challenge").await.unwrap(), ReplaceOutcome::Waiting);
        assert_eq!(world.state_of(&asked).await, PledgeState::Secured, "the one before stays until the bank has said yes");
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &asked.receipt).await).await.unwrap().unwrap();
        world.desk.payments.sandbox().unwrap().confirm(receipt.waiting_attempt.unwrap(), true).await.unwrap();
        let before = world.show().await.summary;
        world.settle(Span::days(9)).await;

        assert_eq!((before.secured_minor, before.backers), (111_000, 3), "totals stay");
        for one in [&safe, &failing, &asked] {
            assert_eq!(world.state_of(one).await, PledgeState::Paid);
        }
    }

    async fn other_cards_are_limited_and_their_banks_are_not_waited_for_for_ever(world: World) {
        world.goal(10_000).await;
        let pledge = world.give(6_000, "ok").await;
        for _ in 0..SETUPS_A_DAY_MAX {
            assert_eq!(replace(world, &pledge, "challenge").await.unwrap(), ReplaceOutcome::Waiting);
        }
        assert!(matches!(replace(world, &pledge, "ok").await, Err(ChangePledgeError::TooOften)));
        let open = "SELECT COUNT(*) FROM payment_attempts WHERE state = 'action_required'";
        assert_eq!(world.count(open).await, 1, "only the newest is waited for");
        world.settle(Span::hours(25)).await;

        assert_eq!((world.count(open).await, world.state_of(&pledge).await), (0, PledgeState::Secured));
        assert_eq!(replace(world, &pledge, "ok").await.unwrap(), ReplaceOutcome::Replaced);
        world.settle(Span::days(8)).await;
        assert!(matches!(replace(world, &pledge, "ok").await, Err(ChangePledgeError::Move(_))));
    }

    async fn confirmed_charge_is_paid(world: World) {
        world.goal(10_000).await;
        world.give(100_000, "ok").await;
        let asked = world.give(4_000, "charge_challenge").await;
        world.settle(Span::days(9)).await;
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &asked.receipt).await).await.unwrap().unwrap();
        world.desk.payments.sandbox().unwrap().confirm(receipt.waiting_attempt.unwrap(), true).await.unwrap();
        world.settle(Span::hours(1)).await;

        assert_eq!(world.state_of(&asked).await, PledgeState::Paid);
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
    }
}
