//! What answers in the browser. Nothing else of a page is code there: the server sent it as it is. The island of forms is
//! [`ActForm`](crate::acts::ActForm).

pub(crate) mod choice;
pub(crate) mod hold;
mod ledger_check;
mod live;
mod totals;

pub use choice::ChoiceForm;
pub use hold::HoldWatch;
pub use ledger_check::LedgerCheck;
pub use totals::{BackerCount, CampaignTotals, ChooseReward};
