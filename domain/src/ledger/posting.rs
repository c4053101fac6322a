//! One ledger transaction before it is written: a kind, a currency, and entries that add up to zero.

use core::fmt;
use core::str::FromStr;

use super::{Account, ProviderCode, UnknownAccount};
use crate::id::{CampaignId, PoolId};
use crate::money::Currency;

/// What moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionKind {
    /// A provider captured a pledge.
    Capture,
    /// A campaign bears its fees.
    Fee,
    /// A pool was filled.
    PoolFunded,
    /// A pool reserved for a pledge.
    MatchReserved,
    /// What was reserved is the campaign's.
    MatchPosted,
    /// What was reserved is free again.
    MatchVoided,
    /// A transfer arrived for a campaign that is not decided.
    BankIn,
    /// Arrived transfers are the campaign's.
    BankBooked,
    /// A transfer went back, before or after the decision.
    BankReturned,
    /// A provider gave a backer's money back.
    Refund,
    /// A backer's bank took its money back.
    Chargeback,
    /// A campaign was paid.
    Payout,
    /// Money of which nobody knows whose it is.
    Unknown,
    /// The opposite of an earlier transaction.
    Reversal,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Capture,
        Self::Fee,
        Self::PoolFunded,
        Self::MatchReserved,
        Self::MatchPosted,
        Self::MatchVoided,
        Self::BankIn,
        Self::BankBooked,
        Self::BankReturned,
        Self::Refund,
        Self::Chargeback,
        Self::Payout,
        Self::Unknown,
        Self::Reversal,
    ];

    /// The name in the public record and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Fee => "fee",
            Self::PoolFunded => "pool_funded",
            Self::MatchReserved => "match_reserved",
            Self::MatchPosted => "match_posted",
            Self::MatchVoided => "match_voided",
            Self::BankIn => "bank_in",
            Self::BankBooked => "bank_booked",
            Self::BankReturned => "bank_returned",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
            Self::Payout => "payout",
            Self::Unknown => "unknown",
            Self::Reversal => "reversal",
        }
    }
}

impl FromStr for TransactionKind {
    type Err = UnknownAccount;

    fn from_str(name: &str) -> Result<Self, UnknownAccount> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownAccount)
    }
}

impl fmt::Display for TransactionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One side of a transaction: debits positive, credits negative, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub account: Account,
    /// How much.
    pub amount_minor: i64,
}

/// Why a transaction may not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPosting {
    /// It moves nothing, or one of its entries does.
    #[error("a {kind} has fewer than two entries, or one that moves nothing")]
    Empty {
        /// What was to be written.
        kind: TransactionKind,
    },
    /// What moves is less than something.
    #[error("a {kind} moves {amount_minor}, which is not more than nothing")]
    NotPositive {
        /// What was to be written.
        kind: TransactionKind,
        /// What was to move.
        amount_minor: i64,
    },
    /// A part is larger than the whole it is taken from, or less than nothing.
    #[error("a {kind} takes a part of {part_minor} from {whole_minor}")]
    PartOverWhole {
        /// What was to be written.
        kind: TransactionKind,
        /// The part.
        part_minor: i64,
        /// What it is a part of.
        whole_minor: i64,
    },
    /// An entry, or a sum of two, does not fit the books.
    #[error("an amount of a {kind} is out of range")]
    OutOfRange {
        /// What was to be written.
        kind: TransactionKind,
    },
    /// The entries do not add up to zero.
    #[error("entries of a {kind} add up to {sum_minor}, not to nothing")]
    Unbalanced {
        /// What was to be written.
        kind: TransactionKind,
        /// The sum.
        sum_minor: i128,
    },
}

/// Where a refund leaves from: the way the money came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundFrom {
    /// The provider that captured it.
    Provider(ProviderCode),
    /// The bank account that the transfer arrived on.
    Bank,
}

impl RefundFrom {
    const fn account(self) -> Account {
        match self {
            Self::Provider(provider) => Account::Provider(provider),
            Self::Bank => Account::Bank,
        }
    }
}

/// A transaction that may be written: its entries add up to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    kind: TransactionKind,
    currency: Currency,
    campaign: Option<CampaignId>,
    entries: Vec<Entry>,
}

