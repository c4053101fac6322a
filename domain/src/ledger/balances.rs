//! What every account holds after a history of transactions, and the rule that nobody is owed less than
//! nothing.

use std::collections::BTreeMap;

use super::{Account, AccountKind, Posting};
use crate::money::Currency;

/// A transaction would leave an account owing less than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{account} would be overdrawn: {balance_minor} in {currency}")]
pub struct OverdrawnAccount {
    /// The account.
    pub account: Account,
    /// The currency.
    pub currency: Currency,
    /// What it would hold: a debit where only credits may be.
    pub balance_minor: i128,
}

/// The balance of every account and currency; debits positive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balances(BTreeMap<(Account, Currency), i128>);

impl Balances {
    /// What an account holds; debits positive.
    pub fn of(&self, account: Account, currency: Currency) -> i128 {
        self.0.get(&(account, currency)).copied().unwrap_or(0)
    }

    /// Every account that was ever used.
    pub fn iter(&self) -> impl Iterator<Item = (Account, Currency, i128)> + '_ {
        self.0.iter().map(|((account, currency), balance)| (*account, *currency, *balance))
    }

    /// Adds one entry without asking whether it may be: for recounting what was written.
    pub fn add(&mut self, account: Account, currency: Currency, amount_minor: i64) {
        *self.0.entry((account, currency)).or_default() += i128::from(amount_minor);
    }

    /// Liabilities that are overdrawn, which a sound book has none of.
    pub fn overdrawn(&self) -> impl Iterator<Item = OverdrawnAccount> + '_ {
        self.iter()
            .filter(|(account, _, balance)| account.kind() == AccountKind::Liability && *balance > 0)
            .map(|(account, currency, balance_minor)| OverdrawnAccount { account, currency, balance_minor })
    }

    /// Adds a transaction.
    ///
    /// # Errors
    /// [`OverdrawnAccount`] where a liability would fall under nothing; nothing is added then.
    pub fn post(&mut self, posting: &Posting) -> Result<(), OverdrawnAccount> {
        let mut after = self.clone();
        for entry in posting.entries() {
            after.add(entry.account, posting.currency(), entry.amount_minor);
        }
        if let Some(overdrawn) = after.overdrawn().next() {
            return Err(overdrawn);
        }
        *self = after;
        Ok(())
    }
}
