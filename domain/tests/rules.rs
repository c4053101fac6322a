//! Rules that hold for every input: quotes, amounts, holds, decisions, banking days, civil time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use multitude_domain::banking_day::BankCalendar;
use multitude_domain::campaigns::{BankWait, Decision, FundingModel, PolicyKind, Standing};
use multitude_domain::id::{AddOnId, RewardId};
use multitude_domain::money::{Currency, Money, parse_amount};
use multitude_domain::pledges::{
    ADDRESS_HOLDS_MAX, AddOnChoice, HoldRules, Offer, OfferedAddOn, OfferedReward, PaymentMethod,
    PledgeFault, PledgeWish, Proof, quote,
};
use multitude_domain::time::Day;
use proptest::prelude::*;
use uuid::Uuid;

const REWARD: RewardId = RewardId::new(Uuid::from_u128(1));
const ADD_ON: AddOnId = AddOnId::new(Uuid::from_u128(2));

fn day() -> impl Strategy<Value = Day> {
    (0_i64..20_000).prop_map(|days| Day::new(2010, 1, 1).unwrap().plus_days(days))
}

fn calendar() -> impl Strategy<Value = BankCalendar> {
    prop::sample::select(vec![BankCalendar::Swiss, BankCalendar::Target])
}

fn model() -> impl Strategy<Value = FundingModel> {
    prop::sample::select(vec![
        FundingModel::AllOrNothing,
        FundingModel::Flexible,
        FundingModel::MinimumAndOptimum { optimum_minor: 20_000 },
    ])
}

/// The worst first.
fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::Missed => 0,
        Decision::AwaitBank => 1,
        Decision::Reached => 2,
    }
}

