//! What backers do: pledge, and whatever they do on a receipt.

mod change;
mod checkout;
mod receipt;

pub(crate) use change::{agree, change};
pub(crate) use checkout::{contact, keep, pay, support};
pub(crate) use receipt::{
    bank_no, bank_yes, cancel, code, confirm, consent, give_address, own, replace, resend,
};
