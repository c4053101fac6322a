//! Placing, holding, answering and changing pledges.

use multitude_domain::campaigns::DraftAddOn;
use multitude_domain::id::{AddOnId, PledgeId};
use multitude_domain::ledger::ProviderCode;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::{AddOnChoice, PaymentMethod, PledgeFault, PledgeState};
use multitude_domain::time::Span;
use multitude_domain::view::PledgeDeed;

use multitude_platform::campaigns::list_backers;
use multitude_platform::payments::Answer;
use multitude_platform::pledges::{
    self, Caller, ChangePledgeError, PlacePledge, PlacePledgeError, PlacedPledge,
};

use crate::world::{World, by_bank, contract, pledge, wants};

fn token(name: &str) -> impl FnOnce(&mut PlacePledge) {
    let name = name.to_owned();
    move |new| new.token = name
}

async fn history(world: &World, placed: &PlacedPledge) -> Vec<PledgeDeed> {
    let found = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    found.unwrap().unwrap().history.into_iter().map(|(deed, _)| deed).collect()
}

contract! {
    async fn card_pledge_is_secured_and_counted(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();

        assert_eq!(placed.state, PledgeState::Secured);
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!((receipt.amount_minor, receipt.is_email_confirmed), (6_000, false));
        assert_eq!(history(world, &placed).await,
            [PledgeDeed::Moved(PledgeState::AwaitingSetup), PledgeDeed::Moved(PledgeState::Secured)]);
        assert!(world.db.read(async |tx| pledges::find_receipt(tx, "guessed").await).await.unwrap().is_none());
    }

    async fn every_token_does_what_it_says_at_the_mandate(world: World) {
        world.open(|_| ()).await;
        for (name, at_once, later) in [
            ("ok", PledgeState::Secured, PledgeState::Secured),
            ("declined", PledgeState::Cancelled, PledgeState::Cancelled),
            ("challenge", PledgeState::AwaitingSetup, PledgeState::AwaitingSetup),
            ("late", PledgeState::AwaitingSetup, PledgeState::Secured),
            ("lost", PledgeState::AwaitingSetup, PledgeState::Secured),
            ("charge_declined", PledgeState::Secured, PledgeState::Secured),
            ("nonsense", PledgeState::Cancelled, PledgeState::Cancelled),
        ] {
            let placed = world.place(token(name)).await.unwrap();
            assert_eq!(placed.state, at_once, "{name}");
            world.pass(Span::minutes(2)).await;
            assert_eq!(world.state_of(&placed).await, later, "{name}");
        }
        assert_eq!(world.sums().await, (6_000, 24_000, 0, 4));
    }

    async fn challenged_mandate_waits_for_its_backer(world: World) {
        world.open(|_| ()).await;
        let sandbox = world.desk.payments.sandbox().unwrap();
        for (accepted, end) in [(true, PledgeState::Secured), (false, PledgeState::Cancelled)] {
            let placed = world.place(token("challenge")).await.unwrap();
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            let attempt = receipt.waiting_attempt.unwrap();
            sandbox.confirm(attempt, accepted).await.unwrap();
            assert!(sandbox.confirm(attempt, true).await.is_err(), "answered once");
            world.pass(Span::minutes(1)).await;
            assert_eq!(world.state_of(&placed).await, end);
        }
    }

    async fn mandate_that_nobody_confirms_lapses_and_frees_its_reward(world: World) {
        let campaign = world.open(|new| new.draft.rewards[0].regions = Vec::new()).await;
        let reward = world.show().await.rewards[0].id;
        let twint = world.place(|new| {
            new.wish.method = PaymentMethod::Twint;
            new.wish.amount = Money::new(60_000, Currency::CHF);
            new.wish.reward = Some((reward, 1));
            new.token = "challenge".to_owned();
        }).await.unwrap();
        let card = world.place(token("challenge")).await.unwrap();
        assert_eq!(world.show().await.rewards[0].left, Some(7));
        world.pass(Span::minutes(14)).await;
        assert_eq!(world.state_of(&twint).await, PledgeState::AwaitingSetup);
        world.pass(Span::minutes(1)).await;
        assert_eq!(world.state_of(&twint).await, PledgeState::Expired, "{campaign}");
        assert_eq!(world.show().await.rewards[0].left, Some(8));
        assert_eq!(world.state_of(&card).await, PledgeState::AwaitingSetup);
        world.pass(Span::hours(24)).await;
        assert_eq!(world.state_of(&card).await, PledgeState::Expired);
        assert_eq!(world.sums().await, (0, 0, 0, 0));
        let open = "SELECT COUNT(*) FROM payment_attempts WHERE state IN ('pending', 'action_required')";
        assert_eq!(world.count(open).await, 0);
    }

    async fn second_answer_to_a_try_changes_nothing(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(token("challenge")).await.unwrap();
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        let attempt = receipt.waiting_attempt.unwrap();
        for answer in [
            Answer::Done { reference: "a".to_owned(), payer: None, cost_minor: 0 },
            Answer::Declined,
            Answer::Done { reference: "b".to_owned(), payer: None, cost_minor: 0 },
        ] {
            let keys = world.desk.keys.clone();
            world.db.write(async |tx| pledges::record_answer(tx, &keys, ProviderCode::Sandbox, attempt, &answer).await)
                .await.unwrap();
        }
        assert_eq!(world.state_of(&placed).await, PledgeState::Secured);
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
    }

    async fn same_key_places_one_pledge_and_shows_its_receipt_again(world: World) {
        world.open(|_| ()).await;
        let guest = |email: &str| Caller::Guest { slug: "schatten".to_owned(), email: email.to_owned() };
        let key = |email: &'static str| move |new: &mut PlacePledge| {
            new.backer.email = Some(email.to_owned());
            new.key = Some((guest(email), "k1".to_owned()));
        };
        let first = world.place(key("lea@example.ch")).await.unwrap();
        let again = world.place(key("lea@example.ch")).await.unwrap();
        let other = world.place(key("noemie@example.ch")).await.unwrap();

        assert!(again.is_replay && !first.is_replay);
        assert_eq!((again.id, &again.receipt), (first.id, &first.receipt));
        assert_ne!(other.receipt, first.receipt, "another caller's key is another key");
        assert_eq!(world.sums().await, (0, 12_000, 0, 2));
        let changed = world.place(|new| {
            key("lea@example.ch")(new);
            new.wish.amount = Money::new(7_000, Currency::CHF);
        }).await;
        assert!(matches!(changed, Err(PlacePledgeError::KeyReused { .. })));
        assert_eq!(world.sums().await.1, 12_000);
    }

    async fn refused_pledge_frees_its_key_and_leaves_nothing(world: World) {
        world.open(|_| ()).await;
        let key = |minor| move |new: &mut PlacePledge| {
            new.key = Some((Caller::Form { slug: "schatten".to_owned(), browser: [1; 32] }, "k1".to_owned()));
            new.wish.amount = Money::new(minor, Currency::CHF);
        };
        let refused = world.place(key(499)).await.unwrap_err();
        assert!(matches!(refused, PlacePledgeError::Invalid(faults) if faults[0].code() == "pledge.too_small"));
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges").await, 0);

        assert!(!world.place(key(500)).await.unwrap().is_replay);
    }

    async fn only_open_campaigns_take_pledges(world: World) {
        use multitude_domain::campaigns::CampaignState;
        world.open(|new| { new.slug = "plan".to_owned(); new.state = CampaignState::Scheduled; }).await;
        world.open(|new| { new.slug = "entwurf".to_owned(); new.state = CampaignState::Draft; }).await;
        world.open(|_| ()).await;
        let at = |slug: &'static str| move |new: &mut PlacePledge| new.slug = slug.to_owned();

        assert!(matches!(world.place(at("plan")).await, Err(PlacePledgeError::NotOpen { .. })));
        assert!(matches!(world.place(at("entwurf")).await, Err(PlacePledgeError::NoCampaign { .. })));
        assert!(matches!(world.place(at("nichts")).await, Err(PlacePledgeError::NoCampaign { .. })));
        world.pass(Span::days(9).less(Span::micros(1))).await;
        assert!(world.place(|_| ()).await.is_ok(), "the last microsecond is in time");
        world.pass(Span::micros(1)).await;
        assert!(matches!(world.place(|_| ()).await, Err(PlacePledgeError::Closed { .. })));
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges").await, 1);
    }

    async fn limited_reward_is_taken_until_it_is_gone_and_comes_back(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(2)).await;
        let id = world.reward().await;
        let first = world.place(wants(id)).await.unwrap();
        world.place(wants(id)).await.unwrap();

        assert!(matches!(world.place(wants(id)).await, Err(PlacePledgeError::SoldOut { .. })));
        assert_eq!(world.sums().await.3, 2);
        world.cancel(&first).await.unwrap();
        assert_eq!(world.show().await.rewards[0].left, Some(1));
        world.place(wants(id)).await.unwrap();
        let declined = world.place(|new| { wants(id)(new); token("declined")(new); }).await;
        assert!(matches!(declined, Err(PlacePledgeError::SoldOut { .. })));
    }

    async fn declined_method_gives_the_reward_back(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(1)).await;
        let id = world.reward().await;
        let placed = world.place(|new| { wants(id)(new); token("declined")(new); }).await.unwrap();

        assert_eq!(placed.state, PledgeState::Cancelled);
        assert_eq!(world.show().await.rewards[0].left, Some(1));
        assert_eq!(world.sums().await, (0, 0, 0, 0));
    }

    async fn add_ons_are_paid_for_limited_and_given_back(world: World) {
        world.open(|new| new.draft.add_ons = vec![DraftAddOn { title: "Karte".to_owned(), price_minor: 500, stock: Some(2) }]).await;
        let id = world.show().await.add_ons[0].id;
        let with = |id: AddOnId, qty| move |new: &mut PlacePledge| new.wish.add_ons = vec![AddOnChoice { id, qty }];
        let placed = world.place(with(id, 2)).await.unwrap();
        assert!(matches!(world.place(with(id, 1)).await, Err(PlacePledgeError::AddOnSoldOut)));
        world.cancel(&placed).await.unwrap();
        world.place(with(id, 1)).await.unwrap();
        assert_eq!(world.show().await.add_ons[0].left, Some(1));
    }

    async fn pledge_is_cancelled_until_the_deadline(world: World) {
        world.open(|_| ()).await;
        let first = world.place(|_| ()).await.unwrap();
        let second = world.place(|_| ()).await.unwrap();
        world.cancel(&first).await.unwrap();

        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
        assert!(matches!(world.cancel(&first).await, Err(ChangePledgeError::Move(_))), "cancelled once");
        world.pass(Span::days(9)).await;
        assert!(matches!(world.cancel(&second).await, Err(ChangePledgeError::Closed { .. })));
        assert_eq!(world.state_of(&second).await, PledgeState::Secured);
    }

    async fn strangers_do_not_touch_a_pledge(world: World) {
        world.open(|_| ()).await;
        let id = world.place(|_| ()).await.unwrap().id;
        let operator = Actor::Member { user: multitude_domain::id::UserId::new(uuid::Uuid::nil()), roles: vec![Role::Operator] };
        for actor in [Actor::Guest, operator] {
            let refused = world.db.write(async |tx| pledges::cancel_pledge(tx, &world.desk.payments, &actor, id).await).await;
            assert!(matches!(refused, Err(ChangePledgeError::NotFound)));
        }
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
    }

    async fn amount_changes_within_the_offer(world: World) {
        world.open(|_| ()).await;
        let id = world.reward().await;
        let placed = world.place(wants(id)).await.unwrap();
        world.change_amount(&placed, 70_000).await.unwrap();
        assert_eq!(history(world, &placed).await, [
            PledgeDeed::Moved(PledgeState::AwaitingSetup),
            PledgeDeed::Moved(PledgeState::Secured),
            PledgeDeed::Changed { amount_minor: 70_000, chosen: None },
        ]);

        assert_eq!(world.sums().await, (0, 70_000, 0, 1));
        let refused = world.change_amount(&placed, 59_999).await.unwrap_err();
        assert!(matches!(refused, ChangePledgeError::Invalid(faults)
            if faults == [PledgeFault::UnderReward { least: Money::new(60_000, Currency::CHF) }]));
        assert!(matches!(world.change_amount(&placed, 9_999_999).await, Err(ChangePledgeError::Invalid(_))), "not large unseen");
        assert_eq!(world.sums().await.1, 70_000);
    }

    async fn large_pledge_counts_after_somebody_looked(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
        assert_eq!(world.sums().await, (500_000, 0, 0, 0));

        let review = async |actor: Actor, id: PledgeId| world.db.write(async |tx| pledges::review_pledge(tx, &actor, id).await).await;
        assert!(matches!(review(Actor::Guest, placed.id).await, Err(ChangePledgeError::Denied)));
        review(Actor::System, placed.id).await.unwrap();
        assert_eq!(world.sums().await, (0, 500_000, 0, 1));
        assert_eq!(history(world, &placed).await.last(), Some(&PledgeDeed::Reviewed));
        let again = review(Actor::System, placed.id).await.unwrap_err();
        assert_eq!(again.to_string(), "count is not allowed in state counted", "once, and it is said why");
        let taken_back = world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
        world.cancel(&taken_back).await.unwrap();
        assert!(matches!(review(Actor::System, taken_back.id).await, Err(ChangePledgeError::Move(_))), "it is over");
    }

    async fn what_waits_for_a_person_is_listed_for_whoever_decides(world: World) {
        world.open(|_| ()).await;
        let large = world.give(600_000, "ok").await;
        world.give(6_000, "ok").await;
        let differs = world.place(by_bank("challenge", 7_000)).await.unwrap();
        world.pass(Span::minutes(2)).await;
        let listed = async |actor: &Actor| {
            world.db.read(async |tx| pledges::list_undecided(tx, actor).await).await.map(|all| {
                all.into_iter().map(|one| one.id).collect::<Vec<_>>()
            })
        };
        assert_eq!(listed(&Actor::System).await.unwrap(), [large.id, differs.id]);
        let member = Actor::Member { user: world.user("m@example.ch").await, roles: vec![Role::Coach] };
        assert!(matches!(listed(&member).await, Err(ChangePledgeError::Denied)));
    }

    async fn nobody_takes_more_than_half_by_announcing_transfers(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(10)).await;
        let id = world.reward().await;
        let by_bank = |n: usize| {
            let mut new = pledge(60_000);
            wants(id)(&mut new);
            new.wish.method = PaymentMethod::Bank;
            new.token = "lost".to_owned();
            new.backer.email = Some(format!("b{n}@example.ch"));
            new
        };
        let mut placing = tokio::task::JoinSet::new();
        for n in 0..12 {
            let (desk, new) = (world.desk.clone(), by_bank(n));
            placing.spawn(async move { pledges::place(&desk, new).await });
        }
        let placed = placing.join_all().await;
        let full = |one: &&Result<PlacedPledge, PlacePledgeError>| matches!(one, Err(PlacePledgeError::UnconfirmedFull { .. }));
        assert_eq!((placed.iter().flatten().count(), placed.iter().filter(full).count()), (5, 7), "{placed:?}");
        world.place(wants(id)).await.unwrap();
        let member = world.user("lea@example.ch").await;
        let mut proved = by_bank(20);
        (proved.backer.user, proved.backer.email) = (Some(member), Some("lea@example.ch".to_owned()));
        assert!(pledges::place(&world.desk, proved.clone()).await.is_err(), "a proved address is no money");
        let first = placed.iter().flatten().next().unwrap().id;
        assert!(pledges::place(&world.desk, by_bank(21)).await.is_err());
        world.db.write(async |tx| pledges::confirm_email(tx, first).await).await.unwrap();
        assert!(pledges::place(&world.desk, by_bank(22)).await.is_err(), "nor is one that is proved afterwards");
        for n in 0..2 {
            world.place(|new| { wants(id)(new); new.backer.name = format!("N{n}"); }).await.unwrap();
        }
        assert_eq!(world.show().await.rewards[0].left, Some(2));
    }

    async fn account_that_has_paid_is_believed_when_it_announces(world: World) {
        let member = world.user("lea@example.ch").await;
        world.open(|new| { new.slug = "frueher".to_owned(); new.draft.goal_minor = 6_000; new.draft.budget = Vec::new(); }).await;
        let paid = world.place(|new| { new.slug = "frueher".to_owned(); new.backer.user = Some(member); }).await.unwrap();
        world.settle(Span::days(9)).await;
        assert_eq!(world.state_of(&paid).await, PledgeState::Paid);
        let now = world.db.ambient().now();
        world.open(|new| {
            new.draft.rewards[0].stock = Some(2);
            (new.opens_at, new.closes_at) = (Some(now), Some(now.plus(Span::days(9))));
        }).await;
        let id = world.reward().await;
        let by_bank = |user| {
            let mut new = pledge(60_000);
            wants(id)(&mut new);
            (new.wish.method, new.token, new.backer.user) = (PaymentMethod::Bank, "lost".to_owned(), user);
            new
        };
        pledges::place(&world.desk, by_bank(None)).await.unwrap();
        assert!(pledges::place(&world.desk, by_bank(None)).await.is_err(), "half of two");
        pledges::place(&world.desk, by_bank(Some(member))).await.unwrap();
    }

    async fn large_pledge_that_becomes_small_counts_at_once(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let placed = world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
        world.change_amount(&placed, 490_000).await.unwrap();
        assert_eq!(world.sums().await, (490_000, 0, 0, 0), "still large");
        world.change_amount(&placed, 60_000).await.unwrap();
        assert_eq!(world.sums().await, (0, 60_000, 20_000, 1));
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!((receipt.awaits_review, receipt.match_limit), (false, None));
        let refused = world.change_amount(&placed, 500_000).await.unwrap_err();
        assert!(matches!(refused, ChangePledgeError::Invalid(_)), "not large unseen");
    }

    async fn transfer_counts_when_it_arrives(world: World) {
        world.open(|_| ()).await;
        let by_bank = |name: &'static str| move |new: &mut PlacePledge| {
            new.wish.method = PaymentMethod::Bank;
            new.token = name.to_owned();
        };
        let placed = world.place(by_bank("ok")).await.unwrap();
        let short = world.place(by_bank("challenge")).await.unwrap();
        let never = world.place(by_bank("lost")).await.unwrap();
        assert_eq!(world.sums().await, (18_000, 0, 0, 0));
        world.pass(Span::minutes(2)).await;

        assert_eq!(world.state_of(&placed).await, PledgeState::Funded);
        assert_eq!(world.state_of(&short).await, PledgeState::NeedsReview);
        assert_eq!(world.state_of(&never).await, PledgeState::AwaitingFunds);
        assert_eq!(world.sums().await, (12_000, 6_000, 0, 1));
        assert_eq!(world.count("SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'bank_in'").await, 2);
        assert_eq!(world.count("SELECT waiting_minor FROM campaign_totals").await, 11_900);
        world.cancel(&short).await.unwrap();
        world.pass(Span::minutes(2)).await;
        assert!(matches!(world.state_of(&short).await, PledgeState::RefundPending | PledgeState::Refunded), "its backer ends it");
        assert_eq!(world.count("SELECT waiting_minor FROM campaign_totals").await, 6_000);
        // It closes on Wednesday 10 March: Monday is the first of its last three banking days.
        world.pass(Span::days(6)).await;
        world.place(by_bank("lost")).await.unwrap();
        world.pass(Span::days(1)).await;
        let late = world.place(by_bank("ok")).await.unwrap_err();
        assert!(matches!(late, PlacePledgeError::Invalid(faults) if faults == [PledgeFault::BankTooLate]));
    }

    async fn cards_that_nobody_confirmed_take_at_most_half_of_a_reward(world: World) {
        world.open(|_| ()).await;
        let id = world.reward().await;
        let by = |n: usize, token: &'static str| move |new: &mut PlacePledge| {
            wants(id)(new);
            new.token = token.to_owned();
            new.backer.email = Some(format!("b{n}@example.ch"));
        };
        for n in 0..4 {
            world.place(by(n, "challenge")).await.unwrap();
        }
        let fifth = world.place(by(4, "challenge")).await;
        assert!(matches!(fifth, Err(PlacePledgeError::UnconfirmedFull { ref title }) if title == "Bank"), "{fifth:?}");
        for n in 5..9 {
            world.place(by(n, "ok")).await.unwrap();
        }
        assert!(matches!(world.place(by(9, "ok")).await, Err(PlacePledgeError::SoldOut { .. })));
    }

    async fn cards_that_nobody_confirmed_take_at_most_half_of_an_add_on(world: World) {
        world.open(|new| new.draft.add_ons = vec![DraftAddOn { title: "Karte".to_owned(), price_minor: 500, stock: Some(4) }]).await;
        let id = world.show().await.add_ons[0].id;
        let by = |n: usize, token: &'static str| move |new: &mut PlacePledge| {
            new.wish.add_ons = vec![AddOnChoice { id, qty: 1 }];
            new.wish.amount = Money::new(8_000, Currency::CHF);
            new.token = token.to_owned();
            new.backer.email = Some(format!("b{n}@example.ch"));
        };
        for n in 0..2 {
            world.place(by(n, "challenge")).await.unwrap();
        }
        let third = world.place(by(2, "challenge")).await;
        assert!(matches!(third, Err(PlacePledgeError::UnconfirmedFull { ref title }) if title == "Karte"), "{third:?}");
        for n in 3..5 {
            world.place(by(n, "ok")).await.unwrap();
        }
        assert!(matches!(world.place(by(5, "challenge")).await, Err(PlacePledgeError::AddOnSoldOut)));
    }

    async fn large_transfer_that_arrived_waits_for_nobody(world: World) {
        world.open(|new| new.draft.goal_minor = 500_000).await;
        let large = |method| move |new: &mut PlacePledge| {
            new.wish.method = method;
            new.wish.amount = Money::new(200_000, Currency::CHF);
        };
        let transfer = world.place(large(PaymentMethod::Bank)).await.unwrap();
        let card = world.place(large(PaymentMethod::Card)).await.unwrap();
        let awaits = async |placed: &PlacedPledge| {
            world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap().awaits_review
        };
        assert!(!awaits(&transfer).await && awaits(&card).await);
        world.pass(Span::minutes(2)).await;
        assert!(!awaits(&transfer).await, "it counts");
        world.pass(Span::days(9)).await;
        assert!(!awaits(&card).await, "nobody decides after the deadline");
    }

    async fn stored_pledge_is_placed_whatever_becomes_of_asking_its_provider(world: World) {
        world.open(|_| ()).await;
        world.forbid("UPDATE", "payment_attempts").await;
        let placed = world.place(token("late")).await.unwrap();
        assert_eq!(placed.state, PledgeState::AwaitingSetup);
        world.allow("payment_attempts").await;
        world.pass(Span::minutes(2)).await;
        assert_eq!(world.state_of(&placed).await, PledgeState::Secured);
    }

    async fn backer_says_what_to_be_written_about(world: World) {
        use multitude_domain::view::Consents;
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        let note = async |access: pledges::Access, updates| world.db.write(async |tx| {
            pledges::note_consents(tx, &Actor::Guest, access, Consents { updates, news: !updates }).await
        }).await;
        let noted = async || {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.consents.updates, receipt.consents.news)
        };
        assert_eq!(noted().await, (false, false), "nothing unless they say so");
        note(world.holder(placed.id).await.into(), true).await.unwrap();
        assert!(matches!(note(placed.id.into(), false).await, Err(ChangePledgeError::NotFound)));
        assert_eq!(noted().await, (true, false));
    }

    async fn backers_that_are_listed_are_those_that_are_counted(world: World) {
        world.open(|new| new.draft.goal_minor = 100_000).await;
        let listed = async || {
            let id = world.show().await.summary.id;
            world.db.read(async |tx| list_backers(tx, id, 0, 50).await).await.unwrap().total
        };
        let large = world.give(200_000, "ok").await;
        world.give(6_000, "ok").await;
        world.give(7_000, "challenge").await;
        assert_eq!((listed().await, world.sums().await.3), (1, 1), "large ones wait for a look");
        world.db.write(async |tx| pledges::review_pledge(tx, &Actor::System, large.id).await).await.unwrap();
        world.give(8_000, "charge_declined").await;
        assert_eq!((listed().await, world.sums().await.3), (3, 3));
        for _ in 0..20 {
            world.settle(Span::days(1)).await;
        }
        assert_eq!((listed().await, world.sums().await.3), (2, 3), "one was dropped, and had counted");
    }

    async fn backers_are_shown_as_they_want_and_once_their_address_is_proved(world: World) {
        use multitude_domain::pledges::ShowAs;
        let campaign = world.open(|_| ()).await;
        for (show_as, is_proved) in [(ShowAs::Name, true), (ShowAs::Name, false), (ShowAs::Anonymous, true)] {
            let placed = world.place(|new| new.backer.show_as = show_as).await.unwrap();
            if is_proved {
                world.db.write(async |tx| pledges::confirm_email(tx, placed.id).await).await.unwrap();
            }
            world.db.ambient().advance(Span::minutes(1));
        }
        let gone = world.place(|_| ()).await.unwrap();
        world.cancel(&gone).await.unwrap();
        let backers = async |skipped, limit| world.db.read(async |tx| list_backers(tx, campaign, skipped, limit).await).await.unwrap();
        let all = backers(0, 10).await;
        assert_eq!((all.total, all.next_cursor), (3, None));
        let names: Vec<_> = all.items.into_iter().map(|one| one.shown_name).collect();
        assert_eq!(names, [None, None, Some("Lea Brunschwiler".to_owned())], "the newest first");
        let first = backers(0, 2).await;
        assert_eq!((first.items.len(), first.next_cursor.as_deref()), (2, Some("2")));
        let last = backers(2, 2).await;
        assert_eq!((last.items.len(), last.next_cursor), (1, None));
        assert_eq!(last.items[0].shown_name.as_deref(), Some("Lea Brunschwiler"), "whoever came first");
    }
}
