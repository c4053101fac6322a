//! What a pledge must look like: the same rules for the form in the browser, the form without scripts, and
//! the API.

use serde::{Deserialize, Serialize};

use crate::banking_day::BankCalendar;
use crate::campaigns::{BANK_DAYS_AFTER_DEADLINE, CampaignPolicy, PolicyKind};
use crate::email::{EmailFault, read_email};
use crate::fault::Arg;
use crate::id::{AddOnId, RewardId};
use crate::money::{Currency, Money};
use crate::name::{NAME_CHARS_MAX, NameFault, read_name};
use crate::time::{Span, Timestamp};

use super::{PaymentMethod, charges_end};

/// The most of one reward or add-on in one pledge.
pub const QTY_MAX: u32 = 99;
/// More add-ons than this in one pledge are nobody's wish.
pub const ADD_ONS_MAX: usize = 50;
/// Money that arrives by bank leaves again within so many days.
const BANK_MONEY_DAYS_MAX: i64 = 60;

/// What a campaign offers at an instant. Amounts are minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The currency of every amount.
    pub currency: Currency,
    /// Which limits hold.
    pub policy: PolicyKind,
    /// What may be chosen.
    pub rewards: Vec<OfferedReward>,
    /// What may be added.
    pub add_ons: Vec<OfferedAddOn>,
    /// When it closes.
    pub closes_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

impl Offer {
    /// The limits, in the campaign's currency.
    pub const fn limits(&self) -> CampaignPolicy {
        self.policy.policy(self.currency)
    }

    /// Whether it can be paid by bank: not in the last three banking days, the closing day included where it
    /// is one, and only where money that arrived today could leave within 60 days, even by the last charge.
    pub fn takes_transfers(&self) -> bool {
        let after_last = self.closes_at.in_zurich().day.plus_days(1);
        let calendar = BankCalendar::for_currency(self.currency);
        let until = calendar.banking_days_before(after_last, BANK_DAYS_AFTER_DEADLINE);
        self.now < until.at_in_zurich(0, 0, 0)
            && charges_end(self.closes_at, self.currency).since(self.now) <= Span::days(BANK_MONEY_DAYS_MAX)
    }
}

/// A reward on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedReward {
    /// The reward.
    pub id: RewardId,
    /// The smallest pledge that gets one.
    pub price_minor: i64,
    /// When an early price ends.
    pub early_until: Option<Timestamp>,
    /// Where it is sent, with what that costs; empty where nothing is sent.
    pub regions: Vec<(String, i64)>,
}

/// An add-on on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedAddOn {
    /// The add-on.
    pub id: AddOnId,
    /// The price of one.
    pub price_minor: i64,
}

/// An add-on, chosen so many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddOnChoice {
    /// The add-on.
    pub id: AddOnId,
    /// How many.
    pub qty: u32,
}

/// What a backer wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PledgeWish {
    /// All of what is paid: nothing is added to it.
    pub amount: Money,
    /// A reward and how many of it.
    pub reward: Option<(RewardId, u32)>,
    /// Where a shipped reward goes.
    pub region: Option<String>,
    /// Add-ons.
    pub add_ons: Vec<AddOnChoice>,
    /// How it is paid.
    pub method: PaymentMethod,
}

/// What the chosen things cost, in minor units; a pledge is at least their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quote {
    /// Rewards.
    pub rewards_minor: i64,
    /// Sending them.
    pub shipping_minor: i64,
    /// Add-ons.
    pub add_ons_minor: i64,
}

impl Quote {
    /// The smallest pledge that pays for it all.
    pub const fn least_minor(&self) -> i64 {
        self.rewards_minor.saturating_add(self.shipping_minor).saturating_add(self.add_ons_minor)
    }
}

