//! The second book over random histories: what is sound is taken and adds up as a model without any of its
//! code says; what is not is refused and changes nothing; pledges played through their whole lives never give
//! back, charge or pay out more than came in.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use multitude_domain::fees::{FeeSchedule, Settling};
use multitude_domain::id::{CampaignId, PoolId};
use multitude_domain::ledger::{
    Account, BadPosting, Balances, CampaignBooks, Posting, ProviderCode, RefundFrom, TransactionKind,
    pool_funded,
};
use multitude_domain::matching::{PoolRoom, RatioRule};
use multitude_domain::money::Currency;
use multitude_domain::pledges::{PledgeAction, PledgeState};
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

const CHF: Currency = Currency::CHF;
const CAMPAIGN: CampaignId = CampaignId::new(Uuid::from_u128(1));
const POOL: PoolId = PoolId::new(Uuid::from_u128(2));
const BOOKS: CampaignBooks = CampaignBooks { campaign: CAMPAIGN, currency: CHF };

/// One transaction that somebody wants written.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Capture(i64, i64),
    Fee(i64, i64),
    PoolFunded(i64),
    MatchReserved(i64),
    MatchPosted(i64),
    MatchVoided(i64),
    BankIn(i64),
    BankBooked(i64),
    BankReturned(i64),
    RefundByProvider(i64),
    RefundByBank(i64),
    Chargeback(i64),
    Payout(i64),
}

impl Wish {
    fn posting(self) -> Result<Posting, BadPosting> {
        match self {
            Self::Capture(amount, cost) => BOOKS.capture(ProviderCode::Sandbox, amount, cost),
            Self::Fee(platform, provider) => BOOKS.fee(platform, provider),
            Self::PoolFunded(amount) => pool_funded(POOL, CHF, amount),
            Self::MatchReserved(amount) => BOOKS.match_reserved(POOL, amount),
            Self::MatchPosted(amount) => BOOKS.match_posted(POOL, amount),
            Self::MatchVoided(amount) => BOOKS.match_voided(POOL, amount),
            Self::BankIn(amount) => BOOKS.bank_in(amount),
            Self::BankBooked(amount) => BOOKS.bank_booked(amount),
            Self::BankReturned(amount) => BOOKS.bank_returned(amount),
            Self::RefundByProvider(amount) => {
                BOOKS.refund(RefundFrom::Provider(ProviderCode::Sandbox), amount)
            }
            Self::RefundByBank(amount) => BOOKS.refund(RefundFrom::Bank, amount),
            Self::Chargeback(amount) => BOOKS.chargeback(ProviderCode::Sandbox, amount),
            Self::Payout(amount) => BOOKS.payout(amount),
        }
    }

    /// What each purse has more or less of afterwards; nothing where the wish makes no sense.
    fn effect(self) -> Option<Vec<(&'static str, i64)>> {
        let give = |from, to, amount: i64| (amount > 0).then(|| vec![(from, -amount), (to, amount)]);
        // A debt and the money for it come and go together.
        let together = |one, other, amount: i64, sign: i64| {
            (amount > 0).then(|| vec![(one, sign * amount), (other, sign * amount)])
        };
        match self {
            Self::Capture(amount, cost) => (amount > 0 && cost >= 0 && cost <= amount)
                .then(|| vec![("at provider", amount - cost), ("charged", cost), ("escrow", amount)]),
            Self::Fee(platform, provider) => {
                let is_sound = provider >= 0 && platform + provider >= 0 && (platform != 0 || provider != 0);
                is_sound.then(|| {
                    vec![("escrow", -platform - provider), ("earned", platform), ("charged", -provider)]
                })
            }
            Self::PoolFunded(amount) => together("at bank", "free", amount, 1),
            Self::MatchReserved(amount) => give("free", "reserved", amount),
            Self::MatchPosted(amount) => give("reserved", "escrow", amount),
            Self::MatchVoided(amount) => give("reserved", "free", amount),
            Self::BankIn(amount) => together("at bank", "waiting", amount, 1),
            Self::BankBooked(amount) => give("waiting", "escrow", amount),
            Self::BankReturned(amount) => together("at bank", "waiting", amount, -1),
            Self::RefundByProvider(amount) | Self::Chargeback(amount) => {
                together("at provider", "escrow", amount, -1)
            }
            Self::RefundByBank(amount) | Self::Payout(amount) => together("at bank", "escrow", amount, -1),
        }
    }
}

