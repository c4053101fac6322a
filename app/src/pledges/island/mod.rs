//! What answers in the browser while somebody pledges.

mod choice;
mod copy;
mod hold;

pub use choice::ChoiceForm;
#[cfg(feature = "ssr")]
pub(crate) use choice::pays;
pub use copy::CopyButton;
#[cfg(feature = "ssr")]
pub(crate) use hold::HoldShown;
pub use hold::HoldWatch;