/// What is wrong with a pledge, each with the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PledgeFault {
    /// The amount was not understood.
    #[error("not an amount in digits")]
    AmountDigits,
    /// The amount has more decimals than its currency.
    #[error("{currency} has {} decimals", .currency.minor_digits())]
    AmountDecimals {
        /// The currency.
        currency: Currency,
    },
    /// The amount can be read in two ways.
    #[error("either {grouped} or {decimal}")]
    AmountTwoReadings {
        /// The one, where its mark groups digits.
        grouped: Money,
        /// The other, where decimals follow its mark.
        decimal: Money,
    },
    /// The amount is in another currency than the campaign's.
    #[error("the campaign takes {wanted}")]
    WrongCurrency {
        /// The campaign's.
        wanted: Currency,
    },
    /// Under the smallest pledge.
    #[error("the smallest pledge is {min}")]
    TooSmall {
        /// The smallest.
        min: Money,
    },
    /// Over the largest pledge.
    #[error("the largest pledge is {max}")]
    TooLarge {
        /// The largest.
        max: Money,
    },
    /// Under what the chosen things cost.
    #[error("this choice starts at {least}")]
    UnderReward {
        /// What they cost.
        least: Money,
    },
    /// The campaign has no such reward.
    #[error("no such reward")]
    UnknownReward,
    /// Its early price has ended.
    #[error("this reward's time is over")]
    RewardOver,
    /// None, or too many of one reward.
    #[error("choose 1 to {QTY_MAX} of one thing")]
    Quantity,
    /// None, or too many of one add-on.
    #[error("choose 1 to {QTY_MAX} of one add-on")]
    AddOnQuantity,
    /// A shipped reward without a region.
    #[error("choose where the reward goes")]
    RegionMissing,
    /// A region the reward is not sent to, or a reward that is not sent.
    #[error("the reward is not sent there")]
    UnknownRegion,
    /// The campaign has no such add-on, or it was named twice.
    #[error("no such add-on")]
    UnknownAddOn,
    /// TWINT carries less.
    #[error("TWINT carries up to {max}")]
    OverTwint {
        /// The most it carries.
        max: Money,
    },
    /// TWINT carries francs.
    #[error("TWINT carries francs only")]
    TwintCurrency,
    /// A transfer might not arrive in time, or would lie too long.
    #[error("too late for a bank transfer")]
    BankTooLate,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// An e-mail address of which the part before the @ goes beyond ASCII.
    #[error("the part before the @ goes beyond ASCII")]
    EmailLocal,
    /// No name.
    #[error("no name")]
    Name,
    /// No name is longer.
    #[error("a name has up to {NAME_CHARS_MAX} characters")]
    NameTooLong,
    /// An address in the place of a name.
    #[error("a name holds no address")]
    NameIsAddress,
}

impl PledgeFault {
    /// The field of a form that it belongs to.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::WrongCurrency { .. } => "currency",
            Self::AmountDigits
            | Self::AmountDecimals { .. }
            | Self::AmountTwoReadings { .. }
            | Self::TooSmall { .. }
            | Self::TooLarge { .. }
            | Self::UnderReward { .. } => "amount",
            Self::UnknownReward | Self::RewardOver => "reward",
            Self::Quantity => "qty",
            Self::RegionMissing | Self::UnknownRegion => "region",
            Self::UnknownAddOn | Self::AddOnQuantity => "add_ons",
            Self::OverTwint { .. } | Self::TwintCurrency | Self::BankTooLate => "method",
            Self::Email | Self::EmailLocal => "email",
            Self::Name | Self::NameTooLong | Self::NameIsAddress => "name",
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AmountDigits => "pledge.amount_digits",
            Self::AmountDecimals { .. } => "pledge.amount_decimals",
            Self::AmountTwoReadings { .. } => "pledge.amount_two_readings",
            Self::WrongCurrency { .. } => "pledge.currency",
            Self::TooSmall { .. } => "pledge.too_small",
            Self::TooLarge { .. } => "pledge.too_large",
            Self::UnderReward { .. } => "pledge.under_reward",
            Self::UnknownReward => "pledge.unknown_reward",
            Self::RewardOver => "pledge.reward_over",
            Self::Quantity => "pledge.quantity",
            Self::AddOnQuantity => "pledge.add_on_quantity",
            Self::RegionMissing => "pledge.region_missing",
            Self::UnknownRegion => "pledge.unknown_region",
            Self::UnknownAddOn => "pledge.unknown_add_on",
            Self::OverTwint { .. } => "pledge.over_twint",
            Self::TwintCurrency => "pledge.twint_currency",
            Self::BankTooLate => "pledge.bank_too_late",
            Self::Email => "pledge.email",
            Self::EmailLocal => "pledge.email_local",
            Self::Name => "pledge.name",
            Self::NameTooLong => "pledge.name_too_long",
            Self::NameIsAddress => "pledge.name_is_address",
        }
    }

    /// What its code speaks of.
    pub fn args(&self) -> Vec<Arg> {
        match self {
            Self::TooSmall { min: money }
            | Self::TooLarge { max: money }
            | Self::UnderReward { least: money }
            | Self::OverTwint { max: money } => vec![Arg::Money(*money)],
            Self::AmountTwoReadings { grouped, decimal } => vec![Arg::Money(*grouped), Arg::Money(*decimal)],
            Self::AmountDecimals { currency } => {
                vec![Arg::Text(currency.code().to_owned()), Arg::Number(currency.minor_digits().into())]
            }
            Self::WrongCurrency { wanted } => vec![Arg::Text(wanted.code().to_owned())],
            Self::NameTooLong => vec![Arg::Number(u64::try_from(NAME_CHARS_MAX).unwrap_or(u64::MAX))],
            Self::AmountDigits
            | Self::UnknownReward
            | Self::RewardOver
            | Self::Quantity
            | Self::AddOnQuantity
            | Self::RegionMissing
            | Self::UnknownRegion
            | Self::UnknownAddOn
            | Self::TwintCurrency
            | Self::BankTooLate
            | Self::Email
            | Self::EmailLocal
            | Self::Name
            | Self::NameIsAddress => Vec::new(),
        }
    }

    /// Whether the amount was understood and is more than is taken: the API answers as it does to what is
    /// sold out.
    pub const fn is_over_a_limit(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::OverTwint { .. })
    }
}