/// Purses by name, and who may not be owed less than nothing.
#[derive(Debug, Clone, Default, PartialEq)]
struct Purses(BTreeMap<&'static str, i64>);

impl Purses {
    const OWED: [&str; 4] = ["escrow", "waiting", "free", "reserved"];

    fn with(&self, effect: &[(&'static str, i64)], sign: i64) -> Option<Self> {
        let mut after = self.clone();
        for (purse, change) in effect {
            *after.0.entry(purse).or_default() += sign * change;
        }
        Self::OWED.iter().all(|purse| after.of(purse) >= 0).then_some(after)
    }

    fn of(&self, purse: &str) -> i64 {
        self.0.get(purse).copied().unwrap_or(0)
    }
}

fn assert_equal(balances: &Balances, purses: &Purses) {
    for (account, purse, sign) in [
        (Account::Provider(ProviderCode::Sandbox), "at provider", 1),
        (Account::Bank, "at bank", 1),
        (Account::ProviderCost(CAMPAIGN), "charged", 1),
        (Account::PlatformFees, "earned", -1),
        (Account::Escrow(CAMPAIGN), "escrow", -1),
        (Account::Waiting(CAMPAIGN), "waiting", -1),
        (Account::PoolFree(POOL), "free", -1),
        (Account::PoolReserved(POOL, CAMPAIGN), "reserved", -1),
    ] {
        assert_eq!(balances.of(account, CHF), i128::from(sign * purses.of(purse)), "{account}");
    }
    assert_eq!(balances.iter().map(|(_, _, balance)| balance).sum::<i128>(), 0);
    assert!(balances.overdrawn().next().is_none());
}

fn wish() -> impl Strategy<Value = Wish> {
    // Mostly sums of one size, so that histories are long; now and then nothing, less, or far too much.
    let amount = || prop_oneof![8 => 1_i64..2_000, 1 => -50_i64..=0, 1 => 5_000_i64..50_000];
    prop_oneof![
        (amount(), -20_i64..3_000).prop_map(|(amount, cost)| Wish::Capture(amount, cost)),
        (-400_i64..400, -20_i64..400).prop_map(|(platform, provider)| Wish::Fee(platform, provider)),
        amount().prop_map(Wish::PoolFunded),
        amount().prop_map(Wish::MatchReserved),
        amount().prop_map(Wish::MatchPosted),
        amount().prop_map(Wish::MatchVoided),
        amount().prop_map(Wish::BankIn),
        amount().prop_map(Wish::BankBooked),
        amount().prop_map(Wish::BankReturned),
        amount().prop_map(Wish::RefundByProvider),
        amount().prop_map(Wish::RefundByBank),
        amount().prop_map(Wish::Chargeback),
        amount().prop_map(Wish::Payout),
    ]
}

proptest! {
    #[test]
    fn books_take_what_is_sound_and_refuse_the_rest(
        history in prop::collection::vec((wish(), prop::option::weighted(0.15, any::<Index>())), 1..80),
    ) {
        let (mut balances, mut purses) = (Balances::default(), Purses::default());
        let mut written: Vec<(Posting, Vec<(&'static str, i64)>)> = Vec::new();
        for (wish, back) in history {
            let expected = wish.effect().and_then(|effect| Some((purses.with(&effect, 1)?, effect)));
            let before = balances.clone();
            match (wish.posting().ok().map(|posting| (balances.post(&posting), posting)), expected) {
                (Some((Ok(()), posting)), Some((after, effect))) => {
                    purses = after;
                    written.push((posting, effect));
                }
                (None | Some((Err(_), _)), None) => prop_assert_eq!(&balances, &before),
                (found, expected) => prop_assert!(false, "{wish:?}: {found:?}, expected {expected:?}"),
            }
            assert_equal(&balances, &purses);
            if let Some(back) = back.filter(|_| !written.is_empty()) {
                undo(&mut balances, &mut purses, &mut written, back);
                assert_equal(&balances, &purses);
            }
        }
    }
}

/// Reverses one transaction; it undoes that one exactly, or is refused because its money has gone on.
fn undo(
    balances: &mut Balances,
    purses: &mut Purses,
    written: &mut Vec<(Posting, Vec<(&'static str, i64)>)>,
    which: Index,
) {
    let which = which.index(written.len());
    let (posting, effect) = written.swap_remove(which);
    let reversal = posting.reversed();
    assert_eq!(reversal.kind(), TransactionKind::Reversal);
    let accounts = |one: &Posting| one.entries().iter().map(|entry| entry.account).collect::<Vec<_>>();
    assert_eq!(accounts(&reversal), accounts(&posting));
    match (balances.post(&reversal), purses.with(&effect, -1)) {
        (Ok(()), Some(after)) => *purses = after,
        (Err(_), None) => {}
        (found, expected) => panic!("{reversal:?}: {found:?}, expected {expected:?}"),
    }
}

/// A pledge, what it is matched with, and where its money is.
#[derive(Debug, Clone, Copy)]
struct Promise {
    state: PledgeState,
    amount_minor: i64,
    matched_minor: i64,
    is_by_bank: bool,
    /// Its transfer has arrived and not gone back.
    has_arrived: bool,
    /// Its money is the campaign's.
    is_collected: bool,
}

/// One campaign and one pool, played through the real machine and the real postings.
struct Played {
    pool_minor: i64,
    rule: RatioRule,
    balances: Balances,
    written: Vec<Posting>,
    promises: Vec<Promise>,
}

impl Played {
    fn new(pool_minor: i64, campaign_minor_max: i64, pledges: Vec<(i64, bool)>) -> Self {
        let draft = |(amount_minor, is_by_bank)| Promise {
            state: PledgeState::Draft,
            amount_minor,
            matched_minor: 0,
            is_by_bank,
            has_arrived: false,
            is_collected: false,
        };
        let mut world = Self {
            pool_minor,
            rule: RatioRule { adds: 1, per: 3, campaign_minor_max },
            balances: Balances::default(),
            written: Vec::new(),
            promises: pledges.into_iter().map(draft).collect(),
        };
        world.post(pool_funded(POOL, CHF, pool_minor));
        world
    }

    fn post(&mut self, posting: Result<Posting, BadPosting>) {
        let posting = posting.unwrap();
        self.balances.post(&posting).unwrap();
        self.written.push(posting);
    }

    fn owed(&self, account: Account) -> i64 {
        i64::try_from(-self.balances.of(account, CHF)).unwrap()
    }

    /// What transactions of a kind moved into the escrow, less what they moved out of it.
    fn moved(&self, kind: TransactionKind) -> i64 {
        let of_kind = self.written.iter().filter(|posting| posting.kind() == kind);
        let escrow =
            of_kind.flat_map(Posting::entries).filter(|one| one.account == Account::Escrow(CAMPAIGN));
        escrow.map(|entry| -entry.amount_minor).sum()
    }

    fn sum(&self, which: impl Fn(&Promise) -> bool) -> i64 {
        self.promises.iter().filter(|one| which(one)).map(|one| one.amount_minor).sum()
    }

    /// An allowed change of a pledge, with the money that follows from it.
    fn step(&mut self, at: Index, by: Index) {
        let count = self.promises.len();
        let mut one = self.promises[at.index(count)];
        // What another method, or a part of the money, would do.
        let never: &[PledgeAction] = if one.is_by_bank {
            &[PledgeAction::AwaitSetup, PledgeAction::Dispute, PledgeAction::FinishPartialRefund]
        } else {
            &[PledgeAction::AwaitFunds, PledgeAction::Review, PledgeAction::FinishPartialRefund]
        };
        let allowed = PledgeAction::ALL.iter().filter(|action| !never.contains(action));
        let legal: Vec<_> = allowed.filter_map(|by| Some((*by, one.state.apply(*by).ok()?))).collect();
        if legal.is_empty() {
            return;
        }
        let (action, next) = *by.get(&legal);
        one.state = next;
        self.move_money(&mut one, action);
        self.match_with(&mut one, action);
        self.promises[at.index(count)] = one;
    }

    fn move_money(&mut self, one: &mut Promise, action: PledgeAction) {
        let amount = one.amount_minor;
        match action {
            PledgeAction::Fund | PledgeAction::Review if !one.has_arrived => {
                self.post(BOOKS.bank_in(amount));
                one.has_arrived = true;
            }
            PledgeAction::Pay => {
                let cost = FeeSchedule::default_for(CHF).provider_cost(amount);
                self.post(if one.is_by_bank {
                    BOOKS.bank_booked(amount)
                } else {
                    BOOKS.capture(ProviderCode::Sandbox, amount, cost)
                });
                one.is_collected = true;
            }
            PledgeAction::FinishRefund => {
                self.post(match (one.is_by_bank, one.is_collected) {
                    (true, false) => BOOKS.bank_returned(amount),
                    (true, true) => BOOKS.refund(RefundFrom::Bank, amount),
                    (false, _) => BOOKS.refund(RefundFrom::Provider(ProviderCode::Sandbox), amount),
                });
                (one.has_arrived, one.is_collected) = (false, false);
            }
            PledgeAction::LoseDispute => {
                self.post(BOOKS.chargeback(ProviderCode::Sandbox, amount));
                one.is_collected = false;
            }
            _ => {}
        }
    }

    fn match_with(&mut self, one: &mut Promise, action: PledgeAction) {
        if matches!(action, PledgeAction::Secure | PledgeAction::Fund) && one.matched_minor == 0 {
            let room = PoolRoom {
                free_minor: self.owed(Account::PoolFree(POOL)),
                campaign_minor: self.owed(Account::PoolReserved(POOL, CAMPAIGN)),
            };
            (one.matched_minor, _) = self.rule.match_for(one.amount_minor, room);
            if one.matched_minor > 0 {
                self.post(BOOKS.match_reserved(POOL, one.matched_minor));
            }
        }
        let has_ended = matches!(
            action,
            PledgeAction::Cancel
                | PledgeAction::Release
                | PledgeAction::Drop
                | PledgeAction::StartRefund
                | PledgeAction::LoseDispute
        );
        if has_ended && one.matched_minor > 0 {
            self.post(BOOKS.match_voided(POOL, one.matched_minor));
            one.matched_minor = 0;
        }
    }

    /// The match is the campaign's, it bears its fees as far as there is money for them, and what is left is
    /// paid out: not a Rappen more.
    fn settle(&mut self) {
        let reserved = self.owed(Account::PoolReserved(POOL, CAMPAIGN));
        let settling = Settling {
            collected_minor: self.sum(|one| one.is_collected),
            escrow_minor: self.owed(Account::Escrow(CAMPAIGN)),
            cost_minor: -self.owed(Account::ProviderCost(CAMPAIGN)),
        };
        let fees = settling.fees(FeeSchedule::default_for(CHF).platform);
        if fees.platform_minor != 0 || fees.provider_minor != 0 {
            self.post(BOOKS.fee(fees.platform_minor, fees.provider_minor));
        }
        if reserved > 0 {
            self.post(BOOKS.match_posted(POOL, reserved));
        }
        let payable = self.owed(Account::Escrow(CAMPAIGN));
        assert!(payable >= reserved, "match money is free of fees");
        let more = BOOKS.payout(payable + 1).unwrap();
        assert!(self.balances.clone().post(&more).is_err(), "nothing is paid out that is not there");
        if payable > 0 {
            self.post(BOOKS.payout(payable));
        }
    }

    fn check(&self) {
        use TransactionKind::{BankBooked, Capture, Chargeback, Fee, MatchPosted, Payout, Refund};
        let came_in = self.moved(Capture) + self.moved(BankBooked);
        let went_back = -self.moved(Refund) - self.moved(Chargeback);
        assert!(went_back <= came_in, "refunds + chargebacks ≤ captured");
        assert_eq!(came_in - went_back, self.sum(|one| one.is_collected), "collected");
        let went_on = self.moved(Fee) + self.moved(Payout);
        let balance = came_in - went_back + self.moved(MatchPosted) + went_on;
        assert_eq!(
            self.owed(Account::Escrow(CAMPAIGN)),
            balance,
            "captured + match + bank = fees + refunds + …"
        );
        assert!(balance >= 0);
        let waiting = self.sum(|one| one.has_arrived && !one.is_collected);
        assert_eq!(self.owed(Account::Waiting(CAMPAIGN)), waiting, "what arrived and is nobody's yet");
        assert!(self.balances.overdrawn().next().is_none());
        let matched = self.owed(Account::PoolReserved(POOL, CAMPAIGN)) + self.moved(MatchPosted);
        assert!(matched <= self.rule.campaign_minor_max);
        assert_eq!(matched, self.promises.iter().map(|one| one.matched_minor).sum::<i64>());
        assert_eq!(matched + self.owed(Account::PoolFree(POOL)), self.pool_minor, "free, reserved or posted");
        assert_eq!(self.balances.iter().map(|(_, _, balance)| balance).sum::<i128>(), 0);
    }
}

proptest! {
    #[test]
    fn whole_lives_lose_nothing_make_up_nothing_and_overdraw_nothing(
        pool_minor in 1_i64..200_000,
        cap_minor in 1_i64..100_000,
        pledges in prop::collection::vec((1_i64..60_000, any::<bool>()), 1..12),
        history in prop::collection::vec((any::<Index>(), any::<Index>()), 0..150),
    ) {
        let mut world = Played::new(pool_minor, cap_minor, pledges);
        for (at, by) in history {
            world.step(at, by);
            world.check();
        }
        world.settle();
        world.check();
        prop_assert_eq!(world.owed(Account::Escrow(CAMPAIGN)), 0);
        prop_assert_eq!(world.owed(Account::ProviderCost(CAMPAIGN)), 0);
    }
}
