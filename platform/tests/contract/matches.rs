//! Match money: which pledges a pool adds to, and what becomes of it.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::PoolId;
use multitude_domain::matching::MatchLimit;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{PaymentMethod, PledgeState};
use multitude_domain::time::Span;

use multitude_platform::campaigns::{
    add_member, cancel_campaign, find_pulse, remove_member, suspend_campaign,
};
use multitude_platform::db::{Site, StoreError, Tx};
use multitude_platform::payments::account_hash;
use multitude_platform::pledges::{self, PlacePledge, PlacedPledge};
use multitude_platform::pools::find_pool_view;
use multitude_platform::settlement::{pay_out, verify_payee};
use multitude_platform::{on, rows};

use crate::world::{Kind, World, contract};

/// What a pool adds to a pledge, and what keeps it from more.
async fn why(world: &World, placed: &PlacedPledge) -> (i64, Option<MatchLimit>) {
    let found = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    let receipt = found.unwrap().unwrap();
    (receipt.matched_minor, receipt.match_limit)
}

/// A text that a statement finds for an address.
async fn find(world: &World, statement: &'static str, email: &str) -> Option<String> {
    let find = async |tx: &mut Tx| {
        Ok::<_, StoreError>(on!(tx, c => sqlx::query_scalar(statement).bind(email).fetch_one(c).await)?)
    };
    world.db.read(find).await.unwrap()
}

/// As if a pledge had been paid from that account; the sandbox calls one by its method and address.
async fn pay_from(world: &World, placed: &PlacedPledge, account: &str) {
    let (id, hash) = (placed.id.uuid(), account_hash(&world.desk.keys, account));
    let pay = async |tx: &mut Tx| {
        let pay = "UPDATE pledges SET payer_hash = $2 WHERE id = $1";
        Ok::<_, StoreError>(rows!(tx, sqlx::query(pay).bind(id).bind(hash.as_slice()))?)
    };
    assert_eq!(world.db.write(pay).await.unwrap(), 1);
}

fn by(email: &'static str) -> impl FnOnce(&mut PlacePledge) {
    move |new| new.backer.email = Some(email.to_owned())
}

