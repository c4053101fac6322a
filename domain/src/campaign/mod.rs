//! What a campaign may do, and when it has reached its goal.

mod state;

pub use state::{CampaignAction, CampaignState};