proptest! {
    #[test]
    fn amount_pays_for_the_choice_exactly_where_no_fault_says_otherwise(
        (price, shipping, add_on) in (1_i64..500_000, 0_i64..20_000, 1_i64..20_000),
        (qty, add_on_qty) in (1_u32..5, 0_u32..5),
        distance in -3_i64..=3,
        far in -2_000_000_i64..2_000_000,
        is_near in any::<bool>(),
    ) {
        let today = Day::new(2027, 3, 1).unwrap();
        let policy = PolicyKind::Standard.policy(Currency::CHF);
        let least = price * i64::from(qty) + shipping * i64::from(qty) + add_on * i64::from(add_on_qty);
        let amount = if is_near { least + distance } else { least + far };
        prop_assume!((policy.pledge_minor_min..=policy.pledge_minor_max).contains(&amount));
        let offer = Offer {
            currency: Currency::CHF,
            policy: PolicyKind::Standard,
            rewards: vec![OfferedReward {
                id: REWARD,
                price_minor: price,
                early_until: None,
                regions: vec![("CH".to_owned(), shipping)],
            }],
            add_ons: vec![OfferedAddOn { id: ADD_ON, price_minor: add_on }],
            closes_at: today.plus_days(20).end_in_zurich(),
            now: today.at_in_zurich(9, 0, 0),
        };
        let add_ons = (add_on_qty > 0).then_some(AddOnChoice { id: ADD_ON, qty: add_on_qty });
        let wish = PledgeWish {
            amount: Money::new(amount, Currency::CHF),
            reward: Some((REWARD, qty)),
            region: Some("CH".to_owned()),
            add_ons: add_ons.into_iter().collect(),
            method: PaymentMethod::Card,
        };
        let (quote, faults) = quote(&offer, &wish);
        prop_assert_eq!(quote.least_minor(), least);
        let under = PledgeFault::UnderReward { least: Money::new(least, Currency::CHF) };
        prop_assert_eq!(faults, if amount < least { vec![under] } else { Vec::new() });
    }

    #[test]
    fn typed_amounts_are_read_back(
        minor in prop_oneof![0_i64..1_000_000, 0..=i64::MAX],
        currency in prop::sample::select(Currency::ALL),
    ) {
        let amount = Money::new(minor, currency);
        prop_assert_eq!(parse_amount(&amount.typed(), currency), Ok(amount));
        prop_assert_eq!(parse_amount(&amount.to_string(), currency), Ok(amount));
    }

    #[test]
    fn nothing_is_held_that_is_not_there_and_half_stays_free(
        (left, held, address_holds, qty) in (0_i64..50, 0_i64..50, 0_i64..6, 1_i64..12),
    ) {
        let rules = HoldRules { left, held, address_holds, proof: Proof::Unproved };
        if rules.may_hold(qty) {
            prop_assert!(rules.has_room(qty), "who may hold it could also pledge for it");
            prop_assert!(qty + held <= left);
            prop_assert!(2 * (qty + held) <= left || qty + held == 1);
            prop_assert!(address_holds < ADDRESS_HOLDS_MAX);
            prop_assert!(qty == 1 || rules.may_hold(qty - 1), "fewer are as fine");
        }
        let is_small = 2 * (qty + held) <= left || (qty + held == 1 && left >= 1);
        prop_assert_eq!(rules.may_hold(qty), is_small && address_holds < ADDRESS_HOLDS_MAX);

        let proved = HoldRules { proof: Proof::Proved, ..rules };
        prop_assert!(!rules.may_hold(qty) || proved.may_hold(qty), "a proof takes nothing away");
        prop_assert_eq!(proved.may_hold(qty), qty + held <= left && address_holds < ADDRESS_HOLDS_MAX);
    }

    #[test]
    fn more_money_never_decides_worse(
        (secured, matched, on_its_way) in (0_i64..3_000, 0_i64..3_000, 0_i64..3_000),
        (more_secured, more_matched, more_on_its_way) in (0_i64..5, 0_i64..5, 0_i64..5),
        // What decides is near.
        (distance, counts_transfers) in (-4_i64..=4, any::<bool>()),
        model in model(),
        wait in prop::sample::select(vec![BankWait::Running, BankWait::Over]),
    ) {
        let reached = secured + matched + if counts_transfers { on_its_way } else { 0 };
        let goal = (reached + distance).max(1);
        let before =
            Standing { secured_minor: secured, matched_minor: matched, on_its_way_minor: on_its_way, match_on_its_way_minor: 0, goal_minor: goal };
        let after = Standing {
            secured_minor: secured + more_secured,
            matched_minor: matched + more_matched,
            on_its_way_minor: on_its_way + more_on_its_way,
            ..before
        };
        prop_assert!(rank(after.decide(model, wait)) >= rank(before.decide(model, wait)));
        let lower = Standing { goal_minor: (goal / 2).max(1), ..before };
        prop_assert!(rank(lower.decide(model, wait)) >= rank(before.decide(model, wait)));
        prop_assert!(before.decide(model, BankWait::Over) != Decision::AwaitBank, "the wait has an end");
    }

    #[test]
    fn banking_days_are_counted_back_as_they_are_counted_on(
        day in day(), calendar in calendar(), n in 1_u32..12,
    ) {
        let after = calendar.banking_days_after(day, n);
        let before = calendar.banking_days_before(day, n);
        for found in [after, before] {
            prop_assert!(calendar.is_banking_day(found));
        }
        let between = |from: Day, to: Day| {
            (1..=to.days_since(from)).filter(|days| calendar.is_banking_day(from.plus_days(*days))).count()
        };
        prop_assert_eq!(between(day, after), usize::try_from(n).unwrap());
        prop_assert_eq!(between(before.plus_days(-1), day.plus_days(-1)), usize::try_from(n).unwrap());
        if calendar.is_banking_day(day) {
            prop_assert_eq!(calendar.banking_days_before(after, n), day);
            prop_assert_eq!(calendar.banking_days_after(before, n), day);
        }
    }

    #[test]
    fn civil_times_are_the_time_zone_databases_in_gap_and_fold(
        // Every fourth near a turn of the clocks, where it matters.
        day in prop_oneof![3 => day(), 1 => turn()],
        (hour, minute) in (prop_oneof![0_u8..24, 1_u8..4], 0_u8..60),
    ) {
        let ours = day.at_in_zurich(hour, minute, 0);
        let civil = jiff::civil::date(i16::try_from(day.year()).unwrap(), i8::try_from(day.month()).unwrap(), i8::try_from(day.day()).unwrap())
            .at(i8::try_from(hour).unwrap(), i8::try_from(minute).unwrap(), 0, 0);
        let zurich = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
        // Compatible: what is skipped is an hour later, of what is repeated the first.
        let theirs = zurich.to_ambiguous_zoned(civil).compatible().unwrap();
        prop_assert_eq!(ours.as_micros(), theirs.timestamp().as_microsecond());
    }
}

/// The last Sundays of March and October.
fn turn() -> impl Strategy<Value = Day> {
    (2010_i32..2060, prop::sample::select(vec![3_u8, 10])).prop_map(|(year, month)| {
        let last = Day::new(year, month, 31).unwrap();
        last.plus_days(-i64::from((last.days_from_monday() + 1) % 7))
    })
}
