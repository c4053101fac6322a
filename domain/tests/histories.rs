//! Invariants over random histories: no illegal change of a pledge, sums shown equal sums derived, and books in which
//! nothing is lost, made up or overdrawn.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use multitude_domain::apportion::apportion;
use multitude_domain::fees::{FeeSchedule, Settling};
use multitude_domain::id::{CampaignId, PoolId};
use multitude_domain::ledger::{
    Account, Balances, CampaignBooks, Hash, Posting, ProviderCode, Record, RefundFrom, TransactionKind,
    block_hash, commitment, pool_funded, record_hash,
};
use multitude_domain::matching::{PoolRoom, RatioRule};
use multitude_domain::money::Currency;
use multitude_domain::pledge::{Contribution, Counting, PledgeAction, PledgeState, Review};
use multitude_domain::time::Day;
use proptest::prelude::*;
use uuid::Uuid;

const CHF: Currency = Currency::CHF;

#[derive(Debug, Clone)]
struct Promise {
    state: PledgeState,
    review: Review,
    amount_minor: i64,
}

fn action() -> impl Strategy<Value = PledgeAction> {
    prop::sample::select(PledgeAction::ALL)
}

fn review() -> impl Strategy<Value = Review> {
    prop::sample::select(&Review::ALL[..])
}

proptest! {
    #[test]
    fn parts_add_up_and_stay_within_one_unit_of_their_quota(
        total in 0_u64..=1_000_000_000_000_000,
        weights in prop::collection::vec(0_u64..=1_000_000_000_000, 1..40),
    ) {
        let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        prop_assume!(sum > 0);
        let parts = apportion(total, &weights).unwrap();
        prop_assert_eq!(parts.iter().sum::<u64>(), total);
        for (part, weight) in parts.iter().zip(&weights) {
            let quota = u128::from(total) * u128::from(*weight) / sum;
            prop_assert!(u128::from(*part) == quota || u128::from(*part) == quota + 1);
            prop_assert!(*weight > 0 || *part == 0);
        }
    }

    #[test]
    fn sums_shown_equal_sums_derived_whatever_happens_to_pledges(
        amounts in prop::collection::vec((1_i64..1_000_000, review()), 1..8),
        history in prop::collection::vec((0_usize..8, action()), 0..120),
    ) {
        let draft = |(amount_minor, review)| Promise { state: PledgeState::Draft, review, amount_minor };
        let mut promises: Vec<Promise> = amounts.into_iter().map(draft).collect();
        let contribution = |one: &Promise| Contribution::of(one.state, one.review, one.amount_minor);
        let mut shown = Contribution::default();
        for (index, action) in history {
            let index = index % promises.len();
            let promise = &mut promises[index];
            let before = contribution(promise);
            match promise.state.apply(action) {
                Ok(next) => {
                    prop_assert!(PledgeState::CHANGES.contains(&(promise.state, action, next)));
                    promise.state = next;
                }
                Err(refused) => prop_assert_eq!(refused.from, promise.state.name()),
            }
            let change = contribution(promise).less(before, Counting::Open);
            shown.pledged_minor += change.pledged_minor;
            shown.secured_minor += change.secured_minor;
            shown.backers += change.backers;
        }
        let derived = promises.iter().map(contribution).fold(Contribution::default(), |sum, one| Contribution {
            pledged_minor: sum.pledged_minor + one.pledged_minor,
            secured_minor: sum.secured_minor + one.secured_minor,
            backers: sum.backers + one.backers,
        });
        prop_assert_eq!(shown, derived);
    }

    #[test]
    fn books_lose_nothing_make_up_nothing_and_overdraw_nothing(
        pool_minor in 1_i64..200_000,
        cap_minor in 1_i64..100_000,
        pledges in prop::collection::vec((1_i64..60_000, any::<bool>(), 0_u8..6), 1..30),
    ) {
        let mut world = Played::new(pool_minor, cap_minor);
        for (amount_minor, is_by_bank, fate) in pledges {
            world.live_through(amount_minor, is_by_bank, fate);
            world.check();
        }
        world.settle();
        world.check();
        prop_assert_eq!(world.held(Account::Waiting(world.books.campaign)), 0);
        prop_assert_eq!(world.held(Account::ProviderCost(world.books.campaign)), 0);
    }

    #[test]
    fn no_record_can_change_without_changing_the_head(
        amounts in prop::collection::vec(1_i64..1_000_000, 1..12),
        target in any::<prop::sample::Index>(),
        change in 1_i64..1_000,
    ) {
        let books = campaign_books();
        let head = |amounts: &[i64]| {
            let mut previous = Hash::ZERO;
            let mut block = Hash::ZERO;
            for (sequence, amount_minor) in (1..).zip(amounts) {
                let posting = books.bank_in(*amount_minor).unwrap();
                let record = Record {
                    sequence,
                    day: Day::new(2027, 3, 9).unwrap(),
                    kind: posting.kind(),
                    currency: posting.currency(),
                    entries: posting.entries().to_vec(),
                    commitment: commitment(&[0; 16], ""),
                };
                previous = record_hash(&previous, &record);
                block = block_hash(&block, [&previous]);
            }
            block
        };
        let mut forged = amounts.clone();
        *target.get_mut(&mut forged) += change;
        prop_assert_ne!(head(&amounts), head(&forged));
        prop_assert_ne!(head(&amounts), head(&amounts[1..]));
    }
}

