//! Deadlines: closing, the one decision, charging with retries, dropping, releasing, settling.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::UserId;
use multitude_domain::permission::Actor;
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;
use multitude_platform::campaigns::add_member;
use multitude_platform::db::StoreError;
use multitude_platform::pledges::PlacePledgeError;
use multitude_platform::rows;
use multitude_platform::settlement::{
    MoveCampaignError, find_statement, pay_out, settle_due, state_delivery, verify_payee,
};

use crate::world::{by_bank, contract};

contract! {
    async fn reached_goal_charges_every_backer_once_and_pays_the_fees(world: World) {
        world.goal(10_000).await;
        let one = world.give(6_000, "ok").await;
        let two = world.give(4_000, "charge_lost").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        assert_eq!((world.state_of(&one).await, world.state_of(&two).await), (PledgeState::Paid, PledgeState::Paid));
        assert_eq!(world.show().await.summary.collected_minor, 10_000);
        let (platform, provider) = (500, 90 + 25 + 60 + 25);
        assert_eq!(world.count("SELECT fees_minor FROM campaign_totals").await, platform + provider);
        assert_eq!(world.count("SELECT escrow_minor FROM campaign_totals").await, 10_000 - platform - provider);
        assert_eq!(world.count("SELECT COUNT(*) FROM sandbox_operations WHERE kind = 'charge'").await, 2);
        assert_eq!(settle_due(&world.desk).await.unwrap(), 0, "settled once");
    }

    async fn missed_goal_charges_nobody(world: World) {
        world.goal(10_001).await;
        let one = world.give(6_000, "ok").await;
        world.give(4_000, "ok").await;
        world.settle(Span::days(9)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Closed);
        assert_eq!(world.state_of(&one).await, PledgeState::Released);
        assert_eq!(world.sums().await, (0, 10_000, 0, 2), "secured is frozen and shown unchanged");
        assert_eq!(world.count("SELECT COUNT(*) FROM payment_attempts WHERE kind = 'charge'").await, 0);
    }

    async fn pledge_that_cannot_be_moved_on_keeps_no_other(world: World) {
        world.goal(10_000).await;
        let (one, stuck, other) = (world.give(6_000, "ok").await, world.give(7_000, "ok").await, world.give(8_000, "ok").await);
        world.forbid_where("UPDATE", "pledges", "NEW.amount_minor = 7000").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        for (placed, now) in [(&one, PledgeState::Paid), (&stuck, PledgeState::Secured), (&other, PledgeState::Paid)] {
            assert_eq!(world.state_of(placed).await, now);
        }
        assert_eq!(world.campaign_state().await, CampaignState::Collecting, "it waits for the one");
        world.allow("pledges").await;
        world.settle(Span::minutes(1)).await;
        assert_eq!((world.state_of(&stuck).await, world.campaign_state().await), (PledgeState::Paid, CampaignState::Settled));
    }

    async fn pledge_that_cannot_be_released_keeps_no_other(world: World) {
        world.goal(100_000).await;
        let (stuck, other) = (world.give(7_000, "ok").await, world.give(8_000, "ok").await);
        world.forbid_where("UPDATE", "pledges", "NEW.amount_minor = 7000").await;
        world.settle(Span::days(9)).await;
        assert_eq!((world.state_of(&stuck).await, world.state_of(&other).await), (PledgeState::Secured, PledgeState::Released));
        assert_eq!(world.campaign_state().await, CampaignState::Releasing);
        world.allow("pledges").await;
        world.settle(Span::minutes(1)).await;
        assert_eq!((world.state_of(&stuck).await, world.campaign_state().await), (PledgeState::Released, CampaignState::Closed));
    }

    async fn nothing_is_decided_a_microsecond_before_the_deadline(world: World) {
        world.goal(1_000).await;
        world.give(6_000, "ok").await;
        world.settle(Span::days(9).less(Span::micros(1))).await;
        assert_eq!(world.campaign_state().await, CampaignState::Live);
        world.settle(Span::micros(1)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        let late = world.place(|_| ()).await;
        assert!(matches!(late, Err(PlacePledgeError::Closed { .. })));
    }

    async fn transfers_on_their_way_are_waited_for_where_they_could_decide(world: World) {
        world.goal(10_000).await;
        world.give(6_000, "ok").await;
        // Announced on Thursday 4 March; on the statement a week later, with Tuesday's value date; the
        // deadline is between.
        world.settle(Span::days(3)).await;
        let late = world.place(by_bank("late", 4_000)).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closing);
        assert_eq!(world.state_of(&late).await, PledgeState::AwaitingFunds);
        world.settle(Span::days(3)).await;

        assert_eq!(world.state_of(&late).await, PledgeState::Paid);
        assert_eq!(world.sums().await, (0, 10_000, 0, 2));
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        assert_eq!(world.count("SELECT banked_minor FROM campaign_totals").await, 4_000);
    }

    async fn transfers_that_could_not_decide_are_not_waited_for(world: World) {
        world.goal(10_001).await;
        world.give(6_000, "ok").await;
        let never = world.place(by_bank("lost", 4_000)).await.unwrap();
        world.settle(Span::days(9)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Closed);
        assert_eq!(world.state_of(&never).await, PledgeState::Expired);
    }

    async fn transfers_go_back_where_the_goal_is_missed(world: World) {
        world.goal(100_000).await;
        let arrived = world.place(by_bank("ok", 4_000)).await.unwrap();
        let short = world.place(by_bank("challenge", 5_000)).await.unwrap();
        world.settle(Span::minutes(2)).await;
        assert_eq!(world.count("SELECT waiting_minor FROM campaign_totals").await, 8_900);
        world.settle(Span::days(9)).await;

        assert_eq!(world.state_of(&arrived).await, PledgeState::Refunded);
        assert_eq!(world.state_of(&short).await, PledgeState::Refunded);
        assert_eq!(world.count("SELECT waiting_minor FROM campaign_totals").await, 0);
        assert_eq!(world.campaign_state().await, CampaignState::Closed);
    }

    async fn statement_adds_up_from_gross_to_net(world: World) {
        let id = world.goal(10_000).await;
        let owner = world.own(id).await;
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        world.pool(100_000, 1_000_000).await;
        world.give(9_000, "ok").await;
        world.give(600, "charge_declined").await;
        world.settle(Span::days(9)).await;
        let reached = world.mails_to(owner).await.pop().unwrap();
        // 5 % of 96.00; 1.5 % of it and twice 0.25; 5 % are kept.
        for line in ["Gesichert: CHF\u{a0}96.00\n", "Aus Töpfen: CHF\u{a0}32.00\n", "Gebühren: CHF\u{a0}\u{2212}6.74\n",
            "geliefert ist: CHF\u{a0}\u{2212}4.80\n", "etwa: CHF\u{a0}116.46\n", "Haltet den rechtlichen Namen"] {
            assert!(reached.text.contains(line), "{line} in {}", reached.text);
        }
        world.settle(Span::days(1)).await;
        let failing = world.mails_to(owner).await.pop().unwrap();
        assert_eq!(failing.subject, "Kühle schatten: 1 Belastung hat noch nicht geklappt");
        assert!(failing.text.contains("CHF\u{a0}6.00"), "{}", failing.text);
        world.settle(Span::days(8)).await;
        let mails = world.mails_to(owner).await;
        let [.., settled, identity] = &mails[..] else { panic!("{mails:?}") };
        // 5 % of 90.00, 1.5 % of it and 0.25; the match of what was dropped is the pool's again.
        for line in ["Eingezogen: CHF\u{a0}90.00\n", "Aus Töpfen: CHF\u{a0}30.00\n", "Gebühren: CHF\u{a0}\u{2212}6.10\n",
            "Zurückgezahlt: CHF\u{a0}0.00\n", "geliefert ist: CHF\u{a0}\u{2212}4.50\n", "Für euch: CHF\u{a0}109.40\n",
            "1 Zusage über CHF\u{a0}6.00 liess sich nicht einziehen"] {
            assert!(settled.text.contains(line), "{line} in {}", settled.text);
        }
        assert_eq!(identity.subject, "Kühle schatten: Identität zu prüfen");
        assert!(identity.text.contains("CHF\u{a0}109.40 warten auf euch"), "{}", identity.text);
        assert_eq!(world.mails_to("tobias@example.ch").await.len(), mails.len(), "everybody of the team is told");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, [1; 32]).await).await.unwrap();
        world.db.write(async |tx| pay_out(tx, &Actor::System, id).await).await.unwrap();
        let paid = world.mails_to(owner).await.pop().unwrap();
        assert!(paid.text.contains("Jetzt ausgezahlt: CHF\u{a0}109.40\n"), "{}", paid.text);
        assert_eq!(world.count("SELECT paid_out_minor FROM campaign_totals").await, 10_940);
    }

    async fn short_campaign_needs_its_teams_word(world: World) {
        let owner = UserId::new(uuid::Uuid::from_u128(5));
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("INSERT INTO users (id, email, name, locale, created_at) VALUES ($1, 'lea@team.ch', 'Lea', 'de', 0)")
                .bind(owner.uuid()))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        let id = world.open(|new| { new.draft.goal_minor = 10_000; new.owner = Some(owner); }).await;
        world.give(6_000, "ok").await;
        world.give(4_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Collecting, "60 % of the goal: somebody must say that it will do");
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

        assert_eq!(world.campaign_state().await, CampaignState::Settled);
    }

    async fn word_of_a_team_that_comes_too_late_stops_no_refund(world: World) {
        let owner = world.user("lea@team.ch").await;
        let id = world.open(|new| { new.draft.goal_minor = 10_000; new.owner = Some(owner); }).await;
        let paid = world.give(6_000, "ok").await;
        world.give(4_000, "charge_declined").await;
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
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, [1; 32]).await).await.unwrap();
        let paid_out = world.db.write(async |tx| pay_out(tx, &Actor::System, id).await).await;
        assert!(matches!(paid_out, Err(MoveCampaignError::NothingToPay)), "{paid_out:?}");
        assert_eq!(world.campaign_state().await, CampaignState::Settled);
    }

    async fn silent_team_has_everything_refunded(world: World) {
        world.goal(10_000).await;
        let paid = world.give(6_000, "ok").await;
        world.give(4_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        world.settle(Span::days(7)).await;

        assert_eq!(world.state_of(&paid).await, PledgeState::Refunded);
        let one = world.show().await.summary;
        assert_eq!((one.state, one.collected_minor, one.secured_minor), (CampaignState::Settled, 0, 10_000));
    }

    async fn suspended_campaign_waits_and_then_lets_everybody_go(world: World) {
        let id = world.goal(1_000).await;
        let given = world.give(6_000, "ok").await;
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE campaigns SET state = 'suspended' WHERE id = $1").bind(id.uuid()))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        world.settle(Span::days(22)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Suspended);
        world.settle(Span::days(1)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Closed);
        assert_eq!(world.state_of(&given).await, PledgeState::Released);
    }

    async fn scheduled_campaign_opens_at_its_time(world: World) {
        world.open(|new| {
            new.state = CampaignState::Scheduled;
            new.opens_at = Some(crate::world::start().plus(Span::days(2)));
        }).await;
        world.settle(Span::days(1)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Scheduled);
        world.settle(Span::days(1)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Live);
    }

    async fn two_settlers_at_once_charge_once(world: World) {
        world.goal(10_000).await;
        for n in 0..40 {
            world.give(1_000 + n, "ok").await;
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

        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        assert_eq!(world.count("SELECT COUNT(*) FROM sandbox_operations WHERE kind = 'charge'").await, 40);
        assert_eq!(world.count("SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'capture'").await, 40);
    }
}
