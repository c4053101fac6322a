//! Campaigns: creating, finding, listing.

mod create;
mod find;
mod list;
mod row;
mod sql;

pub use create::{CreateCampaignError, NewAddOn, NewCampaign, NewReward, Origin, create_campaign};
pub use find::{Pulse, find_campaign, find_pulse, find_summary, list_backers};
pub use list::{CampaignQuery, PAGE_ITEMS_MAX, StateGroup, list_campaigns};
