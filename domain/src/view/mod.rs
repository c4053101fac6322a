//! Read models: what a page or the API shows of something, ready to cross the wire.

mod campaign;

pub use campaign::{
    AddOnView, BackerView, BudgetLineView, CampaignSort, CampaignSummary, CampaignView, Listing,
    MilestoneView, RegionView, RewardView,
};
