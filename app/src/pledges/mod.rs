//! Pledges: the checkout, the receipt, and what changes a pledge.

#[cfg(feature = "ssr")]
pub(crate) mod act;
