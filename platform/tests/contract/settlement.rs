//! Deadlines: closing, the one decision, charging with retries, dropping, releasing, settling.

use std::time::Duration;

use multitude_domain::campaign::CampaignState;
use multitude_domain::id::{AttemptId, CampaignId, UserId};
use multitude_domain::ledger::ProviderCode;
use multitude_domain::matching::RatioRule;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Relation};
use multitude_domain::pledge::{PaymentMethod, PledgeState, SETUPS_A_DAY_MAX};
use multitude_domain::time::Span;
use multitude_domain::view::CapturedMailView;
use multitude_platform::campaigns::{add_member, cancel_campaign, suspend_campaign};
use multitude_platform::db::StoreError;
use multitude_platform::payments::{Answer, account_hash};
use multitude_platform::pledges::{
    self, ChangePledgeError, MovePledgeError, PlacePledge, PlacePledgeError, PlacedPledge, ReplaceOutcome,
    record_answer,
};
use multitude_platform::pools::{NewPool, open_pool};
use multitude_platform::rows;
use multitude_platform::settlement::{
    MoveCampaignError, find_statement, pay_out, settle_due, state_delivery, verify_payee,
};

use crate::world::{World, contract};

/// A campaign that needs so much, and closes in nine days.
async fn goal(world: &World, goal_minor: i64) -> CampaignId {
    world
        .open(|new| {
            new.draft.goal_minor = goal_minor;
            new.draft.budget = Vec::new();
        })
        .await
}

