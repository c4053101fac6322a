//! A campaign's books.

mod island;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod words;

pub use island::LedgerCheck;
#[cfg(feature = "ssr")]
pub(crate) use page::ledger_page;
