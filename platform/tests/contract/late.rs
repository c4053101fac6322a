//! What comes late, differs, or was taken back: transfers, charges, confirmations. All of it ends, and all
//! money finds its way.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::ledger::ProviderCode;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::{PledgeFault, PledgeState};
use multitude_domain::time::Span;
use multitude_platform::campaigns::resume_campaign;
use multitude_platform::db::StoreError;
use multitude_platform::payments::{Received, receive_event};
use multitude_platform::pledges::{
    self, ChangePledgeError, PlacePledge, PlacedPledge, accept_transfer, return_transfer,
};
use multitude_platform::rows;
use multitude_platform::settlement::{MoveCampaignError, complete, pay_out, settle_due, verify_payee};

use crate::world::{World, by_bank, contract};

async fn by_card(world: &World, token: &'static str, minor: i64) -> PlacedPledge {
    world
        .place(|new| {
            new.wish.amount = Money::new(minor, Currency::CHF);
            new.token = token.to_owned();
            new.backer.email = Some(format!("{token}-{minor}@example.ch"));
        })
        .await
        .unwrap()
}

async fn waiting_minor(world: &World) -> i64 {
    world.count("SELECT waiting_minor FROM campaign_totals").await
}

fn moderator() -> Actor {
    Actor::Member { user: multitude_domain::id::UserId::new(uuid::Uuid::nil()), roles: vec![Role::Moderator] }
}

