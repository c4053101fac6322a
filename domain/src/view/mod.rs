//! Read models: what a page or the API shows of something, ready to cross the wire.

mod campaign;
mod checkout;
mod pledge;

pub use campaign::{
    AddOnView, BackerView, BudgetLineView, CampaignSort, CampaignSummary, CampaignView, Listing,
    MilestoneView, RegionView, RewardView,
};
pub use checkout::{CheckoutRefusal, CheckoutView, HoldView};
pub use pledge::{PledgeSummary, ReceiptView};
