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

/// The entries do not add up to zero, or one of them moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entries of a {kind} add up to {sum_minor}, not to nothing")]
pub struct UnbalancedPosting {
    /// What was to be written.
    pub kind: TransactionKind,
    /// The sum.
    pub sum_minor: i128,
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
    /// [`UnbalancedPosting`] where they do not add up to zero or one moves nothing.
    pub fn new(
        kind: TransactionKind,
        currency: Currency,
        campaign: Option<CampaignId>,
        entries: Vec<Entry>,
    ) -> Result<Self, UnbalancedPosting> {
        let sum_minor: i128 = entries.iter().map(|entry| i128::from(entry.amount_minor)).sum();
        let is_moving = entries.len() >= 2 && entries.iter().all(|entry| entry.amount_minor != 0);
        if sum_minor == 0 && is_moving {
            Ok(Self { kind, currency, campaign, entries })
        } else {
            Err(UnbalancedPosting { kind, sum_minor })
        }
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
        let back = |entry: &Entry| Entry { amount_minor: entry.amount_minor.saturating_neg(), ..*entry };
        Self {
            kind: TransactionKind::Reversal,
            entries: self.entries.iter().map(back).collect(),
            ..self.clone()
        }
    }
}

/// A campaign's books: what each kind of transaction moves. Amounts are positive minor units; an amount of nothing, or
/// a part larger than its whole, is refused.
#[derive(Debug, Clone, Copy)]
pub struct CampaignBooks {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its currency.
    pub currency: Currency,
}

impl CampaignBooks {
    fn post(self, kind: TransactionKind, entries: &[(Account, i64)]) -> Result<Posting, UnbalancedPosting> {
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
    ) -> Result<Posting, UnbalancedPosting> {
        self.post(kind, &[(debit, amount_minor), (credit, amount_minor.saturating_neg())])
    }

    /// A provider captured a pledge and kept its cost.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn capture(
        self,
        provider: ProviderCode,
        amount_minor: i64,
        cost_minor: i64,
    ) -> Result<Posting, UnbalancedPosting> {
        self.post(
            TransactionKind::Capture,
            &[
                (Account::Provider(provider), amount_minor.saturating_sub(cost_minor)),
                (Account::ProviderCost(self.campaign), cost_minor),
                (Account::Escrow(self.campaign), amount_minor.saturating_neg()),
            ],
        )
    }

    /// The campaign bears the platform's fee and what the provider charged.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where both are nothing.
    pub fn fee(self, platform_minor: i64, provider_minor: i64) -> Result<Posting, UnbalancedPosting> {
        self.post(
            TransactionKind::Fee,
            &[
                (Account::Escrow(self.campaign), platform_minor.saturating_add(provider_minor)),
                (Account::PlatformFees, platform_minor.saturating_neg()),
                (Account::ProviderCost(self.campaign), provider_minor.saturating_neg()),
            ],
        )
    }

    /// A pool reserves for a pledge.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn match_reserved(self, pool: PoolId, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        let (free, reserved) = (Account::PoolFree(pool), Account::PoolReserved(pool, self.campaign));
        self.moved(TransactionKind::MatchReserved, amount_minor, free, reserved)
    }

    /// What was reserved becomes the campaign's.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn match_posted(self, pool: PoolId, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        let (reserved, escrow) = (Account::PoolReserved(pool, self.campaign), Account::Escrow(self.campaign));
        self.moved(TransactionKind::MatchPosted, amount_minor, reserved, escrow)
    }

    /// What was reserved is free again.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn match_voided(self, pool: PoolId, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        let (free, reserved) = (Account::PoolFree(pool), Account::PoolReserved(pool, self.campaign));
        self.moved(TransactionKind::MatchVoided, amount_minor, reserved, free)
    }

    /// A transfer arrived before the decision.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn bank_in(self, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        self.moved(TransactionKind::BankIn, amount_minor, Account::Bank, Account::Waiting(self.campaign))
    }

    /// An arrived transfer becomes the campaign's.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn bank_booked(self, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        let (waiting, escrow) = (Account::Waiting(self.campaign), Account::Escrow(self.campaign));
        self.moved(TransactionKind::BankBooked, amount_minor, waiting, escrow)
    }

    /// A transfer that is not booked goes back to its sender.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn bank_returned(self, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
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
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn refund(self, from: Account, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        self.moved(TransactionKind::Refund, amount_minor, Account::Escrow(self.campaign), from)
    }

    /// The backer's bank took a captured pledge back.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn chargeback(self, provider: ProviderCode, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        let (escrow, provider) = (Account::Escrow(self.campaign), Account::Provider(provider));
        self.moved(TransactionKind::Chargeback, amount_minor, escrow, provider)
    }

    /// The campaign is paid.
    ///
    /// # Errors
    /// [`UnbalancedPosting`] where the amount is nothing.
    pub fn payout(self, amount_minor: i64) -> Result<Posting, UnbalancedPosting> {
        self.moved(TransactionKind::Payout, amount_minor, Account::Escrow(self.campaign), Account::Bank)
    }
}

/// A pool is filled by a transfer.
///
/// # Errors
/// [`UnbalancedPosting`] where the amount is nothing.
pub fn pool_funded(
    pool: PoolId,
    currency: Currency,
    amount_minor: i64,
) -> Result<Posting, UnbalancedPosting> {
    let entries = vec![
        Entry { account: Account::Bank, amount_minor },
        Entry { account: Account::PoolFree(pool), amount_minor: amount_minor.saturating_neg() },
    ];
    Posting::new(TransactionKind::PoolFunded, currency, None, entries)
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
        let new = |entries| Posting::new(TransactionKind::Fee, Currency::CHF, None, entries);
        assert!(new(vec![entry(5), entry(-4)]).is_err());
        assert!(new(Vec::new()).is_err());
        assert!(new(vec![entry(0), entry(0)]).is_err());
        assert!(books().payout(0).is_err());
    }
}