contract! {
    async fn arrived_money_goes_back_when_its_pledge_is_taken_back(world: World) {
        world.goal(10_000).await;
        let placed = world.place(by_bank("ok", 4_000)).await.unwrap();
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        let reference = receipt.bank_reference.unwrap();
        let mails = world.mails().await;
        assert!(mails[0].text.contains(&reference.to_string()), "page and mail name the same reference");
        world.pass(Span::minutes(2)).await;
        assert_eq!(world.state_of(&placed).await, PledgeState::Funded);
        world.cancel(&placed).await.unwrap();
        world.pass(Span::minutes(1)).await;

        assert_eq!(world.state_of(&placed).await, PledgeState::Refunded);
        assert_eq!(waiting_minor(world).await, 0);
        by_card(world, "ok", 20_000).await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Settled, "nothing holds it up");
    }

    async fn money_of_a_pledge_that_was_taken_back_goes_back_when_it_comes(world: World) {
        world.goal(10_000).await;
        let placed = world.place(by_bank("late", 4_000)).await.unwrap();
        world.cancel(&placed).await.unwrap();
        world.settle(Span::days(8)).await;

        assert_eq!(world.state_of(&placed).await, PledgeState::Refunded);
        assert_eq!(world.count("SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'bank_in'").await, 1);
        assert_eq!(waiting_minor(world).await, 0);
        assert_eq!(world.campaign_state().await, CampaignState::Live);
    }

    async fn exact_money_in_time_is_collected_after_the_goal_was_reached_too(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 20_000).await;
        world.settle(Span::days(3)).await;
        let slow = world.place(by_bank("late", 4_000)).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Collecting, "reached; the transfer has its banking days");
        assert_eq!(world.state_of(&slow).await, PledgeState::AwaitingFunds);
        world.settle(Span::days(3)).await;

        assert_eq!(world.state_of(&slow).await, PledgeState::Paid);
        let one = world.show().await.summary;
        assert_eq!((one.state, one.secured_minor), (CampaignState::Settled, 20_000), "secured stands still");
        assert_eq!(world.count("SELECT banked_minor FROM campaign_totals").await, 4_000);
    }

    async fn money_that_differs_goes_back_once_the_goal_is_reached(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 20_000).await;
        let short = world.place(by_bank("challenge", 4_000)).await.unwrap();
        world.settle(Span::minutes(2)).await;
        assert_eq!(world.state_of(&short).await, PledgeState::NeedsReview);
        world.settle(Span::days(9)).await;

        assert_eq!(world.state_of(&short).await, PledgeState::Refunded);
        assert_eq!(waiting_minor(world).await, 0);
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
    }

    async fn money_that_comes_when_everything_is_over_goes_back(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 1_000).await;
        world.settle(Span::days(3)).await;
        let late = world.place(by_bank("late", 2_000)).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closed, "missed, whatever comes");
        assert_eq!(world.state_of(&late).await, PledgeState::Expired);
        world.settle(Span::days(4)).await;

        assert_eq!(world.state_of(&late).await, PledgeState::Refunded);
        assert_eq!(waiting_minor(world).await, 0);
    }

    async fn what_was_chosen_is_given_back_once(world: World) {
        world.goal(10_000_000).await;
        let reward = world.show().await.rewards[0].id;
        let choose = |token: &'static str| move |new: &mut PlacePledge| {
            by_bank(token, 60_000)(new);
            new.wish.reward = Some((reward, 1));
            new.wish.region = Some("CH".to_owned());
        };
        let left = async || world.show().await.rewards[0].left;
        // Nobody else has any: what was given back twice would be less than none.
        let over = world.place(choose("late")).await.unwrap();
        world.cancel(&over).await.unwrap();
        world.settle(Span::days(8)).await;
        assert_eq!((world.state_of(&over).await, left().await), (PledgeState::Refunded, Some(8)));
    }

    async fn what_was_chosen_is_taken_once_more_with_money_that_is_accepted(world: World) {
        world.goal(10_000_000).await;
        let reward = world.show().await.rewards[0].id;
        let member = world.user("lea@example.ch").await;
        let choose = |new: &mut PlacePledge| {
            by_bank("ok", 60_000)(new);
            (new.backer.user, new.backer.email) = (Some(member), Some("lea@example.ch".to_owned()));
            new.wish.reward = Some((reward, 4));
            new.wish.amount = Money::new(240_000, Currency::CHF);
            new.wish.region = Some("CH".to_owned());
        };
        let left = async || world.show().await.rewards[0].left;
        let accept = async |placed: &PlacedPledge| {
            world.db.write(async |tx| accept_transfer(tx, &moderator(), placed.id).await).await
        };
        let mut placed = Vec::new();
        for _ in 0..3 {
            placed.push(world.place(choose).await.unwrap());
            world.cancel(placed.last().unwrap()).await.unwrap();
        }
        let [back, second, third] = &placed[..] else { panic!("three") };
        assert_eq!(left().await, Some(8));
        world.pass(Span::minutes(2)).await;
        accept(back).await.unwrap();
        assert_eq!((world.state_of(back).await, left().await), (PledgeState::Funded, Some(4)));
        accept(second).await.unwrap();
        let gone = accept(third).await;
        assert!(matches!(gone, Err(ChangePledgeError::SoldOut { title }) if title == "Bank"), "it was somebody else's by then");
        assert_eq!(world.state_of(third).await, PledgeState::NeedsReview);
        let payments = world.desk.payments.clone();
        world.db.write(async |tx| return_transfer(tx, &payments, &moderator(), third.id).await).await.unwrap();
        assert_eq!(left().await, Some(0), "what was not taken is not given back");
        world.cancel(back).await.unwrap();
        assert_eq!(left().await, Some(4));
    }

    async fn refund_that_failed_is_tried_again(world: World) {
        world.goal(10_000).await;
        let placed = world.place(by_bank("ok", 4_000)).await.unwrap();
        world.pass(Span::minutes(2)).await;
        // What was chosen at the beginning is no way back: the provider declines.
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE payment_attempts SET token = 'gone'"))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        world.cancel(&placed).await.unwrap();
        world.pass(Span::minutes(1)).await;
        assert_eq!(world.state_of(&placed).await, PledgeState::RefundFailed);
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE payment_attempts SET token = 'ok'"))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        world.settle(Span::hours(47)).await;
        assert_eq!(world.state_of(&placed).await, PledgeState::RefundFailed, "not before 48 hours");
        world.settle(Span::hours(2)).await;

        assert_eq!(world.state_of(&placed).await, PledgeState::Refunded);
        assert_eq!(waiting_minor(world).await, 0);
    }

    async fn money_that_cannot_go_back_keeps_no_other(world: World) {
        world.goal(10_000).await;
        let stuck = world.place(by_bank("late", 4_000)).await.unwrap();
        let fine = world.place(by_bank("late", 3_000)).await.unwrap();
        world.cancel(&stuck).await.unwrap();
        world.cancel(&fine).await.unwrap();
        world.forbid_where("INSERT", "payment_attempts", "NEW.kind = 'refund' AND NEW.amount_minor = 4000").await;
        world.settle(Span::days(8)).await;
        assert_eq!(world.state_of(&fine).await, PledgeState::Refunded);
        assert_eq!(world.state_of(&stuck).await, PledgeState::NeedsReview);
        world.allow("payment_attempts").await;
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.state_of(&stuck).await, PledgeState::Refunded);
    }

    async fn answer_that_cannot_be_recorded_keeps_no_other(world: World) {
        world.goal(10_000).await;
        let stuck = by_card(world, "late", 4_000).await;
        let fine = by_card(world, "late", 3_000).await;
        world.forbid_where("UPDATE", "payment_attempts", "NEW.state = 'succeeded' AND NEW.amount_minor = 4000").await;
        world.pass(Span::hours(1)).await;
        assert_eq!(world.state_of(&fine).await, PledgeState::Secured);
        assert_eq!(world.state_of(&stuck).await, PledgeState::AwaitingSetup);
        world.allow("payment_attempts").await;
        world.pass(Span::hours(1)).await;
        assert_eq!(world.state_of(&stuck).await, PledgeState::Secured);
    }

    async fn person_decides_about_money_that_differs_while_the_campaign_is_open(world: World) {
        world.goal(10_000).await;
        let kept = world.place(by_bank("challenge", 4_000)).await.unwrap();
        let returned = world.place(by_bank("challenge", 3_000)).await.unwrap();
        let fine = world.place(by_bank("ok", 2_000)).await.unwrap();
        world.pass(Span::minutes(2)).await;
        let (payments, who) = (world.desk.payments.clone(), moderator());
        let accept = async |actor: &Actor, id| world.db.write(async |tx| accept_transfer(tx, actor, id).await).await;
        assert!(matches!(accept(&Actor::Guest, kept.id).await, Err(ChangePledgeError::Denied)));
        assert!(matches!(accept(&who, fine.id).await, Err(ChangePledgeError::Move(_))), "nothing differs");
        accept(&who, kept.id).await.unwrap();
        let give_back = async |actor: &Actor, id| world.db.write(async |tx| return_transfer(tx, &payments, actor, id).await).await;
        assert!(matches!(give_back(&Actor::Guest, returned.id).await, Err(ChangePledgeError::Denied)));
        give_back(&who, returned.id).await.unwrap();
        world.pass(Span::minutes(1)).await;

        assert_eq!(world.state_of(&kept).await, PledgeState::Funded);
        assert_eq!(world.state_of(&returned).await, PledgeState::Refunded);
        assert_eq!(world.sums().await, (0, 3_900 + 2_000, 0, 2), "what arrived is what counts");
        assert_eq!(waiting_minor(world).await, 5_900);
    }

    async fn match_that_transfers_would_bring_is_waited_for(world: World) {
        world.goal(100_000).await;
        world.pool(1_000_000, 1_000_000).await;
        by_card(world, "ok", 60_000).await;
        world.settle(Span::days(3)).await;
        // 600 and 200 are there; 150 on its way alone would not do, with its match of 50 it does.
        let slow = world.place(by_bank("late", 15_000)).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closing);
        world.settle(Span::days(3)).await;

        assert_eq!(world.state_of(&slow).await, PledgeState::Paid);
        assert_eq!(world.sums().await, (0, 75_000, 25_000, 2));
    }

    async fn money_that_differs_in_time_is_waited_for_where_it_could_decide(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 7_000).await;
        let short = world.place(by_bank("challenge", 3_100)).await.unwrap();
        world.settle(Span::days(9)).await;
        assert_eq!(world.state_of(&short).await, PledgeState::NeedsReview);
        assert_eq!(world.campaign_state().await, CampaignState::Closing, "3,000 arrived in time and would do");
        world.db.write(async |tx| accept_transfer(tx, &moderator(), short.id).await).await.unwrap();
        world.settle(Span::minutes(1)).await;
        assert_eq!((world.campaign_state().await, world.sums().await), (CampaignState::Settled, (0, 10_000, 0, 2)));
    }

    async fn money_that_differs_is_waited_for_no_longer_than_a_transfer(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 7_000).await;
        let short = world.place(by_bank("challenge", 3_100)).await.unwrap();
        world.settle(Span::days(9)).await;
        world.settle(Span::days(6)).await;
        assert_eq!((world.campaign_state().await, world.state_of(&short).await), (CampaignState::Closed, PledgeState::Refunded));
    }

    async fn money_of_a_pledge_that_was_taken_back_is_not_waited_for(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 7_000).await;
        let back = world.place(by_bank("ok", 3_000)).await.unwrap();
        world.cancel(&back).await.unwrap();
        world.settle(Span::days(9)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closed);
    }

    async fn card_that_is_confirmed_after_the_deadline_counts_no_more(world: World) {
        world.goal(100_000).await;
        by_card(world, "ok", 90_000).await;
        // The transfer could decide, so the campaign stays closing for days.
        world.place(by_bank("lost", 10_000)).await.unwrap();
        world.settle(Span::hours(8 * 24 + 2)).await;
        let asked = by_card(world, "challenge", 20_000).await;
        world.settle(Span::minutes(22 * 60 + 6)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closing);
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &asked.receipt).await).await.unwrap().unwrap();
        world.desk.payments.sandbox().unwrap().confirm(receipt.waiting_attempt.unwrap(), true).await.unwrap();
        world.settle(Span::minutes(1)).await;

        assert_eq!(world.state_of(&asked).await, PledgeState::Expired);
        assert_eq!(world.show().await.summary.secured_minor, 90_000);
    }

    async fn charge_that_waits_for_its_bank_is_taken_back_before_it_is_dropped(world: World) {
        world.goal(10_000).await;
        by_card(world, "ok", 20_000).await;
        let asleep = by_card(world, "charge_challenge", 4_000).await;
        let awake = by_card(world, "charge_challenge", 5_000).await;
        world.settle(Span::days(9)).await;
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &awake.receipt).await).await.unwrap().unwrap();
        let late = world.db.read(async |tx| pledges::find_receipt(tx, &asleep.receipt).await).await.unwrap().unwrap();
        let sandbox = world.desk.payments.sandbox().unwrap();
        // Confirmed in the last moment, and nobody was told: the process was gone before it could ask.
        world.db.ambient().advance(Span::days(7));
        sandbox.confirm(receipt.waiting_attempt.unwrap(), true).await.unwrap();
        settle_due(&world.desk).await.unwrap();

        assert_eq!(world.state_of(&awake).await, PledgeState::Paid);
        assert_eq!(world.state_of(&asleep).await, PledgeState::Dropped);
        assert!(sandbox.confirm(late.waiting_attempt.unwrap(), true).await.is_err(), "it can be made no more");
        world.settle(Span::hours(1)).await;
        assert_eq!(world.show().await.summary.collected_minor, 25_000);
        let subjects = world.subjects().await;
        assert!(!subjects.iter().any(|one| one.contains("nächster Versuch")), "nothing is announced: {subjects:?}");
    }

    async fn nobody_is_charged_later_than_they_allowed(world: World) {
        let id = world.goal(10_000).await;
        let given = by_card(world, "ok", 20_000).await;
        world.settle(Span::days(8)).await;
        let set = async |to: &'static str| world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE campaigns SET state = $2 WHERE id = $1").bind(id.uuid()).bind(to))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        set("suspended").await;
        // Thirteen days after the deadline, within the fourteen of a suspension: 3 banking days and 7 more
        // are over.
        world.settle(Span::days(14)).await;
        let resumed = world.db.write(async |tx| resume_campaign(tx, &moderator(), id).await).await;
        assert!(resumed.is_err(), "{resumed:?}");
        // The process slept for as long.
        set("live").await;
        world.settle(Span::ZERO).await;

        assert_eq!(world.state_of(&given).await, PledgeState::Released);
        assert_eq!(world.count("SELECT COUNT(*) FROM sandbox_operations WHERE kind = 'charge'").await, 0);
    }

    async fn charge_that_got_lost_is_not_made_later_than_they_allowed(world: World) {
        world.goal(10_000).await;
        let given = by_card(world, "ok", 20_000).await;
        let unheard = by_card(world, "charge_lost", 5_000).await;
        world.forbid("INSERT", "sandbox_operations").await;
        world.settle(Span::days(9)).await;
        world.allow("sandbox_operations").await;
        assert_eq!(world.state_of(&given).await, PledgeState::Charging, "the provider never heard of it");
        // This one it heard of, and made; nobody heard the answer.
        let attempt = world.db.read(async |tx| {
            let id: uuid::Uuid = multitude_platform::on!(tx, c => sqlx::query_scalar(
                "SELECT a.id FROM payment_attempts a WHERE a.pledge_id = $1 AND a.kind = 'charge'"
            ).bind(unheard.id.uuid()).fetch_one(c).await)?;
            Ok::<_, StoreError>(multitude_domain::id::AttemptId::new(id))
        }).await.unwrap();
        pledges::attempts::ask(&world.desk, attempt).await.unwrap();
        assert_eq!(world.state_of(&unheard).await, PledgeState::Charging);
        world.settle(Span::days(14)).await;

        assert_eq!(world.state_of(&given).await, PledgeState::Dropped);
        assert_eq!(world.state_of(&unheard).await, PledgeState::Paid);
        assert_eq!(world.show().await.summary.collected_minor, 5_000);
    }

    async fn campaign_that_cannot_be_moved_on_holds_up_no_other(world: World) {
        world.open(|new| new.slug = "kaputt".to_owned()).await;
        world.open(|new| new.draft.goal_minor = 1_000).await;
        let stuck = world.place(|new| new.slug = "kaputt".to_owned()).await.unwrap();
        by_card(world, "ok", 20_000).await;
        let arrived = async |minor: Option<i64>| world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE pledges SET arrived_minor = $2 WHERE id = $1").bind(stuck.id.uuid()).bind(minor))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        // Money without a value date: impossible data, which nobody makes a guess about.
        arrived(Some(5)).await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        let stuck_in = "SELECT COUNT(*) FROM campaigns WHERE slug = 'kaputt' AND state <> 'closed'";
        assert_eq!(world.count(stuck_in).await, 1);
        arrived(None).await;
        world.settle(Span::ZERO).await;
        assert_eq!(world.count(stuck_in).await, 0, "it goes on once it can");
    }

    async fn payout_wants_a_verified_payee_and_keeps_its_reserve(world: World) {
        let id = world.goal(10_000).await;
        by_card(world, "ok", 20_000).await;
        world.settle(Span::days(9)).await;
        let act = async |what: &'static str| world.db.write(async |tx| match what {
            "verify" => verify_payee(tx, &Actor::System, id, [1; 32]).await,
            "pay" => pay_out(tx, &Actor::System, id).await,
            _ => complete(tx, &Actor::System, id).await,
        }).await;
        assert!(matches!(act("pay").await, Err(MoveCampaignError::UnverifiedPayee)));
        let denied = world.db.write(async |tx| verify_payee(tx, &moderator(), id, [1; 32]).await).await;
        assert!(matches!(denied, Err(MoveCampaignError::Denied)));
        act("verify").await.unwrap();
        let escrow = world.count("SELECT escrow_minor FROM campaign_totals").await;
        act("pay").await.unwrap();
        assert_eq!(world.count("SELECT escrow_minor FROM campaign_totals").await, 1_000, "5 % of what was collected");
        act("complete").await.unwrap();

        assert_eq!(world.count("SELECT paid_out_minor FROM campaign_totals").await, escrow);
    }

    async fn event_is_kept_once_and_only_asks(world: World) {
        world.goal(10_000).await;
        let placed = by_card(world, "late", 4_000).await;
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!(receipt.state, PledgeState::AwaitingSetup);
        let attempt = world.db.read(async |tx| {
            let id: uuid::Uuid = multitude_platform::on!(tx, c => sqlx::query_scalar("SELECT id FROM payment_attempts").fetch_one(c).await)?;
            Ok::<_, StoreError>(multitude_domain::id::AttemptId::new(id))
        }).await.unwrap();
        let receive = async |event: &'static str| world.db.write(async |tx| {
            receive_event(tx, ProviderCode::Sandbox, event, attempt).await
        }).await.unwrap();
        assert_eq!(receive("evt_1").await, Received::First);
        assert_eq!(receive("evt_1").await, Received::Again);
        assert_eq!(receive("evt_2").await, Received::First);
        assert_eq!(world.state_of(&placed).await, PledgeState::AwaitingSetup, "a hint is not an answer");
        world.pass(Span::minutes(1)).await;

        assert_eq!(world.state_of(&placed).await, PledgeState::Secured);
        assert_eq!(receive("evt_3").await, Received::First, "an answered try is left alone");
    }

    async fn transfer_cannot_be_accepted_for_less_than_what_was_chosen(world: World) {
        world.open(|_| ()).await;
        let reward = world.show().await.rewards[0].id;
        let placed = world.place(|new| {
            by_bank("challenge", 60_000)(new);
            new.wish.reward = Some((reward, 1));
            new.wish.region = Some("CH".to_owned());
        }).await.unwrap();
        world.pass(Span::minutes(2)).await;
        let refused = world.db.write(async |tx| accept_transfer(tx, &moderator(), placed.id).await).await;

        assert!(matches!(refused, Err(ChangePledgeError::Invalid(faults)) if matches!(faults[..], [PledgeFault::UnderReward { .. }])));
        assert_eq!(world.state_of(&placed).await, PledgeState::NeedsReview);
    }
}
