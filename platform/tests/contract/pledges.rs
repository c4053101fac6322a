//! Placing, holding, answering and changing pledges.

use multitude_domain::campaign::DraftAddOn;
use multitude_domain::id::{AddOnId, PledgeId, RewardId};
use multitude_domain::ledger::ProviderCode;
use multitude_domain::matching::{MatchLimit, RatioRule};
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Relation, Role};
use multitude_domain::pledge::{AddOnChoice, PaymentMethod, PledgeFault, PledgeState, Proof};
use multitude_domain::time::Span;
use multitude_domain::view::PledgeDeed;

use multitude_platform::campaigns::{add_member, remove_member};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::ledger::find_campaign_ledger;
use multitude_platform::payments::{Answer, account_hash};
use multitude_platform::pledges::{
    self, Caller, ChangePledgeError, ExtendOutcome, Hold, HoldOutcome, Holder, PlacePledge, PlacePledgeError,
    PlacedPledge,
};
use multitude_platform::pools::{NewPool, open_pool};
use multitude_platform::rows;
use multitude_platform::settlement::verify_payee;

use crate::world::{Kind, World, contract, pledge, start};

async fn reward(world: &World) -> RewardId {
    world.show().await.rewards[0].id
}

fn wants(id: RewardId) -> impl FnOnce(&mut PlacePledge) {
    move |new| {
        new.wish.reward = Some((id, 1));
        new.wish.region = Some("CH".to_owned());
        new.wish.amount = Money::new(60_000, Currency::CHF);
    }
}

fn token(name: &str) -> impl FnOnce(&mut PlacePledge) {
    let name = name.to_owned();
    move |new| new.token = name
}

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

async fn cancel(world: &World, placed: &PlacedPledge) -> Result<(), ChangePledgeError> {
    let id = placed.id;
    world
        .db
        .write(async |tx| {
            pledges::cancel_pledge(tx, &world.desk.payments, &Actor::Guest, Relation::Backer, id).await
        })
        .await
}

async fn history(world: &World, placed: &PlacedPledge) -> Vec<PledgeDeed> {
    let found = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    found.unwrap().unwrap().history.into_iter().map(|(deed, _)| deed).collect()
}

async fn change(world: &World, placed: &PlacedPledge, minor: i64) -> Result<(), ChangePledgeError> {
    world.change(placed.id, |new| new.wish.amount = Money::new(minor, Currency::CHF)).await
}

