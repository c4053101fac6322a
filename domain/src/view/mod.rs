//! Read models: what a page or the API shows of something, ready to cross the wire.

mod campaign;
mod pledge;

pub use campaign::{
    AddOnView, BackerView, BudgetLineView, CampaignSort, CampaignSummary, CampaignView, Listing,
    MilestoneView, RegionView, RewardView,
};
pub use pledge::{PledgeSummary, ReceiptView};
