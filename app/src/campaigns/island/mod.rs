//! What of a campaign moves in the browser: its totals.

mod live;
mod share;
mod totals;

pub use share::ShareButton;
pub use totals::{BackerCount, CampaignBar, CampaignTotals, ChooseReward, PledgeLink};
