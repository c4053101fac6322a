//! What answers in the browser while somebody pledges.

mod choice;
mod hold;

pub use choice::ChoiceForm;
#[cfg(feature = "ssr")]
pub(crate) use choice::pays;
#[cfg(feature = "ssr")]
pub(crate) use hold::HoldShown;
pub use hold::HoldWatch;
