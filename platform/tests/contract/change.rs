//! What backers make of their pledges until the deadline.

use multitude_domain::campaigns::{CampaignState, DraftAddOn, DraftReward};
use multitude_domain::id::{AddOnId, PledgeId, RewardId};
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{
    AddOnChoice, PaymentMethod, PledgeFault, PledgeState, PledgeWish, Proof, ShowAs,
};
use multitude_domain::time::Span;
use multitude_domain::view::PledgeDeed;
use multitude_platform::db::Tx;
use multitude_platform::pledges::{self, ChangePledgeError, Holder, PlacePledge, PlacedPledge};
use multitude_platform::rows;

use crate::world::{World, contract, pledge};

/// What a campaign offers: a bench that is sent, a badge that is not, and a map beside them.
struct Shop {
    bench: RewardId,
    badge: RewardId,
    map: AddOnId,
}

/// Opens a campaign with so many of everything.
async fn open(world: &World, benches: i64, badges: i64, maps: i64) -> Shop {
    world
        .open(|new| {
            let bench = &mut new.draft.rewards[0];
            bench.stock = Some(benches);
            bench.regions = vec![("CH".to_owned(), 0), ("EU".to_owned(), 1_000)];
            let badge = DraftReward {
                title: "Abzeichen".to_owned(),
                price_minor: 2_000,
                stock: Some(badges),
                regions: Vec::new(),
                ..bench.clone()
            };
            new.draft.rewards.push(badge);
            new.draft.add_ons =
                vec![DraftAddOn { title: "Karte".to_owned(), price_minor: 500, stock: Some(maps) }];
        })
        .await;
    let view = world.show().await;
    Shop { bench: view.rewards[0].id, badge: view.rewards[1].id, map: view.add_ons[0].id }
}

/// How many benches, badges and maps are left.
async fn left(world: &World) -> [Option<i64>; 3] {
    let view = world.show().await;
    [view.rewards[0].left, view.rewards[1].left, view.add_ons[0].left]
}

fn chf(minor: i64) -> Money {
    Money::new(minor, Currency::CHF)
}

/// A wish for a reward, in Switzerland where it is sent.
fn want(wish: &mut PledgeWish, minor: i64, reward: Option<(RewardId, u32)>, is_sent: bool) {
    wish.amount = chf(minor);
    wish.reward = reward;
    wish.region = is_sent.then(|| "CH".to_owned());
}

async fn show(world: &World, placed: &PlacedPledge, show_as: ShowAs) -> Result<(), ChangePledgeError> {
    let holder = world.holder(placed.id).await;
    let show = async |tx: &mut Tx| pledges::show_otherwise(tx, &Actor::Guest, holder, show_as).await;
    world.db.write(show).await
}

async fn changes_of(world: &World, placed: &PlacedPledge) -> Vec<PledgeDeed> {
    let found = world.db.read(async |tx| pledges::find_receipt(tx, &placed.receipt).await).await;
    let history = found.unwrap().unwrap().history.into_iter().map(|(deed, _)| deed);
    history.filter(|deed| matches!(deed, PledgeDeed::Changed { .. })).collect()
}

fn changed(amount_minor: i64, chosen: Option<&str>) -> PledgeDeed {
    PledgeDeed::Changed { amount_minor, chosen: chosen.map(str::to_owned) }
}