contract! {
    async fn pool_matches_up_to_its_cap_and_says_why_not(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 3_000).await;
        let first = world.place(by("a@example.ch")).await.unwrap();
        let same = world.place(by("a@example.ch")).await.unwrap();
        let capped = world.place(by("b@example.ch")).await.unwrap();
        let none = world.place(by("c@example.ch")).await.unwrap();

        assert_eq!(why(world, &first).await, (2_000, None));
        assert_eq!(why(world, &same).await, (0, Some(MatchLimit::SamePayer)));
        assert_eq!(why(world, &capped).await, (1_000, Some(MatchLimit::CampaignCap)));
        assert_eq!(why(world, &none).await, (0, Some(MatchLimit::CampaignCap)));
        assert_eq!(world.sums().await, (0, 24_000, 3_000, 4));
        world.cancel(&first).await.unwrap();
        assert_eq!(world.sums().await, (0, 18_000, 1_000, 3));
        world.change_amount(&capped, 9_000).await.unwrap();
        assert_eq!(world.sums().await, (0, 21_000, 3_000, 3), "what was freed matches again");
    }

    async fn pool_is_shown_with_where_its_money_is(world: World) {
        world.open(|new| new.draft.goal_minor = 9_000).await;
        assert_eq!(world.show().await.matching, None);
        world.pool(10_000, 3_000).await;
        let offer = world.show().await.matching.unwrap();
        assert_eq!((offer.left_minor(), offer.adds(6_000)), (3_000, (2_000, None)));
        world.place(by("a@example.ch")).await.unwrap();
        world.place(by("b@example.ch")).await.unwrap();
        let offer = world.show().await.matching.unwrap();
        assert_eq!((offer.left_minor(), offer.room.free_minor), (0, 7_000));

        let show = async || {
            let found = world.db.read(async |tx| find_pool_view(tx, offer.pool).await).await;
            found.unwrap().unwrap()
        };
        let pool = show().await;
        assert_eq!((pool.funded_minor, pool.free_minor(), pool.reserved_minor(), pool.paid_minor), (10_000, 7_000, 3_000, 0));
        let matches: Vec<_> = pool.matches.iter().map(|one| (one.pledge_minor, one.amount_minor, one.limit)).collect();
        assert_eq!(matches, [(6_000, 1_000, Some(MatchLimit::CampaignCap)), (6_000, 2_000, None)], "the newest first");
        let other = world.db.read(async |tx| find_pool_view(tx, PoolId::new(tx.uuid())).await).await;
        assert_eq!(other.unwrap(), None);

        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        let campaign = world.show().await.summary.id;
        world.db.write(async |tx| verify_payee(tx, &Actor::System, campaign, [1; 32]).await).await.unwrap();
        world.db.write(async |tx| pay_out(tx, &Actor::System, campaign).await).await.unwrap();
        let pool = show().await;
        assert_eq!((pool.free_minor(), pool.reserved_minor(), pool.paid_minor), (7_000, 0, 3_000));
        let pulse = world.db.for_site(Site::Sandbox).read(async |tx| find_pulse(tx).await).await.unwrap();
        assert_eq!(pulse.collected, [(Currency::CHF, 12_000, 1)]);
    }

    async fn match_that_was_given_back_goes_to_the_oldest_who_went_short(world: World) {
        world.open(|_| ()).await;
        world.pool(4_000, 3_000).await;
        world.open(|new| new.slug = "andere".to_owned()).await;
        world.run(&["INSERT INTO pool_campaigns (campaign_id, pool_id) SELECT c.id, p.id FROM campaigns c, pools p WHERE c.slug = 'andere'".to_owned()]).await;
        let first = world.place(by("a@example.ch")).await.unwrap();
        let same = world.place(by("a@example.ch")).await.unwrap();
        let capped = world.place(by("b@example.ch")).await.unwrap();
        let none = world.place(by("c@example.ch")).await.unwrap();
        let elsewhere = world.place(|new| { by("d@example.ch")(new); new.slug = "andere".to_owned(); }).await.unwrap();
        assert_eq!((why(world, &capped).await, why(world, &elsewhere).await), ((1_000, Some(MatchLimit::CampaignCap)), (1_000, Some(MatchLimit::PoolUsedUp))));

        world.cancel(&first).await.unwrap();
        world.settle(Span::ZERO).await;
        assert_eq!(why(world, &same).await, (2_000, None), "nobody else has its card any more");
        assert_eq!((why(world, &capped).await, why(world, &none).await), ((1_000, Some(MatchLimit::CampaignCap)), (0, Some(MatchLimit::CampaignCap))));
        world.cancel(&same).await.unwrap();
        world.settle(Span::ZERO).await;
        let of_both = (why(world, &capped).await.0, why(world, &none).await.0, why(world, &elsewhere).await.0);
        assert!(of_both == (2_000, 1_000, 1_000) || of_both == (2_000, 0, 2_000), "whichever campaign is looked at first: {of_both:?}");
        assert_eq!(world.count("SELECT used_minor FROM pools").await, 4_000, "all of it is given");
        let posted = world.count("SELECT COUNT(*) FROM ledger_transactions").await;
        for _ in 0..3 {
            world.settle(Span::minutes(1)).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM ledger_transactions").await, posted, "it comes to rest");
    }

    async fn match_that_was_given_back_at_the_last_moment_can_decide(world: World) {
        world.goal(8_000).await;
        world.pool(2_000, 2_000).await;
        let gone = world.give(9_000, "ok").await;
        let stays = world.give(6_000, "ok").await;
        world.db.ambient().advance(Span::days(9).less(Span::seconds(1)));
        world.cancel(&gone).await.unwrap();
        world.settle(Span::seconds(1)).await;
        assert_eq!((world.campaign_state().await, world.state_of(&stays).await), (CampaignState::Settled, PledgeState::Paid));
        assert_eq!(world.show().await.summary.matched_minor, 2_000);
    }

    async fn team_is_not_matched_whatever_its_address_looks_like(world: World) {
        let owner = world.user("lea@example.ch").await;
        let id = world.open(|new| new.owner = Some(owner)).await;
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        world.pool(1_000_000, 1_000_000).await;
        for email in ["lea@example.ch", "Lea@Example.ch", "LEA+1@example.ch", "Tobias@example.ch"] {
            let placed = world.place(|new| new.backer.email = Some(email.to_owned())).await.unwrap();
            assert_eq!(why(world, &placed).await, (0, Some(MatchLimit::TeamMember)), "{email}");
        }
    }

    async fn person_is_matched_once_by_card_address_and_account(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let user = world.user("mia@example.ch").await;
        let of_mia = |email: &'static str| move |new: &mut PlacePledge| {
            (new.backer.email, new.backer.user) = (Some(email.to_owned()), Some(user));
        };
        let twint = |new: &mut PlacePledge| {
            by("Lea+2@Example.ch")(new);
            new.wish.method = PaymentMethod::Twint;
        };
        let lea = world.place(by("lea+1@example.ch")).await.unwrap();
        let tagged = world.place(twint).await.unwrap();
        let mia = world.place(of_mia("mia@example.ch")).await.unwrap();
        let signed_in = world.place(of_mia("verein@example.ch")).await.unwrap();
        let other = world.place(by("other@example.ch")).await.unwrap();
        for (first, second) in [(&lea, &tagged), (&mia, &signed_in)] {
            assert_eq!((why(world, first).await, why(world, second).await), ((2_000, None), (0, Some(MatchLimit::SamePayer))));
        }
        assert_eq!(why(world, &other).await, (2_000, None));
        for (first, second) in [(lea, tagged), (mia, signed_in)] {
            world.cancel(&first).await.unwrap();
            world.settle(Span::ZERO).await;
            assert_eq!(why(world, &second).await, (2_000, None), "it is the first one now");
        }
    }

    async fn addresses_of_before_are_counted_as_new_ones(world: World) {
        world.open(|_| ()).await;
        let counted = [
            ("Lea+1@example.ch", "lea@example.ch"), ("lea+1+2@example.ch", "lea@example.ch"), ("+1@example.ch", "+1@example.ch"),
            ("lea@ex.example.ch", "lea@ex.example.ch"), ("ÉMILE+x@example.ch", "émile@example.ch"),
        ];
        for (email, _) in counted {
            world.place(by(email)).await.unwrap();
        }
        let file = match world.kind() {
            Kind::Sqlite => include_str!("../../migrations/sqlite/0028_first_match.sql"),
            Kind::Postgres => include_str!("../../migrations/postgres/0028_first_match.sql"),
        };
        let count = file.split(';').find(|statement| statement.contains("UPDATE pledges SET")).unwrap();
        for _ in 0..2 {
            for (email, counted) in counted {
                let kept = find(world, "SELECT email_counted FROM pledges WHERE email = $1", email).await;
                assert_eq!(kept.as_deref(), Some(counted), "{email}");
            }
            world.run(&["UPDATE pledges SET email_counted = NULL".to_owned(), count.to_owned()]).await;
        }
    }

    async fn whoever_was_of_the_team_is_never_matched(world: World) {
        let (owner, member) = (world.user("lea@example.ch").await, world.user("tobias@example.ch").await);
        let id = world.open(|new| new.owner = Some(owner)).await;
        world.pool(1_000_000, 1_000_000).await;
        let before = world.place(by("tobias@example.ch")).await.unwrap();
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        world.db.write(async |tx| remove_member(tx, &Actor::System, id, member).await).await.unwrap();
        // As if somebody else answered for the campaign now.
        world.own(id).await;
        world.settle(Span::ZERO).await;
        assert_eq!(why(world, &before).await, (0, Some(MatchLimit::TeamMember)));
        for email in ["tobias+1@example.ch", "lea@example.ch"] {
            let after = world.place(by(email)).await.unwrap();
            assert_eq!(why(world, &after).await, (0, Some(MatchLimit::TeamMember)), "{email}");
        }
        assert_eq!(world.sums().await, (0, 18_000, 0, 3));
    }

    async fn match_is_looked_at_again_when_somebody_joins_pays_otherwise_or_is_paid(world: World) {
        let id = world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let joins = world.place(by("tobias+1@example.ch")).await.unwrap();
        let payee = world.place(by("verein@example.ch")).await.unwrap();
        let other = world.place(by("other@example.ch")).await.unwrap();
        assert_eq!(world.sums().await, (0, 18_000, 6_000, 3));
        let member = world.user("tobias@example.ch").await;
        world.db.write(async |tx| add_member(tx, &Actor::System, id, member).await).await.unwrap();
        assert_eq!(why(world, &joins).await, (0, Some(MatchLimit::TeamMember)));
        let account = account_hash(&world.desk.keys, "card-verein@ example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, account).await).await.unwrap();
        assert_eq!(why(world, &payee).await, (0, Some(MatchLimit::TeamMember)));
        let again = world.place(by("verein@example.ch")).await.unwrap();
        assert_eq!(why(world, &again).await, (0, Some(MatchLimit::TeamMember)));
        pay_from(world, &other, "card-same@example.ch").await;
        let same = world.place(by("same@example.ch")).await.unwrap();
        assert_eq!(why(world, &same).await, (0, Some(MatchLimit::SamePayer)));
        pay_from(world, &other, "card-another@example.ch").await;
        let replace = async |placed: &PlacedPledge| {
            let holder = world.holder(placed.id).await;
            pledges::replace_method(&world.desk, &Actor::Guest, holder, "ok").await.unwrap();
        };
        replace(&same).await;
        assert_eq!(why(world, &same).await, (2_000, None), "nobody else pays with its card any more");
        pay_from(world, &same, "card-other@example.ch").await;
        replace(&other).await;
        assert_eq!(why(world, &other).await, (0, Some(MatchLimit::SamePayer)), "now somebody else does");
        assert_eq!(world.sums().await, (0, 30_000, 2_000, 5));
    }

    async fn transfer_that_arrived_is_matched_however_large(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let large = |method| move |new: &mut PlacePledge| {
            new.wish.method = method;
            new.wish.amount = Money::new(600_000, Currency::CHF);
            new.backer.email = Some(format!("{method}@example.ch"));
        };
        let transfer = world.place(large(PaymentMethod::Bank)).await.unwrap();
        let card = world.place(large(PaymentMethod::Card)).await.unwrap();
        assert_eq!(why(world, &card).await, (0, Some(MatchLimit::NeedsReview)));
        world.pass(Span::minutes(2)).await;
        assert_eq!(why(world, &transfer).await, (200_000, None));
        world.db.write(async |tx| pledges::review_pledge(tx, &Actor::System, card.id).await).await.unwrap();
        assert_eq!(why(world, &card).await, (200_000, None), "what was said before the review holds no more");
        assert_eq!(world.sums().await, (0, 1_200_000, 400_000, 2));
    }

    async fn another_amount_has_another_reason_for_its_match(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 3_000).await;
        let placed = world.place(|new| new.wish.amount = Money::new(12_000, Currency::CHF)).await.unwrap();
        assert_eq!(why(world, &placed).await, (3_000, Some(MatchLimit::CampaignCap)));
        world.change_amount(&placed, 6_000).await.unwrap();
        assert_eq!(why(world, &placed).await, (2_000, None));
    }

    async fn match_that_reaches_the_goal_leaves_nearly_funded(world: World) {
        use multitude_domain::view::CampaignSort;
        use multitude_platform::campaigns::{CampaignQuery, list_campaigns};
        world.open(|new| new.draft.goal_minor = 8_000).await;
        world.open(|new| { new.slug = "andere".to_owned(); new.draft.goal_minor = 100_000; }).await;
        world.pool(1_000_000, 1_000_000).await;
        let first = async || {
            let query = CampaignQuery { sort: CampaignSort::NearlyFunded, limit: 1, ..CampaignQuery::default() };
            world.db.read(async |tx| list_campaigns(tx, &query).await).await.unwrap().items.remove(0).slug
        };
        let reached = "SELECT t.reached_bp FROM campaign_totals t JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'schatten'";
        world.place(|new| { new.wish.amount = Money::new(1_000, Currency::CHF); new.backer.email = Some("b@example.ch".to_owned()); }).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("schatten", 1_666));
        let placed = world.place(|new| new.wish.amount = Money::new(5_010, Currency::CHF)).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("andere", 10_016), "6,010 and 2,003 reach 8,000");
        world.cancel(&placed).await.unwrap();
        assert_eq!((first().await.as_str(), world.count(reached).await), ("schatten", 1_666));
    }

    async fn match_money_follows_the_outcome(world: World) {
        let id = world.goal(8_000).await;
        world.pool(100_000, 1_000_000).await;
        world.give(6_000, "ok").await;
        world.give(900, "ok").await;
        world.give(600, "charge_declined").await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.show().await.summary.matched_minor, 2_500, "7,500 and 2,500 reach 8,000");
        world.settle(Span::days(8)).await;

        assert_eq!(world.campaign_state().await, CampaignState::Settled);
        let posted = "SELECT posted_minor FROM campaign_totals";
        assert_eq!((world.count(posted).await, world.show().await.summary.matched_minor), (0, 2_300));
        // It turns out that the money is paid to the account that one of the pledges came from: the pool's is
        // not.
        let account = account_hash(&world.desk.keys, "card-ok-900@example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, account).await).await.unwrap();
        assert_eq!(world.show().await.summary.matched_minor, 2_000);
        let corrected = account_hash(&world.desk.keys, "card-nobody@example.ch");
        world.db.write(async |tx| verify_payee(tx, &Actor::System, id, corrected).await).await.unwrap();
        world.db.write(async |tx| pay_out(tx, &Actor::System, id).await).await.unwrap();
        assert_eq!(world.count(posted).await, 2_000, "what is decided brings no new match");
        assert_eq!(world.count("SELECT used_minor FROM pools").await, 2_000);
    }

    async fn what_was_reached_stands_still_when_matches_are_given_back(world: World) {
        let id = world.goal(10_000).await;
        let owner = world.own(id).await;
        world.pool(100_000, 1_000_000).await;
        world.give(6_300, "ok").await;
        world.settle(Span::days(9)).await;

        let missed = world.show().await.summary;
        assert_eq!((missed.state, missed.matched_minor), (CampaignState::Closed, 0));
        assert_eq!((missed.counted_minor(), missed.reached_percent()), (8_400, 84));
        assert_eq!(world.count("SELECT reached_bp FROM campaign_totals").await, 8_400);
        let told = world.mails_to(owner).await.pop().unwrap();
        assert_eq!(told.subject, "Kühle schatten endete bei 84\u{a0}%");
        assert!(told.text.contains("CHF\u{a0}63.00 gesichert und CHF\u{a0}21.00 aus Töpfen, von CHF\u{a0}100.00"), "{}", told.text);
    }

    async fn what_was_reached_stands_still_where_a_campaign_is_stopped(world: World) {
        let id = world.goal(100_000).await;
        world.pool(100_000, 1_000_000).await;
        let placed = world.give(6_000, "ok").await;
        world.db.write(async |tx| suspend_campaign(tx, &Actor::System, id, "Wir prüfen.").await).await.unwrap();
        world.db.write(async |tx| cancel_campaign(tx, &Actor::System, id, "Es geht nicht.").await).await.unwrap();
        world.settle(Span::ZERO).await;
        let stopped = world.show().await.summary;
        assert_eq!((stopped.state, stopped.matched_minor, stopped.reached_percent()), (CampaignState::Closed, 0, 8));
        let receipt = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await.unwrap().unwrap();
        assert_eq!((receipt.state, receipt.decided_at), (PledgeState::Released, None), "it missed nothing");
    }
}
