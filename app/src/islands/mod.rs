//! What answers in the browser. Nothing else of a page is code there: the server sent it as it is.

pub(crate) mod checkout;
#[cfg(feature = "hydrate")]
mod form;
mod ledger_check;
pub(crate) mod lines;
mod live;
mod totals;

pub use ledger_check::LedgerCheck;
pub use lines::LinesForm;
pub use totals::{BackerCount, CampaignTotals, ChooseReward};
