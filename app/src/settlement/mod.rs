//! What comes after a deadline.

#[cfg(feature = "ssr")]
pub(crate) mod act;
