//! Payment providers behind one trait: a mandate now, one charge at the deadline, bank money that arrives
//! days later.
//!
//! Every attempt is a row whose id is its idempotency key, stored before the provider is asked. Asking again
//! with the same key does nothing twice: it tells what became of the first attempt. So a lost answer, a late
//! one and a crash in between are all healed the same way, by asking again (`pledges::attempts`).

mod account;
mod inbox;
mod sandbox;
mod sql;

use std::str::FromStr;

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::ledger::ProviderCode;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::{Day, Timestamp};

use crate::db::Site;
use crate::keys::{Keys, Purpose};
use crate::personal::Table;

pub use account::TransferAccount;
pub use inbox::{Received, receive_event};
pub use sandbox::{BankPageError, Sandbox, SandboxToken};

/// What a provider calls what it did stays: by that a dispute is found that comes after its backer has gone.
pub(crate) const TABLES: &[Table] = &[
    Table::of_nobody("payment_attempts").keeping(&["token"]),
    Table::of_nobody("provider_events"),
    Table::of_nobody("sandbox_operations").keeping(&["token"]),
];

/// The keyed hash of a card or an account, by which it is known again and not told: the provider's name for
/// it, or an IBAN (ISO 13616) however it is typed.
pub fn account_hash(keys: &Keys, account: &str) -> [u8; 32] {
    let account: String = account.split_whitespace().collect();
    let is_iban = matches!(account.as_bytes(), [a, b, c, d, rest @ ..]
        if [a, b].iter().all(|one| one.is_ascii_alphabetic()) && [c, d].iter().all(|one| one.is_ascii_digit())
            && (11..=30).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphanumeric));
    let account = if is_iban { account.to_ascii_uppercase() } else { account };
    keys.hash(Purpose::Payer, account.as_bytes())
}

/// What a provider is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptKind {
    /// A mandate, or the announcement of a transfer.
    Setup,
    /// The one charge under a mandate.
    Charge,
    /// Money back.
    Refund,
}

impl AttemptKind {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Charge => "charge",
            Self::Refund => "refund",
        }
    }
}

impl FromStr for AttemptKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        [Self::Setup, Self::Charge, Self::Refund]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownKind)
    }
}

/// The name is not one of the kinds of attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of attempt")]
pub struct UnknownKind;

/// One attempt. Its id is the idempotency key.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The key.
    pub key: AttemptId,
    /// What is asked for.
    pub kind: AttemptKind,
    /// Whose pledge; charges of the same pledge use the same mandate.
    pub pledge: PledgeId,
    /// How much.
    pub amount: Money,
    /// How it is paid.
    pub method: PaymentMethod,
    /// What the provider gave the browser: a payment method, or the sandbox's stage direction.
    pub token: String,
    /// Where the provider sends its own notices; the sandbox tells cards apart by it.
    pub email: Option<String>,
    /// Now, in business time.
    pub at: Timestamp,
}

/// What a provider says of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done {
        /// The provider's own name for it.
        reference: String,
        /// The card or account, as the provider recognises it again.
        payer: Option<String>,
        /// What the provider takes for it, in minor units.
        cost_minor: i64,
    },
    /// A transfer arrived.
    Arrived {
        /// The bank's own name for the entry; one entry is booked once.
        entry: String,
        /// How much arrived, in minor units.
        amount_minor: i64,
        /// The day from which the money counts.
        value_day: Day,
        /// The account it came from, as the bank recognises it again.
        payer: Option<String>,
    },
    /// The backer has to confirm with their bank.
    ActionRequired,
    /// It was refused; nothing moved.
    Declined,
    /// Not known yet: ask again.
    Pending,
}

/// There is no telling what the provider did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The answer did not arrive; the attempt may have been done.
    #[error("the provider's answer was lost")]
    NoAnswer,
}

/// What every provider can do.
pub trait Provider {
    /// Its name in the ledger.
    fn code(&self) -> ProviderCode;

    /// The answer to an attempt that the provider can give without being asked over a network and without
    /// doing anything; none where it has to be asked.
    fn instant(&self, operation: &Operation) -> Option<Answer>;

    /// Does them, each once for its key however often it is asked, and tells what became of each, in their
    /// order. [`ProviderError`] stands where there is no telling; asking again with the same key is safe.
    fn perform(
        &self,
        operations: &[Operation],
    ) -> impl Future<Output = Vec<Result<Answer, ProviderError>>> + Send;

    /// Takes back a charge that waits for its backer's bank, or that never got here, and tells what it came
    /// to: [`Answer::Declined`] where it will never be made, [`Answer::Done`] where it was made before.
    fn withdraw(&self, charge: &Operation) -> impl Future<Output = Result<Answer, ProviderError>> + Send;
}

/// The providers of this installation.
#[derive(Debug, Clone)]
pub enum Payments {
    /// Simulated money.
    Sandbox(Sandbox),
}

impl Payments {
    /// Whether it moves real money.
    pub const fn is_live(&self) -> bool {
        match self {
            Self::Sandbox(_) => false,
        }
    }

    /// The kind of site whose provider it is.
    pub const fn site(&self) -> Site {
        if self.is_live() { Site::Live } else { Site::Sandbox }
    }

    /// Where transfers in this currency go; none where nobody can send any.
    pub fn transfer_account(&self, currency: Currency) -> Option<TransferAccount> {
        match self {
            Self::Sandbox(_) => Sandbox::transfer_account(currency),
        }
    }

    /// The sandbox, where it is the provider.
    pub const fn sandbox(&self) -> Option<&Sandbox> {
        match self {
            Self::Sandbox(sandbox) => Some(sandbox),
        }
    }
}

impl Provider for Payments {
    fn code(&self) -> ProviderCode {
        match self {
            Self::Sandbox(one) => one.code(),
        }
    }

    fn instant(&self, operation: &Operation) -> Option<Answer> {
        match self {
            Self::Sandbox(one) => one.instant(operation),
        }
    }

    async fn perform(&self, operations: &[Operation]) -> Vec<Result<Answer, ProviderError>> {
        match self {
            Self::Sandbox(one) => one.perform(operations).await,
        }
    }

    async fn withdraw(&self, charge: &Operation) -> Result<Answer, ProviderError> {
        match self {
            Self::Sandbox(one) => one.withdraw(charge).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_is_the_same_however_it_is_typed() {
        let hash = |account| account_hash(&Keys::new([7; 32]), account);
        assert_eq!(hash("ch93 0076 2011 6238 5295 7"), hash("CH9300762011623852957"));
        assert_ne!(hash("CH9300762011623852957"), hash("CH9300762011623852958"));
        assert_ne!(hash("fp_Ab"), hash("fp_ab"), "what a provider calls a card is not ours to respell");
    }
}
