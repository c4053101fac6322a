//! What of a campaign moves in the browser: its totals.

mod live;
mod totals;

pub use totals::{BackerCount, CampaignTotals, ChooseReward};
