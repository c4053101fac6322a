//! What a campaign may do, and when it has reached its goal.

mod decision;
mod policy;
mod state;

pub use decision::{BANK_DAYS_AFTER_DEADLINE, BankWait, Decision, FundingModel, Standing, bank_wait_ends};
pub use policy::{CampaignPolicy, LargePledge, PolicyKind};
pub use state::{CampaignAction, CampaignState};