/// Gives a campaign a team, and says where its mails go.
async fn owned(world: &World, id: CampaignId) -> &'static str {
    let (email, owner) = ("team@example.ch", world.user("team@example.ch").await);
    world
        .db
        .write(async |tx| {
            rows!(
                tx,
                sqlx::query("UPDATE campaigns SET owner_id = $2 WHERE id = $1")
                    .bind(id.uuid())
                    .bind(owner.uuid())
            )?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    email
}

/// Gives a campaign a pool that adds a franc for three.
async fn matched(world: &World, id: CampaignId) {
    let new = NewPool {
        name: "Klimafonds".to_owned(),
        giver: "Stadt Aarwil".to_owned(),
        currency: Currency::CHF,
        rule: RatioRule { adds: 1, per: 3, campaign_minor_max: 1_000_000 },
        funded_minor: 100_000,
        campaigns: vec![id],
        livemode: false,
    };
    world.db.write(async |tx| open_pool(tx, &new).await).await.unwrap();
}

/// What somebody was mailed, oldest first.
async fn mails_to(world: &World, email: &str) -> Vec<CapturedMailView> {
    world.mails().await.into_iter().filter(|mail| mail.email == email).collect()
}

async fn give(world: &World, minor: i64, token: &str) -> PlacedPledge {
    world
        .place(|new| {
            new.wish.amount = Money::new(minor, Currency::CHF);
            new.token = token.to_owned();
            new.backer.email = Some(format!("{token}-{minor}@example.ch"));
        })
        .await
        .unwrap()
}

fn by_bank(token: &'static str, minor: i64) -> impl FnOnce(&mut PlacePledge) {
    move |new| {
        new.wish.amount = Money::new(minor, Currency::CHF);
        new.wish.method = PaymentMethod::Bank;
        new.token = token.to_owned();
    }
}

async fn replace(
    world: &World,
    pledge: &PlacedPledge,
    token: &str,
) -> Result<ReplaceOutcome, ChangePledgeError> {
    pledges::replace_method(&world.desk, &Actor::Guest, Relation::Backer, pledge.id, token).await
}

async fn state(world: &World) -> CampaignState {
    world.show().await.summary.state
}

async fn total(world: &World, statement: &'static str) -> i64 {
    world.count(statement).await
}

/// The try that waits for the backer's bank.
async fn waiting(world: &World, placed: &PlacedPledge) -> Option<AttemptId> {
    let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    receipt.unwrap().unwrap().waiting_attempt
}

/// A campaign that charges, with one charge that waits for its backer's bank since an hour.
async fn asked(world: &World) -> (PlacedPledge, AttemptId) {
    goal(world, 10_000).await;
    give(world, 100_000, "ok").await;
    let asked = give(world, 4_000, "charge_challenge").await;
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
        assert_eq!((world.show().await.summary.collected_minor, total(world, CHARGED_WRONGLY).await), (104_000, 0));
        assert_eq!(state(world).await, CampaignState::Settled);
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
        assert_eq!((world.show().await.summary.collected_minor, total(world, CHARGED_WRONGLY).await), (104_000, 0));
        assert_eq!(total(world, "SELECT COUNT(*) FROM payment_attempts WHERE kind = 'charge'").await, 2, "one for each pledge");
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

        assert_eq!((world.state_of(&pledge).await, total(world, CHARGED_WRONGLY).await), (PledgeState::Paid, 0));
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
        goal(world, 10_000).await;
        give(world, 100_000, "ok").await;
        let mut backers = Vec::new();
        for n in 0..12 {
            backers.push(give(world, 1_000 + n, "charge_challenge").await);
        }
        world.settle(Span::days(9)).await;
        world.settle(Span::hours(1)).await;
        let mut doing = Vec::new();
        for pledge in &backers {
            let old = waiting(world, pledge).await.unwrap();
            let desk = world.desk.clone();
            // Whichever is first.
            doing.push(tokio::spawn(async move { drop(desk.payments.sandbox().unwrap().confirm(old, true).await) }));
            let (desk, id) = (world.desk.clone(), pledge.id);
            doing.push(tokio::spawn(async move {
                let done = pledges::replace_method(&desk, &Actor::Guest, Relation::Backer, id, "ok").await;
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
        assert_eq!(total(world, CHARGED_WRONGLY).await, 0);
        assert_eq!(world.show().await.summary.collected_minor, 100_000 + 12 * 1_000 + 66);
    }

    async fn reached_goal_charges_every_backer_once_and_pays_the_fees(world: World) {
        goal(world, 10_000).await;
        let one = give(world, 6_000, "ok").await;
        let two = give(world, 4_000, "charge_lost").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;

        assert_eq!(state(world).await, CampaignState::Settled);
        assert_eq!((world.state_of(&one).await, world.state_of(&two).await), (PledgeState::Paid, PledgeState::Paid));
        assert_eq!(world.show().await.summary.collected_minor, 10_000);
        let (platform, provider) = (500, 90 + 25 + 60 + 25);
        assert_eq!(total(world, "SELECT fees_minor FROM campaign_totals").await, platform + provider);
        assert_eq!(total(world, "SELECT escrow_minor FROM campaign_totals").await, 10_000 - platform - provider);
        assert_eq!(total(world, "SELECT COUNT(*) FROM sandbox_operations WHERE kind = 'charge'").await, 2);
        assert_eq!(settle_due(&world.desk).await.unwrap(), 0, "settled once");
    }

    async fn missed_goal_charges_nobody(world: World) {
        goal(world, 10_001).await;
        let one = give(world, 6_000, "ok").await;
        give(world, 4_000, "ok").await;
        world.settle(Span::days(9)).await;

        assert_eq!(state(world).await, CampaignState::Closed);
        assert_eq!(world.state_of(&one).await, PledgeState::Released);
        assert_eq!(world.sums().await, (0, 10_000, 0, 2), "secured is frozen and shown unchanged");
        assert_eq!(total(world, "SELECT COUNT(*) FROM payment_attempts WHERE kind = 'charge'").await, 0);
    }

    async fn nothing_is_decided_a_microsecond_before_the_deadline(world: World) {
        goal(world, 1_000).await;
        give(world, 6_000, "ok").await;
        world.settle(Span::days(9).less(Span::micros(1))).await;
        assert_eq!(state(world).await, CampaignState::Live);
        world.settle(Span::micros(1)).await;

        assert_eq!(state(world).await, CampaignState::Settled);
        let late = world.place(|_| ()).await;
        assert!(matches!(late, Err(PlacePledgeError::Closed { .. })));
    }

    async fn failed_charges_are_tried_for_a_week_then_dropped(world: World) {
        goal(world, 10_000).await;
        give(world, 100_000, "ok").await;
        let never = give(world, 6_000, "charge_declined").await;
        let third = give(world, 5_000, "charge_recovers").await;
        let asleep = give(world, 4_000, "charge_challenge").await;
        world.settle(Span::days(9)).await;
        assert_eq!(state(world).await, CampaignState::Collecting);
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
        goal(world, 10_000).await;
        give(world, 100_000, "ok").await;
        let failing = give(world, 6_000, "charge_declined").await;
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
        goal(world, 10_000).await;
        let safe = give(world, 100_000, "ok").await;
        let failing = give(world, 6_000, "charge_declined").await;
        let asked = give(world, 5_000, "charge_declined").await;
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
        goal(world, 10_000).await;
        let pledge = give(world, 6_000, "ok").await;
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
        goal(world, 10_000).await;
        give(world, 100_000, "ok").await;
        let asked = give(world, 4_000, "charge_challenge").await;
        world.settle(Span::days(9)).await;
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &asked.receipt).await).await.unwrap().unwrap();
        world.desk.payments.sandbox().unwrap().confirm(receipt.waiting_attempt.unwrap(), true).await.unwrap();
        world.settle(Span::hours(1)).await;

        assert_eq!(world.state_of(&asked).await, PledgeState::Paid);
        assert_eq!(state(world).await, CampaignState::Settled);
    }

    async fn transfers_on_their_way_are_waited_for_where_they_could_decide(world: World) {
        goal(world, 10_000).await;
        give(world, 6_000, "ok").await;
        // Announced on Thursday 4 March; on the statement a week later, with Tuesday's value date; the deadline is between.
        world.settle(Span::days(3)).await;
        let late = world.place(by_bank("late", 4_000)).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(state(world).await, CampaignState::Closing);
        assert_eq!(world.state_of(&late).await, PledgeState::AwaitingFunds);
        world.settle(Span::days(3)).await;

        assert_eq!(world.state_of(&late).await, PledgeState::Paid);
        assert_eq!(world.sums().await, (0, 10_000, 0, 2));
        assert_eq!(state(world).await, CampaignState::Settled);
        assert_eq!(total(world, "SELECT banked_minor FROM campaign_totals").await, 4_000);
    }

    async fn transfers_that_could_not_decide_are_not_waited_for(world: World) {
        goal(world, 10_001).await;
        give(world, 6_000, "ok").await;
        let never = world.place(by_bank("lost", 4_000)).await.unwrap();
        world.settle(Span::days(9)).await;

        assert_eq!(state(world).await, CampaignState::Closed);
        assert_eq!(world.state_of(&never).await, PledgeState::Expired);
    }

    async fn transfers_go_back_where_the_goal_is_missed(world: World) {
        goal(world, 100_000).await;
        let arrived = world.place(by_bank("ok", 4_000)).await.unwrap();
        let short = world.place(by_bank("challenge", 5_000)).await.unwrap();
        world.settle(Span::minutes(2)).await;
        assert_eq!(total(world, "SELECT waiting_minor FROM campaign_totals").await, 8_900);
        world.settle(Span::days(9)).await;

        assert_eq!(world.state_of(&arrived).await, PledgeState::Refunded);
        assert_eq!(world.state_of(&short).await, PledgeState::Refunded);
        assert_eq!(total(world, "SELECT waiting_minor FROM campaign_totals").await, 0);
        assert_eq!(state(world).await, CampaignState::Closed);
    }

    async fn match_money_follows_the_outcome(world: World) {
        let id = goal(world, 8_000).await;
        matched(world, id).await;
        give(world, 6_000, "ok").await;
        give(world, 900, "ok").await;
        give(world, 600, "charge_declined").await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.show().await.summary.matched_minor, 2_500, "7,500 and 2,500 reach 8,000");
        world.settle(Span::days(8)).await;

        assert_eq!(state(world).await, CampaignState::Settled);
        let posted = "SELECT posted_minor FROM campaign_totals";
        assert_eq!((total(world, posted).await, world.show().await.summary.matched_minor), (0, 2_300));
        // It turns out that the money is paid to the account that one of the pledges came from: the pool's is not.
        let account = account_hash(&world.desk.keys, "card-ok-900@example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, account).await).await.unwrap();
        assert_eq!(world.show().await.summary.matched_minor, 2_000);
        let corrected = account_hash(&world.desk.keys, "card-nobody@example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, corrected).await).await.unwrap();
        world.db.write(async |tx| pay_out(tx, &Actor::System, id).await).await.unwrap();
        assert_eq!(total(world, posted).await, 2_000, "what is decided brings no new match");
        assert_eq!(total(world, "SELECT used_minor FROM pools").await, 2_000);
    }

    async fn what_was_reached_stands_still_when_matches_are_given_back(world: World) {
        let id = goal(world, 10_000).await;
        let owner = owned(world, id).await;
        matched(world, id).await;
        give(world, 6_300, "ok").await;
        world.settle(Span::days(9)).await;

        let missed = world.show().await.summary;
        assert_eq!((missed.state, missed.matched_minor), (CampaignState::Closed, 0));
        assert_eq!((missed.counted_minor(), missed.reached_percent()), (8_400, 84));
        assert_eq!(total(world, "SELECT reached_bp FROM campaign_totals").await, 8_400);
        let told = mails_to(world, owner).await.pop().unwrap();
        assert_eq!(told.subject, "Kühle schatten schloss bei 84\u{a0}%");
        assert!(told.text.contains("CHF\u{a0}63.00 gesichert und CHF\u{a0}21.00 aus Töpfen, von CHF\u{a0}100.00"), "{}", told.text);
    }

    async fn what_was_reached_stands_still_where_a_campaign_is_stopped(world: World) {
        let id = goal(world, 100_000).await;
        matched(world, id).await;
        let placed = give(world, 6_000, "ok").await;
        world.db.write(async |tx| suspend_campaign(tx, &Actor::System, id, "Wir prüfen.").await).await.unwrap();
        world.db.write(async |tx| cancel_campaign(tx, &Actor::System, id, "Es geht nicht.").await).await.unwrap();
        world.settle(Span::ZERO).await;
        let stopped = world.show().await.summary;
        assert_eq!((stopped.state, stopped.matched_minor, stopped.reached_percent()), (CampaignState::Closed, 0, 8));
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!((receipt.state, receipt.decided_at), (PledgeState::Released, None), "it missed nothing");
    }

    async fn statement_adds_up_from_gross_to_net(world: World) {
        let id = goal(world, 10_000).await;
        let owner = owned(world, id).await;
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        matched(world, id).await;
        give(world, 9_000, "ok").await;
        give(world, 600, "charge_declined").await;
        world.settle(Span::days(9)).await;
        let reached = mails_to(world, owner).await.pop().unwrap();
        // 5 % of 96.00; 1.5 % of it and twice 0.25; 5 % are kept.
        for line in ["Gesichert: CHF\u{a0}96.00\n", "Aus Töpfen: CHF\u{a0}32.00\n", "Gebühren: CHF\u{a0}\u{2212}6.74\n",
            "geliefert ist: CHF\u{a0}\u{2212}4.80\n", "etwa: CHF\u{a0}116.46\n", "Haltet den rechtlichen Namen"] {
            assert!(reached.text.contains(line), "{line} in {}", reached.text);
        }
        world.settle(Span::days(1)).await;
        let failing = mails_to(world, owner).await.pop().unwrap();
        assert_eq!(failing.subject, "Kühle schatten: 1 Belastung hat noch nicht geklappt");
        assert!(failing.text.contains("CHF\u{a0}6.00"), "{}", failing.text);
        world.settle(Span::days(8)).await;
        let mails = mails_to(world, owner).await;
        let [.., settled, identity] = &mails[..] else { panic!("{mails:?}") };
        // 5 % of 90.00, 1.5 % of it and 0.25; the match of what was dropped is the pool's again.
        for line in ["Eingezogen: CHF\u{a0}90.00\n", "Aus Töpfen: CHF\u{a0}30.00\n", "Gebühren: CHF\u{a0}\u{2212}6.10\n",
            "Zurückgezahlt: CHF\u{a0}0.00\n", "geliefert ist: CHF\u{a0}\u{2212}4.50\n", "Für euch: CHF\u{a0}109.40\n",
            "1 Zusage von CHF\u{a0}6.00 liess sich nicht einziehen"] {
            assert!(settled.text.contains(line), "{line} in {}", settled.text);
        }
        assert_eq!(identity.subject, "Kühle schatten: Identität zu prüfen");
        assert!(identity.text.contains("CHF\u{a0}109.40 warten auf euch"), "{}", identity.text);
        assert_eq!(mails_to(world, "tobias@example.ch").await.len(), mails.len(), "everybody of the team is told");
        world.db.write(async |tx| {
            verify_payee(tx, &Actor::System, id, [1; 32]).await?;
            pay_out(tx, &Actor::System, id).await
        }).await.unwrap();
        let paid = mails_to(world, owner).await.pop().unwrap();
        assert!(paid.text.contains("Jetzt ausgezahlt: CHF\u{a0}109.40\n"), "{}", paid.text);
        assert_eq!(total(world, "SELECT paid_out_minor FROM campaign_totals").await, 10_940);
    }

    async fn short_campaign_needs_its_teams_word(world: World) {
        let owner = UserId::new(uuid::Uuid::from_u128(5));
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("INSERT INTO users (id, email, name, locale, created_at) VALUES ($1, 'lea@team.ch', 'Lea', 'de', 0)")
                .bind(owner.uuid()))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        let id = world.open(|new| { new.draft.goal_minor = 10_000; new.owner = Some(owner); }).await;
        give(world, 6_000, "ok").await;
        give(world, 4_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        assert_eq!(state(world).await, CampaignState::Collecting, "60 % of the goal: somebody must say that it will do");
        let say = async |actor: Actor| world.db.write(async |tx| state_delivery(tx, &actor, id).await).await;
        assert!(say(Actor::Guest).await.is_err());
        let team = Actor::Member { user: owner, roles: Vec::new() };
        let asked = async |actor: &Actor| world.db.read(async |tx| find_statement(tx, actor, "schatten").await).await.unwrap();
        assert!(asked(&Actor::Guest).await.is_none(), "nobody else is told that a team is asked");
        let question = asked(&team).await.unwrap();
        assert_eq!((question.collected_minor, question.is_open, question.is_given), (6_000, true, false));
        say(team.clone()).await.unwrap();
        say(team.clone()).await.unwrap();
        assert!(asked(&team).await.unwrap().is_given, "said twice is said once");
        world.settle(Span::minutes(1)).await;

        assert_eq!(state(world).await, CampaignState::Settled);
    }

    async fn word_of_a_team_that_comes_too_late_stops_no_refund(world: World) {
        let owner = world.user("lea@team.ch").await;
        let id = world.open(|new| { new.draft.goal_minor = 10_000; new.owner = Some(owner); }).await;
        let paid = give(world, 6_000, "ok").await;
        give(world, 4_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        world.db.ambient().advance(Span::days(7));
        let say = async || world.db.write(async |tx| {
            state_delivery(tx, &Actor::Member { user: owner, roles: Vec::new() }, id).await
        }).await;
        assert!(say().await.is_err(), "the week is over");
        world.settle(Span::micros(0)).await;

        assert_eq!(world.state_of(&paid).await, PledgeState::Refunded);
        assert!(say().await.is_err(), "nothing is left to deliver with");
        let paid_out = world.db.write(async |tx| {
            verify_payee(tx, &Actor::System, id, [1; 32]).await?;
            pay_out(tx, &Actor::System, id).await
        }).await;
        assert!(matches!(paid_out, Err(MoveCampaignError::NothingToPay)), "{paid_out:?}");
        assert_eq!(state(world).await, CampaignState::Settled);
    }

    async fn silent_team_has_everything_refunded(world: World) {
        goal(world, 10_000).await;
        let paid = give(world, 6_000, "ok").await;
        give(world, 4_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        world.settle(Span::days(7)).await;

        assert_eq!(world.state_of(&paid).await, PledgeState::Refunded);
        let one = world.show().await.summary;
        assert_eq!((one.state, one.collected_minor, one.secured_minor), (CampaignState::Settled, 0, 10_000));
    }

    async fn suspended_campaign_waits_and_then_lets_everybody_go(world: World) {
        let id = goal(world, 1_000).await;
        let given = give(world, 6_000, "ok").await;
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE campaigns SET state = 'suspended' WHERE id = $1").bind(id.uuid()))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        world.settle(Span::days(22)).await;
        assert_eq!(state(world).await, CampaignState::Suspended);
        world.settle(Span::days(1)).await;

        assert_eq!(state(world).await, CampaignState::Closed);
        assert_eq!(world.state_of(&given).await, PledgeState::Released);
    }

    async fn scheduled_campaign_opens_at_its_time(world: World) {
        world.open(|new| {
            new.state = CampaignState::Scheduled;
            new.opens_at = Some(crate::world::start().plus(Span::days(2)));
        }).await;
        world.settle(Span::days(1)).await;
        assert_eq!(state(world).await, CampaignState::Scheduled);
        world.settle(Span::days(1)).await;
        assert_eq!(state(world).await, CampaignState::Live);
    }

    async fn two_settlers_at_once_charge_once(world: World) {
        goal(world, 10_000).await;
        for n in 0..40 {
            give(world, 1_000 + n, "ok").await;
        }
        world.db.ambient().advance(Span::days(9));
        let settlers = (0..4).map(|_| {
            let desk = world.desk.clone();
            tokio::spawn(async move {
                // Whoever finds something changed meanwhile comes back in the next round.
                for _ in 0..20 {
                    let _ = settle_due(&desk).await;
                }
            })
        });
        for settler in settlers.collect::<Vec<_>>() {
            settler.await.unwrap();
        }
        world.settle(Span::minutes(1)).await;

        assert_eq!(state(world).await, CampaignState::Settled);
        assert_eq!(total(world, "SELECT COUNT(*) FROM sandbox_operations WHERE kind = 'charge'").await, 40);
        assert_eq!(total(world, "SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'capture'").await, 40);
    }
}
