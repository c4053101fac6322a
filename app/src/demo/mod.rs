//! The demo world: its own page, and every component in every state. Rendered by the server alone.

mod kit;
mod load;
mod page;

pub(crate) use kit::kit_page;
pub use load::captured_for;
pub(crate) use page::demo_page;