async fn pool(world: &World, funded_minor: i64, campaign_minor_max: i64) {
    let id = world.show().await.summary.id;
    let new = NewPool {
        name: "Klimafonds".to_owned(),
        giver: "Stadt Aarwil".to_owned(),
        currency: Currency::CHF,
        rule: RatioRule { adds: 1, per: 3, campaign_minor_max },
        funded_minor,
        campaigns: vec![id],
        livemode: false,
    };
    world.db.write(async |tx| open_pool(tx, &new).await).await.unwrap();
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
        use multitude_domain::campaign::CampaignState;
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
        let id = reward(world).await;
        let first = world.place(wants(id)).await.unwrap();
        world.place(wants(id)).await.unwrap();

        assert!(matches!(world.place(wants(id)).await, Err(PlacePledgeError::SoldOut { .. })));
        assert_eq!(world.sums().await.3, 2);
        cancel(world, &first).await.unwrap();
        assert_eq!(world.show().await.rewards[0].left, Some(1));
        world.place(wants(id)).await.unwrap();
        let declined = world.place(|new| { wants(id)(new); token("declined")(new); }).await;
        assert!(matches!(declined, Err(PlacePledgeError::SoldOut { .. })));
    }

    async fn declined_method_gives_the_reward_back(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(1)).await;
        let id = reward(world).await;
        let placed = world.place(|new| { wants(id)(new); token("declined")(new); }).await.unwrap();

        assert_eq!(placed.state, PledgeState::Cancelled);
        assert_eq!(world.show().await.rewards[0].left, Some(1));
        assert_eq!(world.sums().await, (0, 0, 0, 0));
    }

    async fn held_reward_is_kept_for_its_browser_until_the_hold_ends(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(2)).await;
        let id = reward(world).await;
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
        let id = reward(world).await;
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
        let (id, own) = (reward(world).await, browser(1));
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
        let (id, own) = (reward(world).await, browser(1));
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
        let (id, own) = (reward(world).await, browser(1));
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
        let (id, own) = (reward(world).await, browser(1));
        hold_some(world, id, &own, 3, Proof::Unproved).await.unwrap();
        hold_some(world, id, &browser(2), 3, Proof::Proved).await.unwrap();

        let fewer = hold_some(world, id, &own, 2, Proof::Unproved).await;
        assert!(matches!(fewer, Ok(HoldOutcome::Held(Hold { qty: 2, .. }))), "{fewer:?}");
    }

    async fn whoever_proved_an_address_holds_whatever_has_room(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(8)).await;
        let id = reward(world).await;
        let by = async |n, qty, proof| hold_some(world, id, &browser(n), qty, proof).await;
        assert!(matches!(by(1, 4, Proof::Unproved).await, Ok(HoldOutcome::Held(_))));
        assert_eq!(by(2, 1, Proof::Unproved).await.unwrap(), HoldOutcome::NotHeld);
        assert!(matches!(by(2, 3, Proof::Proved).await, Ok(HoldOutcome::Held(_))));
        assert!(matches!(by(3, 2, Proof::Proved).await, Err(PlacePledgeError::SoldOut { .. })));
        assert!(matches!(by(3, 1, Proof::Proved).await, Ok(HoldOutcome::Held(_))), "the very last one");
    }

    async fn holds_that_ended_are_swept_away(world: World) {
        world.open(|_| ()).await;
        let id = reward(world).await;
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
        let id = reward(world).await;
        for n in 1..=4 {
            assert!(matches!(hold(world, id, &browser(n)).await, Ok(HoldOutcome::Held(_))), "{n}");
        }
        assert_eq!(hold(world, id, &browser(5)).await.unwrap(), HoldOutcome::NotHeld);
        assert!(world.place(wants(id)).await.is_ok(), "what is not held is for sale");
    }

    async fn one_address_holds_three(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(100)).await;
        let id = reward(world).await;
        for n in 1..=4_u8 {
            let holder = Holder { browser: [n; 32], address: [9; 32] };
            let is_held = matches!(hold(world, id, &holder).await, Ok(HoldOutcome::Held(_)));
            assert_eq!(is_held, n <= 3, "{n}");
        }
        let fourth = Holder { browser: [4; 32], address: [9; 32] };
        assert_eq!(hold_some(world, id, &fourth, 1, Proof::Proved).await.unwrap(), HoldOutcome::NotHeld, "a proof is no more room");
        assert!(matches!(hold(world, id, &browser(1)).await, Ok(HoldOutcome::Held(_))), "its own hold stays");
    }

    async fn add_ons_are_paid_for_limited_and_given_back(world: World) {
        world.open(|new| new.draft.add_ons = vec![DraftAddOn { title: "Karte".to_owned(), price_minor: 500, stock: Some(2) }]).await;
        let id = world.show().await.add_ons[0].id;
        let with = |id: AddOnId, qty| move |new: &mut PlacePledge| new.wish.add_ons = vec![AddOnChoice { id, qty }];
        let placed = world.place(with(id, 2)).await.unwrap();
        assert!(matches!(world.place(with(id, 1)).await, Err(PlacePledgeError::AddOnSoldOut)));
        cancel(world, &placed).await.unwrap();
        world.place(with(id, 1)).await.unwrap();
        assert_eq!(world.show().await.add_ons[0].left, Some(1));
    }

    async fn pledge_is_cancelled_until_the_deadline(world: World) {
        world.open(|_| ()).await;
        let first = world.place(|_| ()).await.unwrap();
        let second = world.place(|_| ()).await.unwrap();
        cancel(world, &first).await.unwrap();

        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
        assert!(matches!(cancel(world, &first).await, Err(ChangePledgeError::Move(_))), "cancelled once");
        world.pass(Span::days(9)).await;
        assert!(matches!(cancel(world, &second).await, Err(ChangePledgeError::Closed { .. })));
        assert_eq!(world.state_of(&second).await, PledgeState::Secured);
    }

    async fn strangers_do_not_touch_a_pledge(world: World) {
        world.open(|_| ()).await;
        let id = world.place(|_| ()).await.unwrap().id;
        let operator = Actor::Member { user: multitude_domain::id::UserId::new(uuid::Uuid::nil()), roles: vec![Role::Operator] };
        for actor in [Actor::Guest, operator] {
            let refused = world.db.write(async |tx| pledges::cancel_pledge(tx, &world.desk.payments, &actor, Relation::Stranger, id).await).await;
            assert!(matches!(refused, Err(ChangePledgeError::NotFound)));
        }
        assert_eq!(world.sums().await, (0, 6_000, 0, 1));
    }

    async fn amount_changes_within_the_offer(world: World) {
        world.open(|_| ()).await;
        let id = reward(world).await;
        let placed = world.place(wants(id)).await.unwrap();
        change(world, &placed, 70_000).await.unwrap();
        assert_eq!(history(world, &placed).await, [
            PledgeDeed::Moved(PledgeState::AwaitingSetup),
            PledgeDeed::Moved(PledgeState::Secured),
            PledgeDeed::Changed { amount_minor: 70_000, chosen: None },
        ]);

        assert_eq!(world.sums().await, (0, 70_000, 0, 1));
        let refused = change(world, &placed, 59_999).await.unwrap_err();
        assert!(matches!(refused, ChangePledgeError::Invalid(faults)
            if faults == [PledgeFault::UnderReward { least: Money::new(60_000, Currency::CHF) }]));
        assert!(matches!(change(world, &placed, 9_999_999).await, Err(ChangePledgeError::Invalid(_))), "not large unseen");
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
        assert!(review(Actor::System, placed.id).await.is_err(), "once");
        let taken_back = world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
        cancel(world, &taken_back).await.unwrap();
        assert!(matches!(review(Actor::System, taken_back.id).await, Err(ChangePledgeError::Move(_))), "it is over");
    }

    async fn nobody_takes_more_than_half_by_announcing_transfers(world: World) {
        world.open(|new| new.draft.rewards[0].stock = Some(10)).await;
        let id = reward(world).await;
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
        pledges::place(&world.desk, proved).await.unwrap();
        let first = placed.iter().flatten().next().unwrap().id;
        assert!(pledges::place(&world.desk, by_bank(21)).await.is_err());
        world.db.write(async |tx| pledges::confirm_email(tx, first).await).await.unwrap();
        assert!(pledges::place(&world.desk, by_bank(22)).await.is_err(), "four of seven are announced still");
        for n in 0..2 {
            world.place(|new| { wants(id)(new); new.backer.name = format!("N{n}"); }).await.unwrap();
        }
        assert_eq!(world.show().await.rewards[0].left, Some(1));
    }

    async fn large_pledge_that_becomes_small_counts_at_once(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 1_000_000).await;
        let placed = world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
        change(world, &placed, 490_000).await.unwrap();
        assert_eq!(world.sums().await, (490_000, 0, 0, 0), "still large");
        change(world, &placed, 60_000).await.unwrap();
        assert_eq!(world.sums().await, (0, 60_000, 20_000, 1));
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!((receipt.awaits_review, receipt.match_limit), (false, None));
        let refused = change(world, &placed, 500_000).await.unwrap_err();
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
        // It closes on Wednesday 10 March: Monday is the first of its last three banking days.
        world.pass(Span::days(6)).await;
        world.place(by_bank("lost")).await.unwrap();
        world.pass(Span::days(1)).await;
        let late = world.place(by_bank("ok")).await.unwrap_err();
        assert!(matches!(late, PlacePledgeError::Invalid(faults) if faults == [PledgeFault::BankTooLate]));
    }

    async fn pool_matches_up_to_its_cap_and_says_why_not(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 3_000).await;
        let by = |email: &'static str| move |new: &mut PlacePledge| new.backer.email = Some(email.to_owned());
        let why = async |placed: &PlacedPledge| {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.matched_minor, receipt.match_limit)
        };
        let first = world.place(by("a@example.ch")).await.unwrap();
        let same = world.place(by("a@example.ch")).await.unwrap();
        let capped = world.place(by("b@example.ch")).await.unwrap();
        let none = world.place(by("c@example.ch")).await.unwrap();

        assert_eq!(why(&first).await, (2_000, None));
        assert_eq!(why(&same).await, (0, Some(MatchLimit::SamePayer)));
        assert_eq!(why(&capped).await, (1_000, Some(MatchLimit::CampaignCap)));
        assert_eq!(why(&none).await, (0, Some(MatchLimit::CampaignCap)));
        assert_eq!(world.sums().await, (0, 24_000, 3_000, 4));
        cancel(world, &first).await.unwrap();
        assert_eq!(world.sums().await, (0, 18_000, 1_000, 3));
        change(world, &capped, 9_000).await.unwrap();
        assert_eq!(world.sums().await, (0, 21_000, 3_000, 3), "what was freed matches again");
    }

    async fn team_is_not_matched_whatever_its_address_looks_like(world: World) {
        let owner = world.user("lea@example.ch").await;
        let id = world.open(|new| new.owner = Some(owner)).await;
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        pool(world, 1_000_000, 1_000_000).await;
        for email in ["lea@example.ch", "Lea@Example.ch", "LEA+1@example.ch", "Tobias@example.ch"] {
            let placed = world.place(|new| new.backer.email = Some(email.to_owned())).await.unwrap();
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            assert_eq!((receipt.matched_minor, receipt.match_limit), (0, Some(MatchLimit::TeamMember)), "{email}");
        }
    }

    async fn match_is_looked_at_again_when_somebody_joins_pays_otherwise_or_is_paid(world: World) {
        let id = world.open(|_| ()).await;
        pool(world, 1_000_000, 1_000_000).await;
        let by = |email: &'static str| move |new: &mut PlacePledge| new.backer.email = Some(email.to_owned());
        let why = async |placed: &PlacedPledge| {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.matched_minor, receipt.match_limit)
        };
        let joins = world.place(by("tobias+1@example.ch")).await.unwrap();
        let payee = world.place(by("verein@example.ch")).await.unwrap();
        let other = world.place(by("other@example.ch")).await.unwrap();
        assert_eq!(world.sums().await, (0, 18_000, 6_000, 3));
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        assert_eq!(why(&joins).await, (0, Some(MatchLimit::TeamMember)));
        world.db.write(async |tx| remove_member(tx, &Actor::System, id, member).await).await.unwrap();
        assert_eq!(why(&joins).await, (2_000, None));
        // The sandbox calls an account by its method and address.
        let account = account_hash(&world.desk.keys, "card-verein@ example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, account).await).await.unwrap();
        assert_eq!(why(&payee).await, (0, Some(MatchLimit::TeamMember)));
        let again = world.place(by("verein@example.ch")).await.unwrap();
        assert_eq!(why(&again).await, (0, Some(MatchLimit::TeamMember)));
        let same = world.place(by("other@example.ch")).await.unwrap();
        assert_eq!(why(&same).await, (0, Some(MatchLimit::SamePayer)));
        // As if the first one had been paid with another card.
        world.run(&["UPDATE pledges SET payer_hash = NULL WHERE email = 'other@example.ch'".to_owned()]).await;
        let replace = async |placed: &PlacedPledge| {
            pledges::replace_method(&world.desk, &Actor::Guest, Relation::Backer, placed.id, "ok").await.unwrap();
        };
        replace(&same).await;
        assert_eq!(why(&same).await, (2_000, None), "nobody else pays with its card any more");
        replace(&other).await;
        assert_eq!(why(&other).await, (0, Some(MatchLimit::SamePayer)), "now somebody else does");
        assert_eq!(world.sums().await, (0, 30_000, 4_000, 5));
    }

    async fn transfer_that_arrived_is_matched_however_large(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 1_000_000).await;
        let large = |method| move |new: &mut PlacePledge| {
            new.wish.method = method;
            new.wish.amount = Money::new(600_000, Currency::CHF);
            new.backer.email = Some(format!("{method}@example.ch"));
        };
        let transfer = world.place(large(PaymentMethod::Bank)).await.unwrap();
        let card = world.place(large(PaymentMethod::Card)).await.unwrap();
        let why = async |placed: &PlacedPledge| {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.matched_minor, receipt.match_limit)
        };
        assert_eq!(why(&card).await, (0, Some(MatchLimit::NeedsReview)));
        world.pass(Span::minutes(2)).await;
        assert_eq!(why(&transfer).await, (200_000, None));
        world.db.write(async |tx| pledges::review_pledge(tx, &Actor::System, card.id).await).await.unwrap();
        assert_eq!(why(&card).await, (200_000, None), "what was said before the review holds no more");
        assert_eq!(world.sums().await, (0, 1_200_000, 400_000, 2));
    }

    async fn cards_that_nobody_confirmed_take_at_most_half_of_a_reward(world: World) {
        world.open(|_| ()).await;
        let id = reward(world).await;
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

    async fn another_amount_has_another_reason_for_its_match(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 3_000).await;
        let placed = world.place(|new| new.wish.amount = Money::new(12_000, Currency::CHF)).await.unwrap();
        let why = async || {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.matched_minor, receipt.match_limit)
        };
        assert_eq!(why().await, (3_000, Some(MatchLimit::CampaignCap)));
        change(world, &placed, 6_000).await.unwrap();
        assert_eq!(why().await, (2_000, None));
    }

    async fn match_that_reaches_the_goal_leaves_nearly_funded(world: World) {
        use multitude_domain::view::CampaignSort;
        use multitude_platform::campaigns::{CampaignQuery, list_campaigns};
        world.open(|new| new.draft.goal_minor = 8_000).await;
        world.open(|new| { new.slug = "andere".to_owned(); new.draft.goal_minor = 100_000; }).await;
        pool(world, 1_000_000, 1_000_000).await;
        let first = async || {
            let query = CampaignQuery { sort: CampaignSort::NearlyFunded, limit: 1, ..CampaignQuery::default() };
            world.db.read(async |tx| list_campaigns(tx, &query).await).await.unwrap().items.remove(0).slug
        };
        let reached = "SELECT t.reached_bp FROM campaign_totals t JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'schatten'";
        world.place(|new| { new.wish.amount = Money::new(1_000, Currency::CHF); new.backer.email = Some("b@example.ch".to_owned()); }).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("schatten", 1_666));
        let placed = world.place(|new| new.wish.amount = Money::new(5_010, Currency::CHF)).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("andere", 10_016), "6,010 and 2,003 reach 8,000");
        cancel(world, &placed).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("schatten", 1_666));
    }

    async fn real_and_simulated_money_do_not_meet(world: World) {
        world.open(|new| new.livemode = true).await;
        assert!(matches!(world.place(|_| ()).await, Err(PlacePledgeError::NoCampaign { .. })));
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges").await, 0);
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
        let note = async |relation, updates| world.db.write(async |tx| {
            pledges::note_consents(tx, &Actor::Guest, relation, placed.id, Consents { updates, news: !updates }).await
        }).await;
        let noted = async || {
            let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
            (receipt.consents.updates, receipt.consents.news)
        };
        assert_eq!(noted().await, (false, false), "nothing unless they say so");
        note(Relation::Backer, true).await.unwrap();
        assert!(matches!(note(Relation::Stranger, false).await, Err(ChangePledgeError::NotFound)));
        assert_eq!(noted().await, (true, false));
    }

    async fn backers_are_shown_as_they_want_and_once_their_address_is_proved(world: World) {
        use multitude_domain::pledge::ShowAs;
        use multitude_platform::campaigns::list_backers;
        let campaign = world.open(|_| ()).await;
        for (show_as, is_proved) in [(ShowAs::Name, true), (ShowAs::Name, false), (ShowAs::Anonymous, true)] {
            let placed = world.place(|new| new.backer.show_as = show_as).await.unwrap();
            if is_proved {
                world.db.write(async |tx| pledges::confirm_email(tx, placed.id).await).await.unwrap();
            }
            world.db.ambient().advance(Span::minutes(1));
        }
        let gone = world.place(|_| ()).await.unwrap();
        cancel(world, &gone).await.unwrap();
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

    async fn ledger_and_pledge_events_are_append_only(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 3_000).await;
        world.place(|_| ()).await.unwrap();
        world.verify().await;
        let refused = async |statement: &'static str, why: &str| {
            let changed = world.db.write(async |tx| {
                rows!(tx, sqlx::query(statement))?;
                Ok::<_, StoreError>(())
            }).await;
            let told = changed.map_err(|error| error.to_string());
            assert!(told.as_ref().is_err_and(|told| told.contains(why)), "{statement}: {told:?}");
        };
        for (statement, why) in [
            ("UPDATE ledger_transactions SET kind = 'payout'", "the ledger is append-only"),
            ("DELETE FROM ledger_transactions", "the ledger is append-only"),
            ("UPDATE ledger_entries SET amount_minor = 1", "the ledger is append-only"),
            ("DELETE FROM ledger_entries", "the ledger is append-only"),
            ("UPDATE ledger_seals SET block = 1", "the chain is append-only"),
            ("DELETE FROM ledger_seals", "the chain is append-only"),
            ("UPDATE ledger_blocks SET last_sequence = 7", "the chain is append-only"),
            ("DELETE FROM ledger_blocks", "the chain is append-only"),
            ("UPDATE pledge_events SET secured_delta_minor = 0", "pledge events are append-only"),
            ("DELETE FROM pledge_events", "pledge events are append-only"),
            ("UPDATE pledges SET state = 'paid'", "no such change of a pledge"),
            ("UPDATE campaigns SET state = 'completed'", "no such change of a campaign"),
            ("UPDATE campaigns SET goal_minor = 1", "goal"),
            ("UPDATE campaigns SET livemode = NOT livemode", "livemode is fixed"),
            ("UPDATE pledges SET livemode = NOT livemode", "livemode is fixed"),
        ] {
            refused(statement, why).await;
        }
        let back_doors: &[(&str, &str)] = match world.kind() {
            Kind::Sqlite => &[
                ("INSERT OR REPLACE INTO ledger_transactions SELECT * FROM ledger_transactions", "the ledger is append-only"),
                ("REPLACE INTO ledger_entries SELECT transaction_id, position, account, 1 FROM ledger_entries", "the ledger is append-only"),
                ("REPLACE INTO ledger_seals SELECT * FROM ledger_seals", "the chain is append-only"),
                ("REPLACE INTO ledger_blocks SELECT * FROM ledger_blocks", "the chain is append-only"),
                ("REPLACE INTO pledge_events SELECT * FROM pledge_events", "pledge events are append-only"),
            ],
            Kind::Postgres => &[
                ("TRUNCATE ledger_transactions CASCADE", "the ledger is append-only"),
                ("TRUNCATE ledger_entries", "the ledger is append-only"),
                ("TRUNCATE ledger_seals", "the chain is append-only"),
                ("TRUNCATE ledger_blocks CASCADE", "the chain is append-only"),
                ("TRUNCATE pledge_events", "pledge events are append-only"),
                ("TRUNCATE campaigns CASCADE", "append-only"),
            ],
        };
        for (statement, why) in back_doors {
            refused(statement, why).await;
        }
    }

    async fn campaigns_chain_is_published_whole_and_holds(world: World) {
        world.open(|_| ()).await;
        pool(world, 1_000_000, 1_000_000).await;
        let campaign = world.show().await.summary.id;
        let ledger = async |limit| {
            world.db.read(async |tx| find_campaign_ledger(tx, campaign, Currency::CHF, limit).await).await.unwrap()
        };
        let by = |n: u32| move |new: &mut PlacePledge| new.backer.email = Some(format!("{n}@example.ch"));
        for n in 0..3 {
            world.place(by(n)).await.unwrap();
        }
        assert_eq!((ledger(10).await.records.len(), ledger(10).await.unsealed), (0, 3));
        world.verify().await;
        world.place(by(3)).await.unwrap();
        world.verify().await;

        let whole = ledger(10).await;
        assert_eq!((whole.verify(), whole.is_cut, whole.unsealed), (Ok(4), false, 0));
        assert!(ledger(2).await.is_cut);
    }

    async fn machines_in_the_database_are_those_of_the_rules(world: World) {
        use multitude_domain::campaign::CampaignState;
        let pairs = async |statement: &'static str| {
            world.db.read(async |tx| {
                let rows: Vec<(String, String)> =
                    multitude_platform::on!(tx, c => sqlx::query_as(statement).fetch_all(c).await)?;
                Ok::<_, StoreError>(rows.into_iter().collect::<std::collections::BTreeSet<_>>())
            }).await.unwrap()
        };
        let names = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            pairs("SELECT from_state, to_state FROM pledge_transitions").await,
            PledgeState::CHANGES.iter().map(|(from, _, to)| names(from.name(), to.name())).collect()
        );
        assert_eq!(
            pairs("SELECT from_state, to_state FROM campaign_transitions").await,
            CampaignState::CHANGES.iter().map(|(from, _, to)| names(from.name(), to.name())).collect()
        );
    }
}

async fn world_campaign(tx: &mut Tx) -> Result<uuid::Uuid, StoreError> {
    Ok(multitude_platform::on!(tx, c => sqlx::query_scalar("SELECT id FROM campaigns").fetch_one(c).await)?)
}