impl Posting {
    /// A transaction of these entries.
    ///
    /// # Errors
    /// [`BadPosting`] where they do not add up to zero, one moves nothing, or one could not be reversed.
    pub fn new(
        kind: TransactionKind,
        currency: Currency,
        campaign: Option<CampaignId>,
        entries: Vec<Entry>,
    ) -> Result<Self, BadPosting> {
        let sum_minor: i128 = entries.iter().map(|entry| i128::from(entry.amount_minor)).sum();
        let has = |amount_minor| entries.iter().any(|entry| entry.amount_minor == amount_minor);
        if entries.len() < 2 || has(0) {
            return Err(BadPosting::Empty { kind });
        }
        if has(i64::MIN) {
            // It has no opposite, so it could never be reversed.
            return Err(BadPosting::OutOfRange { kind });
        }
        if sum_minor != 0 {
            return Err(BadPosting::Unbalanced { kind, sum_minor });
        }
        Ok(Self { kind, currency, campaign, entries })
    }

    /// What moved.
    pub const fn kind(&self) -> TransactionKind {
        self.kind
    }

    /// In which currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// For which campaign; none where it concerns none.
    pub const fn campaign(&self) -> Option<CampaignId> {
        self.campaign
    }

    /// Its entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The opposite: what corrects it, since nothing written is ever changed.
    #[must_use]
    pub fn reversed(&self) -> Self {
        // The constructor refuses the one amount that has no opposite: nothing saturates here.
        let back = |entry: &Entry| Entry { amount_minor: entry.amount_minor.saturating_neg(), ..*entry };
        Self {
            kind: TransactionKind::Reversal,
            entries: self.entries.iter().map(back).collect(),
            ..self.clone()
        }
    }
}

/// The amount, where it is more than nothing.
const fn positive(kind: TransactionKind, amount_minor: i64) -> Result<i64, BadPosting> {
    if amount_minor > 0 { Ok(amount_minor) } else { Err(BadPosting::NotPositive { kind, amount_minor }) }
}

/// So much from one account to another.
fn moved(
    kind: TransactionKind,
    currency: Currency,
    campaign: Option<CampaignId>,
    amount_minor: i64,
    [debit, credit]: [Account; 2],
) -> Result<Posting, BadPosting> {
    let amount_minor = positive(kind, amount_minor)?;
    let entries = vec![
        Entry { account: debit, amount_minor },
        // More than nothing always has an opposite.
        Entry { account: credit, amount_minor: amount_minor.saturating_neg() },
    ];
    Posting::new(kind, currency, campaign, entries)
}

/// A campaign's books: what each kind of transaction moves. Amounts are positive minor units; an amount of
/// nothing, or a part larger than its whole, is refused.
#[derive(Debug, Clone, Copy)]
pub struct CampaignBooks {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its currency.
    pub currency: Currency,
}

impl CampaignBooks {
    /// The entries that move something, as one transaction.
    fn post(self, kind: TransactionKind, entries: &[(Account, i64)]) -> Result<Posting, BadPosting> {
        let entries = entries
            .iter()
            .filter(|(_, amount_minor)| *amount_minor != 0)
            .map(|(account, amount_minor)| Entry { account: *account, amount_minor: *amount_minor })
            .collect();
        Posting::new(kind, self.currency, Some(self.campaign), entries)
    }

    fn moved(
        self,
        kind: TransactionKind,
        amount_minor: i64,
        debit: Account,
        credit: Account,
    ) -> Result<Posting, BadPosting> {
        moved(kind, self.currency, Some(self.campaign), amount_minor, [debit, credit])
    }

    /// A provider captured a pledge and kept its cost.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive, or the cost is not a part of it.
    pub fn capture(
        self,
        provider: ProviderCode,
        amount_minor: i64,
        cost_minor: i64,
    ) -> Result<Posting, BadPosting> {
        let kind = TransactionKind::Capture;
        let amount_minor = positive(kind, amount_minor)?;
        let part = BadPosting::PartOverWhole { kind, part_minor: cost_minor, whole_minor: amount_minor };
        let kept_minor =
            amount_minor.checked_sub(cost_minor).filter(|kept| (0..=amount_minor).contains(kept));
        self.post(
            kind,
            &[
                (Account::Provider(provider), kept_minor.ok_or(part)?),
                (Account::ProviderCost(self.campaign), cost_minor),
                (Account::Escrow(self.campaign), amount_minor.saturating_neg()),
            ],
        )
    }