contract! {
    async fn everything_that_was_chosen_is_changed_in_one_go(world: World) {
        let shop = open(world, 3, 8, 5).await;
        world.pool(10_000_000, 10_000_000).await;
        let placed = world.place(|new| {
            want(&mut new.wish, 2_500, Some((shop.badge, 1)), false);
            new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
        }).await.unwrap();
        assert_eq!(left(world).await, [Some(3), Some(7), Some(4)]);

        world.change(placed.id, |new| {
            want(&mut new.wish, 125_000, Some((shop.bench, 2)), true);
            new.wish.region = Some("EU".to_owned());
            new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 4 }];
            new.show_as = ShowAs::Initials;
        }).await.unwrap();

        assert_eq!(left(world).await, [Some(1), Some(8), Some(1)]);
        assert_eq!(world.sums().await, (0, 125_000, 41_666, 1));
        let now = world.chosen(placed.id).await;
        assert_eq!((now.wish.reward, now.wish.region.as_deref(), now.show_as), (Some((shop.bench, 2)), Some("EU"), ShowAs::Initials));
        assert_eq!(now.wish.add_ons, [AddOnChoice { id: shop.map, qty: 4 }]);

        world.change(placed.id, |new| {
            want(&mut new.wish, 2_000, None, false);
            new.wish.add_ons = Vec::new();
        }).await.unwrap();
        assert_eq!(left(world).await, [Some(3), Some(8), Some(5)], "all of it can be chosen again");
        assert_eq!(world.sums().await, (0, 2_000, 666, 1));
        assert_eq!(changes_of(world, &placed).await, [changed(125_000, Some("Bank")), changed(2_000, Some(""))]);
    }

    async fn number_and_region_change_without_giving_anything_back(world: World) {
        let shop = open(world, 2, 1, 1).await;
        let placed = world.place(|new| want(&mut new.wish, 60_000, Some((shop.bench, 1)), true)).await.unwrap();
        let other = Holder { browser: [2; 32], address: [2; 32] };
        let wish = PledgeWish { amount: chf(60_000), reward: Some((shop.bench, 1)), region: Some("CH".to_owned()), ..pledge(0).wish };
        world.db.write(async |tx| pledges::hold_reward(tx, "schatten", &wish, &other, Proof::Proved).await).await.unwrap();

        let more = world.change(placed.id, |new| want(&mut new.wish, 120_000, Some((shop.bench, 2)), true)).await;
        assert!(matches!(more, Err(ChangePledgeError::SoldOut { title }) if title == "Bank"), "somebody holds the last one");
        world.change(placed.id, |new| new.wish.amount = chf(70_000)).await.unwrap();
        let short = world.change(placed.id, |new| {
            new.wish.region = Some("EU".to_owned());
            new.wish.amount = chf(60_999);
        }).await;
        assert!(matches!(short, Err(ChangePledgeError::Invalid(faults)) if faults == [PledgeFault::UnderReward { least: chf(61_000) }]));
        world.change(placed.id, |new| new.wish.region = Some("EU".to_owned())).await.unwrap();
        world.db.ambient().advance(Span::minutes(15));
        world.change(placed.id, |new| want(&mut new.wish, 120_000, Some((shop.bench, 2)), true)).await.unwrap();
        assert_eq!(left(world).await[0], Some(0));
        world.change(placed.id, |new| want(&mut new.wish, 120_000, Some((shop.bench, 1)), true)).await.unwrap();

        assert_eq!(left(world).await[0], Some(1));
        assert_eq!(changes_of(world, &placed).await.len(), 4, "refusals leave nothing");
    }

    async fn what_is_gone_is_refused_and_nothing_is_lost(world: World) {
        let shop = open(world, 1, 1, 1).await;
        let mine = world.place(|new| {
            want(&mut new.wish, 2_500, Some((shop.badge, 1)), false);
            new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
        }).await.unwrap();
        let other = world.place(|new| want(&mut new.wish, 60_000, Some((shop.bench, 1)), true)).await.unwrap();
        let before = (world.chosen(mine.id).await, left(world).await, world.sums().await);

        let bench = world.change(mine.id, |new| {
            want(&mut new.wish, 80_000, Some((shop.bench, 1)), true);
            new.show_as = ShowAs::Anonymous;
        }).await;
        assert!(matches!(bench, Err(ChangePledgeError::SoldOut { title }) if title == "Bank"));
        let map = world.change(other.id, |new| {
            new.wish.amount = chf(70_000);
            new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
        }).await;
        assert!(matches!(map, Err(ChangePledgeError::AddOnSoldOut)));
        assert_eq!((world.chosen(mine.id).await, left(world).await, world.sums().await), before);
        assert_eq!((changes_of(world, &mine).await, changes_of(world, &other).await), (Vec::new(), Vec::new()));
    }

    async fn rules_of_a_new_pledge_hold_for_a_changed_one(world: World) {
        let shop = open(world, 8, 200, 8).await;
        let placed = world.place(|new| new.wish.method = PaymentMethod::Twint).await.unwrap();
        let faults = async |change: &dyn Fn(&mut PledgeWish)| match world.change(placed.id, |new| change(&mut new.wish)).await {
            Err(ChangePledgeError::Invalid(faults)) => faults.iter().map(PledgeFault::code).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(faults(&|wish| want(wish, 59_999, Some((shop.bench, 1)), true)).await, ["pledge.under_reward"]);
        assert_eq!(faults(&|wish| want(wish, 60_000, Some((shop.bench, 1)), false)).await, ["pledge.region_missing"]);
        assert_eq!(faults(&|wish| want(wish, 480_000, Some((shop.badge, 100)), false)).await, ["pledge.quantity"]);
        assert_eq!(faults(&|wish| want(wish, 499, None, false)).await, ["pledge.too_small"]);
        assert_eq!(faults(&|wish| want(wish, 480_001, None, false)).await, ["pledge.too_large"], "not large unseen");
        assert_eq!(faults(&|wish| want(wish, 500_001, None, false)).await, ["pledge.too_large"], "TWINT carries less");
        assert_eq!((left(world).await, world.sums().await), ([Some(8), Some(200), Some(8)], (0, 6_000, 0, 1)));
    }

    async fn change_that_is_sent_twice_is_made_once(world: World) {
        let shop = open(world, 8, 8, 8).await;
        let placed = world.place(|_| ()).await.unwrap();
        for _ in 0..2 {
            world.change(placed.id, |new| {
                want(&mut new.wish, 60_500, Some((shop.bench, 1)), true);
                new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
            }).await.unwrap();
            world.change(placed.id, |new| new.show_as = ShowAs::Initials).await.unwrap();
        }
        assert_eq!(left(world).await, [Some(7), Some(8), Some(7)]);
        assert_eq!(changes_of(world, &placed).await, [changed(60_500, Some("Bank"))], "how one is shown is no news");
    }

    async fn transfer_keeps_what_its_backer_was_told(world: World) {
        let shop = open(world, 8, 8, 8).await;
        let placed = world.place(|new| new.wish.method = PaymentMethod::Bank).await.unwrap();
        let refused = world.change(placed.id, |new| want(&mut new.wish, 60_000, Some((shop.bench, 1)), true)).await;
        assert!(matches!(refused, Err(ChangePledgeError::Move(_))));
        show(world, &placed, ShowAs::Anonymous).await.unwrap();
        world.pass(Span::minutes(2)).await;
        show(world, &placed, ShowAs::Initials).await.unwrap();

        let now = world.chosen(placed.id).await;
        assert_eq!((now.wish.amount, now.wish.reward, now.show_as), (chf(6_000), None, ShowAs::Initials));
        assert_eq!(world.state_of(&placed).await, PledgeState::Funded);
    }

    async fn what_was_changed_meanwhile_is_not_changed_unseen(world: World) {
        open(world, 8, 8, 8).await;
        let placed = world.place(|_| ()).await.unwrap();
        let seen = world.chosen(placed.id).await;
        let change = async |minor: i64, seen: &pledges::Chosen| {
            let mut new = seen.clone();
            new.wish.amount = chf(minor);
            let holder = world.holder(placed.id).await;
            world.db.write(async |tx| pledges::change_pledge(tx, &Actor::Guest, holder, &new, Some(seen)).await).await
        };
        change(7_000, &seen).await.unwrap();
        change(7_000, &seen).await.unwrap();
        let refused = change(8_000, &seen).await;
        assert!(matches!(refused, Err(ChangePledgeError::Overtaken { amount }) if amount == chf(7_000)), "{refused:?}");
        assert_eq!(world.chosen(placed.id).await.wish.amount, chf(7_000));
    }

    async fn nothing_is_changed_by_strangers_or_where_the_campaign_pauses_or_has_closed(world: World) {
        open(world, 8, 8, 8).await;
        let placed = world.place(|_| ()).await.unwrap();
        let gone = world.place(|new| new.token = "declined".to_owned()).await.unwrap();
        let new = world.chosen(placed.id).await;
        let stranger = world.db.write(async |tx| pledges::change_pledge(tx, &Actor::Guest, placed.id, &new, None).await).await;
        assert!(matches!(stranger, Err(ChangePledgeError::NotFound)));
        assert!(matches!(show(world, &gone, ShowAs::Initials).await, Err(ChangePledgeError::Move(_))), "it is over");
        let set = async |state: CampaignState| {
            let name = state.name();
            world.db.write(async |tx| {
                rows!(tx, sqlx::query("UPDATE campaigns SET state = $1").bind(name))?;
                Ok::<_, multitude_platform::db::StoreError>(())
            }).await.unwrap();
        };
        set(CampaignState::Suspended).await;
        let raise = async || world.change(placed.id, |new| new.wish.amount = chf(7_000)).await;
        assert!(matches!(raise().await, Err(ChangePledgeError::Paused)));
        assert!(matches!(show(world, &placed, ShowAs::Initials).await, Err(ChangePledgeError::Paused)));
        set(CampaignState::Live).await;
        world.db.ambient().advance(Span::days(9));
        assert!(matches!(raise().await, Err(ChangePledgeError::Closed { .. })));
        assert!(matches!(show(world, &placed, ShowAs::Initials).await, Err(ChangePledgeError::Closed { .. })));
        assert_eq!(world.chosen(placed.id).await, new);
    }

    async fn last_one_goes_to_one_of_those_who_change_and_place_at_once(world: World) {
        let shop = open(world, 4, 100, 4).await;
        world.pool(10_000_000, 10_000_000).await;
        for round in 0..4_i64 {
            let mut backers = Vec::new();
            for n in 0..12 {
                let by = format!("{round}-{n}@example.ch");
                backers.push(world.place(|new| {
                    new.backer.email = Some(by);
                    want(&mut new.wish, 2_000, Some((shop.badge, 1)), false);
                }).await.unwrap().id);
            }
            let mut doing = Vec::new();
            for id in backers {
                let (desk, bench, holder) = (world.desk.clone(), shop.bench, world.holder(id).await);
                let mut new = world.chosen(id).await;
                // One bench a round, and one map beside it.
                want(&mut new.wish, 60_500 + 60_000 * 3, Some((bench, 1)), true);
                new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
                doing.push(tokio::spawn(async move {
                    let change = desk.db.write(async move |tx| pledges::change_pledge(tx, &Actor::Guest, holder, &new, None).await).await;
                    matches!(change.as_ref().map_err(|error| matches!(error, ChangePledgeError::SoldOut { .. } | ChangePledgeError::AddOnSoldOut)), Ok(()) | Err(true))
                        .then_some(change.is_ok())
                }));
                let (desk, mut new) = (world.desk.clone(), pledge(0));
                want(&mut new.wish, 60_000, Some((bench, 1)), true);
                doing.push(tokio::spawn(async move {
                    let placed = pledges::place(&desk, new).await;
                    matches!(placed, Ok(_) | Err(pledges::PlacePledgeError::SoldOut { .. })).then_some(placed.is_ok())
                }));
            }
            let mut won = 0;
            for one in doing {
                won += i64::from(one.await.unwrap().expect("taken, or gone"));
            }
            assert_eq!((won, left(world).await[0]), (if round == 0 { 4 } else { 0 }, Some(0)), "round {round}");
        }
        assert_eq!(world.db.write_waits().tried_again, 0, "nobody had to be pulled out of a circle");
    }

    async fn those_who_swap_rewards_never_wait_in_a_circle(world: World) {
        let shop = open(world, 100, 100, 100).await;
        world.pool(10_000_000, 10_000_000).await;
        let place = async |n: usize, first: bool| {
            let reward = if first { shop.bench } else { shop.badge };
            world.place(|new: &mut PlacePledge| {
                new.backer.email = Some(format!("{n}@example.ch"));
                want(&mut new.wish, 60_500, Some((reward, 1)), first);
                new.wish.add_ons = vec![AddOnChoice { id: shop.map, qty: 1 }];
            }).await.unwrap().id
        };
        let mut backers: Vec<(PledgeId, bool)> = Vec::new();
        for n in 0..24 {
            backers.push((place(n, n % 2 == 0).await, n % 2 == 0));
        }
        for round in 0..4_i64 {
            let mut doing = Vec::new();
            for (nth, (id, has_bench)) in backers.iter_mut().enumerate() {
                *has_bench = !*has_bench;
                let mut new = world.chosen(*id).await;
                let reward = if *has_bench { shop.bench } else { shop.badge };
                want(&mut new.wish, 60_500 + round, Some((reward, 1)), *has_bench);
                if nth % 3 == 0 {
                    new.wish.add_ons = Vec::new();
                }
                // Each says it twice, at the same moment.
                for _ in 0..2 {
                    let (desk, holder, new) = (world.desk.clone(), world.holder(*id).await, new.clone());
                    doing.push(tokio::spawn(async move {
                        desk.db.write(async move |tx| pledges::change_pledge(tx, &Actor::Guest, holder, &new, None).await).await.unwrap();
                    }));
                }
            }
            for n in 0..12_i64 {
                let (desk, mut new) = (world.desk.clone(), pledge(0));
                new.backer.email = Some(format!("{round}-{n}-new@example.ch"));
                want(&mut new.wish, 60_500, Some((if n % 2 == 0 { shop.bench } else { shop.badge }, 1)), n % 2 == 0);
                doing.push(tokio::spawn(async move { pledges::place(&desk, new).await.map(|_| ()).unwrap() }));
            }
            for one in doing {
                one.await.unwrap();
            }
        }
        assert_eq!(world.db.write_waits().tried_again, 0, "nobody had to be pulled out of a circle");
        assert_eq!(left(world).await, [Some(100 - 12 - 24), Some(100 - 12 - 24), Some(100 - 16)]);
        assert_eq!(world.count("SELECT COUNT(*) FROM pledge_events WHERE deed = 'amount'").await, 4 * 24, "each change once");
    }

    async fn two_changes_of_one_pledge_at_once_leave_one_of_them(world: World) {
        let shop = open(world, 8, 8, 8).await;
        for _ in 0..6 {
            let placed = world.place(|_| ()).await.unwrap();
            let base = world.chosen(placed.id).await;
            let mut doing = Vec::new();
            for (minor, reward, is_sent) in [(60_000, shop.bench, true), (2_000, shop.badge, false)] {
                let (desk, holder, mut new) = (world.desk.clone(), world.holder(placed.id).await, base.clone());
                want(&mut new.wish, minor, Some((reward, 1)), is_sent);
                doing.push(tokio::spawn(async move {
                    desk.db.write(async move |tx| pledges::change_pledge(tx, &Actor::Guest, holder, &new, None).await).await.unwrap();
                }));
            }
            for one in doing {
                one.await.unwrap();
            }
            let now = world.chosen(placed.id).await.wish;
            let is_bench = now.reward == Some((shop.bench, 1));
            assert_eq!((now.amount.minor(), now.region.is_some()), if is_bench { (60_000, true) } else { (2_000, false) });
        }
        let [benches, badges, _] = left(world).await;
        assert_eq!(benches.unwrap() + badges.unwrap(), 16 - 6);
    }
}
