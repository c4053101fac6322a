//! Accounts: signing in, and one's own pages.

#[cfg(feature = "ssr")]
pub(crate) mod act;
