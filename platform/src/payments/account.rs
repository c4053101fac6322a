//! The accounts that transfers go to.

use multitude_domain::transfer::{Iban, Party};

/// An account to which backers transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferAccount {
    /// Whose it is, with the address that a QR-bill wants.
    pub holder: Party,
    /// Its number.
    pub iban: Iban,
}
