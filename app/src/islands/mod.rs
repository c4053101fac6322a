//! What answers in the browser. Nothing else of a page is code there: the server sent it as it is.

pub(crate) mod checkout;
mod ledger_check;
mod live;
mod totals;

pub use ledger_check::LedgerCheck;
pub use totals::{BackerCount, CampaignTotals, ChooseReward};