/// What a wish costs at least, and everything that is wrong with it.
pub fn quote(offer: &Offer, wish: &PledgeWish) -> (Quote, Vec<PledgeFault>) {
    let mut faults = Vec::new();
    let quote =
        Quote { add_ons_minor: add_ons(offer, wish, &mut faults), ..reward(offer, wish, &mut faults) };
    let money = |minor| Money::new(minor, offer.currency);
    let amount_minor = wish.amount.minor();
    if wish.amount.currency() != offer.currency {
        faults.push(PledgeFault::WrongCurrency { wanted: offer.currency });
    } else if amount_minor < offer.limits().pledge_minor_min {
        faults.push(PledgeFault::TooSmall { min: money(offer.limits().pledge_minor_min) });
    } else if amount_minor > offer.limits().pledge_minor_max {
        faults.push(PledgeFault::TooLarge { max: money(offer.limits().pledge_minor_max) });
    } else if amount_minor < quote.least_minor() {
        faults.push(PledgeFault::UnderReward { least: money(quote.least_minor()) });
    }
    faults.extend(method(offer, wish));
    (quote, faults)
}

fn reward(offer: &Offer, wish: &PledgeWish, faults: &mut Vec<PledgeFault>) -> Quote {
    let Some((id, qty)) = wish.reward else {
        if wish.region.is_some() {
            faults.push(PledgeFault::UnknownRegion);
        }
        return Quote::default();
    };
    if qty == 0 || qty > QTY_MAX {
        faults.push(PledgeFault::Quantity);
        return Quote::default();
    }
    let Some(reward) = offer.rewards.iter().find(|one| one.id == id) else {
        faults.push(PledgeFault::UnknownReward);
        return Quote::default();
    };
    if reward.early_until.is_some_and(|end| offer.now >= end) {
        faults.push(PledgeFault::RewardOver);
    }
    let shipping = match (&wish.region, reward.regions.is_empty()) {
        (None, true) => Some(0),
        (None, false) => {
            faults.push(PledgeFault::RegionMissing);
            None
        }
        (Some(wanted), _) => {
            let found = reward.regions.iter().find(|(region, _)| region == wanted).map(|(_, cost)| *cost);
            if found.is_none() {
                faults.push(PledgeFault::UnknownRegion);
            }
            found
        }
    };
    let times = i64::from(qty);
    Quote {
        rewards_minor: reward.price_minor.saturating_mul(times),
        shipping_minor: shipping.unwrap_or(0).saturating_mul(times),
        add_ons_minor: 0,
    }
}

fn add_ons(offer: &Offer, wish: &PledgeWish, faults: &mut Vec<PledgeFault>) -> i64 {
    let mut sum = 0_i64;
    for (position, choice) in wish.add_ons.iter().enumerate() {
        let is_repeated = wish.add_ons.iter().take(position).any(|earlier| earlier.id == choice.id);
        match offer.add_ons.iter().find(|one| one.id == choice.id) {
            Some(_) if choice.qty == 0 || choice.qty > QTY_MAX => faults.push(PledgeFault::AddOnQuantity),
            Some(add_on) if !is_repeated => {
                sum = sum.saturating_add(add_on.price_minor.saturating_mul(i64::from(choice.qty)));
            }
            Some(_) | None => faults.push(PledgeFault::UnknownAddOn),
        }
    }
    sum
}