    /// The campaign bears the platform's fee and what the provider charged. The platform's part is less than
    /// nothing where it bears what the campaign has no money for, never more than the provider charged.
    ///
    /// # Errors
    /// [`BadPosting`] where both are nothing, the provider's part is negative, or the platform bears more
    /// than that.
    pub fn fee(self, platform_minor: i64, provider_minor: i64) -> Result<Posting, BadPosting> {
        let kind = TransactionKind::Fee;
        if provider_minor < 0 {
            return Err(BadPosting::NotPositive { kind, amount_minor: provider_minor });
        }
        let borne_minor =
            platform_minor.checked_add(provider_minor).ok_or(BadPosting::OutOfRange { kind })?;
        if borne_minor < 0 {
            let part_minor = platform_minor.saturating_neg();
            return Err(BadPosting::PartOverWhole { kind, part_minor, whole_minor: provider_minor });
        }
        self.post(
            kind,
            &[
                (Account::Escrow(self.campaign), borne_minor),
                (Account::PlatformFees, platform_minor.saturating_neg()),
                (Account::ProviderCost(self.campaign), provider_minor.saturating_neg()),
            ],
        )
    }

    /// A pool reserves for a pledge.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn match_reserved(self, pool: PoolId, amount_minor: i64) -> Result<Posting, BadPosting> {
        let (free, reserved) = (Account::PoolFree(pool), Account::PoolReserved(pool, self.campaign));
        self.moved(TransactionKind::MatchReserved, amount_minor, free, reserved)
    }

    /// What was reserved becomes the campaign's.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn match_posted(self, pool: PoolId, amount_minor: i64) -> Result<Posting, BadPosting> {
        let (reserved, escrow) = (Account::PoolReserved(pool, self.campaign), Account::Escrow(self.campaign));
        self.moved(TransactionKind::MatchPosted, amount_minor, reserved, escrow)
    }

    /// What was reserved is free again.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn match_voided(self, pool: PoolId, amount_minor: i64) -> Result<Posting, BadPosting> {
        let (free, reserved) = (Account::PoolFree(pool), Account::PoolReserved(pool, self.campaign));
        self.moved(TransactionKind::MatchVoided, amount_minor, reserved, free)
    }

    /// A transfer arrived before the decision.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn bank_in(self, amount_minor: i64) -> Result<Posting, BadPosting> {
        self.moved(TransactionKind::BankIn, amount_minor, Account::Bank, Account::Waiting(self.campaign))
    }

    /// An arrived transfer becomes the campaign's.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn bank_booked(self, amount_minor: i64) -> Result<Posting, BadPosting> {
        let (waiting, escrow) = (Account::Waiting(self.campaign), Account::Escrow(self.campaign));
        self.moved(TransactionKind::BankBooked, amount_minor, waiting, escrow)
    }

    /// A transfer that is not booked goes back to its sender.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn bank_returned(self, amount_minor: i64) -> Result<Posting, BadPosting> {
        self.moved(
            TransactionKind::BankReturned,
            amount_minor,
            Account::Waiting(self.campaign),
            Account::Bank,
        )
    }

    /// A captured pledge goes back to its backer.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn refund(self, from: RefundFrom, amount_minor: i64) -> Result<Posting, BadPosting> {
        self.moved(TransactionKind::Refund, amount_minor, Account::Escrow(self.campaign), from.account())
    }

    /// The backer's bank took a captured pledge back.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn chargeback(self, provider: ProviderCode, amount_minor: i64) -> Result<Posting, BadPosting> {
        let (escrow, provider) = (Account::Escrow(self.campaign), Account::Provider(provider));
        self.moved(TransactionKind::Chargeback, amount_minor, escrow, provider)
    }

    /// The campaign is paid.
    ///
    /// # Errors
    /// [`BadPosting`] where the amount is not positive.
    pub fn payout(self, amount_minor: i64) -> Result<Posting, BadPosting> {
        self.moved(TransactionKind::Payout, amount_minor, Account::Escrow(self.campaign), Account::Bank)
    }
}

