//! Who wants to hear that a campaign opens.

#[cfg(feature = "ssr")]
pub(crate) mod act;