fn method(offer: &Offer, wish: &PledgeWish) -> Option<PledgeFault> {
    match wish.method {
        PaymentMethod::Card => None,
        PaymentMethod::Twint if offer.currency != Currency::CHF => Some(PledgeFault::TwintCurrency),
        PaymentMethod::Twint => {
            (wish.amount.minor() > offer.limits().twint_minor_max).then_some(PledgeFault::OverTwint {
                max: Money::new(offer.limits().twint_minor_max, offer.currency),
            })
        }
        PaymentMethod::Bank => (!offer.takes_transfers()).then_some(PledgeFault::BankTooLate),
    }
}

/// An address as receipts can be sent to, as [`read_email`] keeps it.
///
/// # Errors
/// [`PledgeFault::Email`] where it is none, [`PledgeFault::EmailLocal`] where not every server carries it.
pub fn check_email(typed: &str) -> Result<String, PledgeFault> {
    read_email(typed).map_err(|fault| match fault {
        EmailFault::NotOne => PledgeFault::Email,
        EmailFault::LocalPart => PledgeFault::EmailLocal,
    })
}

/// A name for the receipt, as [`read_name`] keeps it.
///
/// # Errors
/// [`PledgeFault::Name`], [`PledgeFault::NameTooLong`] or [`PledgeFault::NameIsAddress`] where it is none.
pub fn check_name(typed: &str) -> Result<String, PledgeFault> {
    read_name(typed).map_err(|fault| match fault {
        NameFault::Missing => PledgeFault::Name,
        NameFault::TooLong => PledgeFault::NameTooLong,
        NameFault::Address => PledgeFault::NameIsAddress,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaigns::PolicyKind;
    use crate::time::Day;
    use uuid::Uuid;

    const REWARD: RewardId = RewardId::new(Uuid::from_u128(1));
    const SHIPPED: RewardId = RewardId::new(Uuid::from_u128(2));
    const SEEDS: AddOnId = AddOnId::new(Uuid::from_u128(3));

    fn offer() -> Offer {
        let today = Day::new(2027, 3, 1).unwrap();
        Offer {
            currency: Currency::CHF,
            policy: PolicyKind::Standard,
            rewards: vec![
                OfferedReward { id: REWARD, price_minor: 6_000, early_until: None, regions: Vec::new() },
                OfferedReward {
                    id: SHIPPED,
                    price_minor: 2_000,
                    early_until: Some(today.plus_days(2).end_in_zurich()),
                    regions: vec![("CH".to_owned(), 0), ("EU".to_owned(), 1_000)],
                },
            ],
            add_ons: vec![OfferedAddOn { id: SEEDS, price_minor: 500 }],
            closes_at: today.plus_days(20).end_in_zurich(),
            now: today.at_in_zurich(9, 0, 0),
        }
    }

    fn wish(minor: i64) -> PledgeWish {
        PledgeWish {
            amount: Money::new(minor, Currency::CHF),
            reward: None,
            region: None,
            add_ons: Vec::new(),
            method: PaymentMethod::Card,
        }
    }

    fn faults(wish: &PledgeWish) -> Vec<&'static str> {
        quote(&offer(), wish).1.iter().map(PledgeFault::code).collect()
    }

    #[test]
    fn plain_help_needs_only_an_amount() {
        assert!(faults(&wish(500)).is_empty());
        assert_eq!(faults(&wish(499)), ["pledge.too_small"]);
        assert_eq!(faults(&wish(100_000_001)), ["pledge.too_large"]);
        let euros = PledgeWish { amount: Money::new(6_000, Currency::EUR), ..wish(0) };
        assert_eq!(faults(&euros), ["pledge.currency"]);
    }

    #[test]
    fn amount_pays_for_everything_chosen() {
        let full = PledgeWish {
            reward: Some((SHIPPED, 2)),
            region: Some("EU".to_owned()),
            add_ons: vec![AddOnChoice { id: SEEDS, qty: 3 }],
            ..wish(7_500)
        };
        let (found, none) = quote(&offer(), &full);
        assert_eq!((found.rewards_minor, found.shipping_minor, found.add_ons_minor), (4_000, 2_000, 1_500));
        assert!(none.is_empty());
        assert_eq!(
            faults(&PledgeWish { amount: Money::new(7_499, Currency::CHF), ..full }),
            ["pledge.under_reward"]
        );
    }

    #[test]
    fn regions_are_asked_only_for_what_is_sent() {
        let shipped = PledgeWish { reward: Some((SHIPPED, 1)), ..wish(9_000) };
        assert_eq!(faults(&shipped), ["pledge.region_missing"]);
        let far = PledgeWish { region: Some("US".to_owned()), ..shipped };
        assert_eq!(faults(&far), ["pledge.unknown_region"]);
        assert_eq!(faults(&PledgeWish { reward: Some((REWARD, 1)), ..far }), ["pledge.unknown_region"]);
    }

    #[test]
    fn what_is_not_on_offer_is_refused() {
        let unknown = RewardId::new(Uuid::from_u128(9));
        assert_eq!(
            faults(&PledgeWish { reward: Some((unknown, 1)), ..wish(6_000) }),
            ["pledge.unknown_reward"]
        );
        assert_eq!(faults(&PledgeWish { reward: Some((REWARD, 0)), ..wish(6_000) }), ["pledge.quantity"]);
        for qty in [0, QTY_MAX + 1] {
            let many = PledgeWish { add_ons: vec![AddOnChoice { id: SEEDS, qty }], ..wish(6_000) };
            let (_, faults) = quote(&offer(), &many);
            assert_eq!(faults, [PledgeFault::AddOnQuantity]);
            assert_eq!((faults[0].field(), faults[0].code()), ("add_ons", "pledge.add_on_quantity"));
        }
        let twice = AddOnChoice { id: SEEDS, qty: 1 };
        assert_eq!(
            faults(&PledgeWish { add_ons: vec![twice, twice], ..wish(6_000) }),
            ["pledge.unknown_add_on"]
        );
        let mut late = offer();
        late.now = late.now.plus(Span::days(3));
        let early = PledgeWish { reward: Some((SHIPPED, 1)), region: Some("CH".to_owned()), ..wish(6_000) };
        assert_eq!(quote(&late, &early).1, [PledgeFault::RewardOver]);
    }

    #[test]
    fn methods_have_their_own_limits() {
        let twint = |minor| PledgeWish { method: PaymentMethod::Twint, ..wish(minor) };
        assert!(faults(&twint(500_000)).is_empty());
        assert_eq!(faults(&twint(500_001)), ["pledge.over_twint"]);
        assert!(faults(&PledgeWish { method: PaymentMethod::Bank, ..wish(6_000) }).is_empty());
    }

    #[test]
    fn transfers_end_before_the_last_three_banking_days() {
        let bank = PledgeWish { method: PaymentMethod::Bank, ..wish(6_000) };
        let march = |day| Day::new(2027, 3, day).unwrap();
        for (closes, shut_from, why) in [
            (march(9), march(5), "Tuesday: Friday, Monday and the day itself"),
            (march(21), march(17), "Sunday: Wednesday, Thursday and Friday"),
            (march(29), march(23), "Easter Monday: Tuesday, Wednesday and Maundy Thursday"),
        ] {
            let shut_at = shut_from.at_in_zurich(0, 0, 0);
            let offer = Offer { closes_at: closes.end_in_zurich(), now: shut_at, ..offer() };
            assert_eq!(quote(&offer, &bank).1, [PledgeFault::BankTooLate], "{why}");
            let offer = Offer { now: shut_at.plus(Span::micros(-1)), ..offer };
            assert!(quote(&offer, &bank).1.is_empty(), "{why}");
        }
    }

    #[test]
    fn transfers_do_not_lie_for_longer_than_sixty_days() {
        let bank = PledgeWish { method: PaymentMethod::Bank, ..wish(6_000) };
        let closes_at = Day::new(2027, 4, 20).unwrap().end_in_zurich();
        let now = charges_end(closes_at, Currency::CHF).plus(Span::days(-BANK_MONEY_DAYS_MAX));
        let offer = Offer { closes_at, now, ..offer() };
        assert!(quote(&offer, &bank).1.is_empty());
        let offer = Offer { now: now.plus(Span::micros(-1)), ..offer };
        assert_eq!(quote(&offer, &bank).1, [PledgeFault::BankTooLate]);
    }

    #[test]
    fn address_that_not_every_server_carries_has_its_own_fault() {
        for (typed, fault, code) in [
            ("lea", PledgeFault::Email, "pledge.email"),
            ("jürg@example.ch", PledgeFault::EmailLocal, "pledge.email_local"),
        ] {
            assert_eq!((fault.code(), fault.field()), (code, "email"));
            assert_eq!(check_email(typed), Err(fault));
        }
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(check_name("  Anneke \n de  Wit ").as_deref(), Ok("Anneke de Wit"));
        for (typed, fault, code) in [
            (" ".to_owned(), PledgeFault::Name, "pledge.name"),
            ("a".repeat(81), PledgeFault::NameTooLong, "pledge.name_too_long"),
            ("https://casino.example/win".to_owned(), PledgeFault::NameIsAddress, "pledge.name_is_address"),
        ] {
            assert_eq!((fault.code(), fault.field()), (code, "name"));
            assert_eq!(check_name(&typed), Err(fault));
        }
    }
}
