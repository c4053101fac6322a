//! Pledges: the checkout, the receipt, and what changes a pledge.

#[cfg(feature = "ssr")]
pub(crate) mod act;
#[cfg(feature = "ssr")]
mod checkout;
#[cfg(feature = "ssr")]
mod draft;
pub mod island;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod receipt;

#[cfg(feature = "ssr")]
pub(crate) use checkout::{Step, checkout_page};
#[cfg(feature = "ssr")]
pub(crate) use receipt::{
    ChangeStep, address_page, change_page, confirm_page, receipt_page, state_title, transfer_page,
};