/// A pool is filled by a transfer.
///
/// # Errors
/// [`BadPosting`] where the amount is not positive.
pub fn pool_funded(pool: PoolId, currency: Currency, amount_minor: i64) -> Result<Posting, BadPosting> {
    let accounts = [Account::Bank, Account::PoolFree(pool)];
    moved(TransactionKind::PoolFunded, currency, None, amount_minor, accounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn books() -> CampaignBooks {
        CampaignBooks { campaign: CampaignId::new(Uuid::from_u128(1)), currency: Currency::CHF }
    }

    #[test]
    fn every_posting_adds_up_to_nothing() {
        let pool = PoolId::new(Uuid::from_u128(2));
        for posting in [
            books().capture(ProviderCode::Sandbox, 6_000, 115),
            books().capture(ProviderCode::Sandbox, 10, 10),
            books().fee(300, 115),
            books().match_reserved(pool, 2_000),
            books().bank_in(500),
            pool_funded(pool, Currency::CHF, 5_000),
        ] {
            let posting = posting.unwrap();
            assert_eq!(posting.entries().iter().map(|e| e.amount_minor).sum::<i64>(), 0);
            assert_eq!(posting.reversed().reversed().entries(), posting.entries());
        }
    }

    #[test]
    fn unbalanced_or_empty_postings_are_refused() {
        let entry = |amount_minor| Entry { account: Account::Bank, amount_minor };
        let kind = TransactionKind::Fee;
        let new = |entries| Posting::new(kind, Currency::CHF, None, entries);
        assert_eq!(new(vec![entry(5), entry(-4)]), Err(BadPosting::Unbalanced { kind, sum_minor: 1 }));
        assert_eq!(new(Vec::new()), Err(BadPosting::Empty { kind }));
        assert_eq!(new(vec![entry(0), entry(0)]), Err(BadPosting::Empty { kind }));
        let all = vec![entry(i64::MIN), entry(i64::MAX), entry(1)];
        assert_eq!(new(all), Err(BadPosting::OutOfRange { kind }), "it has no opposite");
    }

    #[test]
    fn only_more_than_nothing_moves() {
        let (books, pool) = (books(), PoolId::new(Uuid::from_u128(2)));
        for amount_minor in [0, -1, i64::MIN] {
            for posting in [
                books.capture(ProviderCode::Sandbox, amount_minor, 0),
                books.match_reserved(pool, amount_minor),
                books.match_posted(pool, amount_minor),
                books.match_voided(pool, amount_minor),
                books.bank_in(amount_minor),
                books.bank_booked(amount_minor),
                books.bank_returned(amount_minor),
                books.refund(RefundFrom::Bank, amount_minor),
                books.chargeback(ProviderCode::Sandbox, amount_minor),
                books.payout(amount_minor),
                pool_funded(pool, Currency::CHF, amount_minor),
            ] {
                assert!(matches!(posting, Err(BadPosting::NotPositive { .. })), "{posting:?}");
            }
        }
    }

    #[test]
    fn no_part_is_larger_than_its_whole() {
        let capture = |cost_minor| books().capture(ProviderCode::Sandbox, 6_000, cost_minor);
        for cost_minor in [6_001, -1, i64::MIN] {
            let refused = capture(cost_minor);
            assert!(matches!(refused, Err(BadPosting::PartOverWhole { .. })), "{refused:?}");
        }
        assert!(capture(6_000).is_ok());
        assert!(capture(0).is_ok());
    }

    #[test]
    fn platform_bears_at_most_what_the_provider_charged() {
        let kind = TransactionKind::Fee;
        assert!(books().fee(-115, 115).is_ok(), "the platform bears all of it");
        let more = BadPosting::PartOverWhole { kind, part_minor: 116, whole_minor: 115 };
        assert_eq!(books().fee(-116, 115), Err(more));
        assert_eq!(books().fee(300, -1), Err(BadPosting::NotPositive { kind, amount_minor: -1 }));
        assert_eq!(books().fee(0, 0), Err(BadPosting::Empty { kind }));
        assert_eq!(books().fee(i64::MAX, 1), Err(BadPosting::OutOfRange { kind }));
    }
}