fn campaign_books() -> CampaignBooks {
    CampaignBooks { campaign: CampaignId::new(Uuid::from_u128(1)), currency: CHF }
}

/// One campaign and one pool, played through the real postings.
struct Played {
    books: CampaignBooks,
    pool: PoolId,
    pool_minor: i64,
    rule: RatioRule,
    balances: Balances,
    written: Vec<Posting>,
}

impl Played {
    fn new(pool_minor: i64, cap_minor: i64) -> Self {
        let pool = PoolId::new(Uuid::from_u128(2));
        let mut world = Self {
            books: campaign_books(),
            pool,
            pool_minor,
            rule: RatioRule { adds: 1, per: 3, campaign_minor_max: cap_minor },
            balances: Balances::default(),
            written: Vec::new(),
        };
        world.post(pool_funded(pool, CHF, pool_minor).unwrap());
        world
    }

    fn post(&mut self, posting: Posting) {
        self.balances.post(&posting).unwrap();
        self.written.push(posting);
    }

    fn held(&self, account: Account) -> i64 {
        i64::try_from(self.balances.of(account, CHF)).unwrap()
    }

    fn sum(&self, kind: TransactionKind, account: Account) -> i64 {
        let of_kind = self.written.iter().filter(|posting| posting.kind() == kind);
        of_kind.flat_map(Posting::entries).filter(|e| e.account == account).map(|e| e.amount_minor).sum()
    }

    fn matched(&self) -> i64 {
        -self.held(Account::PoolReserved(self.pool, self.books.campaign))
            - self.sum(TransactionKind::MatchPosted, Account::Escrow(self.books.campaign))
    }

    fn live_through(&mut self, amount_minor: i64, is_by_bank: bool, fate: u8) {
        let room =
            PoolRoom { free_minor: -self.held(Account::PoolFree(self.pool)), campaign_minor: self.matched() };
        let (matched_minor, _) = self.rule.match_for(amount_minor, room);
        if matched_minor > 0 {
            self.post(self.books.match_reserved(self.pool, matched_minor).unwrap());
        }
        if is_by_bank {
            self.post(self.books.bank_in(amount_minor).unwrap());
        }
        let fees = FeeSchedule::DEFAULT;
        let is_paid = fate < 4;
        if matched_minor > 0 {
            let end = if is_paid {
                self.books.match_posted(self.pool, matched_minor)
            } else {
                self.books.match_voided(self.pool, matched_minor)
            };
            self.post(end.unwrap());
        }
        match (is_paid, is_by_bank) {
            (true, true) => self.post(self.books.bank_booked(amount_minor).unwrap()),
            (true, false) => {
                let cost = fees.provider_cost(amount_minor);
                self.post(self.books.capture(ProviderCode::Sandbox, amount_minor, cost).unwrap());
            }
            (false, true) => self.post(self.books.bank_returned(amount_minor).unwrap()),
            (false, false) => {}
        }
        match (fate, is_by_bank) {
            (1, true) => self.post(self.books.refund(RefundFrom::Bank, amount_minor).unwrap()),
            (1, false) => {
                let provider = RefundFrom::Provider(ProviderCode::Sandbox);
                self.post(self.books.refund(provider, amount_minor).unwrap());
            }
            (2, false) => self.post(self.books.chargeback(ProviderCode::Sandbox, amount_minor).unwrap()),
            _ => {}
        }
    }

    /// Fees as far as there is money for them, then what is left is paid out.
    fn settle(&mut self) {
        let campaign = self.books.campaign;
        let settling = Settling {
            collected_minor: -self.held(Account::Escrow(campaign)),
            escrow_minor: -self.held(Account::Escrow(campaign)),
            cost_minor: self.held(Account::ProviderCost(campaign)),
        };
        let borne = settling.fees(FeeSchedule::DEFAULT.platform);
        if borne.platform_minor != 0 || borne.provider_minor != 0 {
            self.post(self.books.fee(borne.platform_minor, borne.provider_minor).unwrap());
        }
        let payable = -self.held(Account::Escrow(campaign));
        if payable > 0 {
            self.post(self.books.payout(payable).unwrap());
        }
    }

    fn check(&self) {
        let campaign = self.books.campaign;
        let escrow = Account::Escrow(campaign);
        let moved = |kind| self.sum(kind, escrow);
        let came_in = -(moved(TransactionKind::Capture)
            + moved(TransactionKind::MatchPosted)
            + moved(TransactionKind::BankBooked));
        let went_out = moved(TransactionKind::Fee)
            + moved(TransactionKind::Refund)
            + moved(TransactionKind::Chargeback)
            + moved(TransactionKind::Payout);
        assert_eq!(
            came_in,
            went_out - self.held(escrow),
            "captured + match + bank = fees + refunds + … + balance"
        );
        assert!(self.balances.overdrawn().next().is_none());
        assert!(self.matched() <= self.rule.campaign_minor_max);
        let used = self.matched() - self.held(Account::PoolFree(self.pool));
        assert_eq!(used, self.pool_minor, "a pool's money is free, reserved or posted");
        let all: i128 = self.balances.iter().map(|(_, _, balance)| balance).sum();
        assert_eq!(all, 0, "every transaction adds up to nothing");
    }
}
