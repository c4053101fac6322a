//! Campaigns: creating, finding, listing.

mod create;
mod find;
mod list;
mod row;
mod sql;

pub use create::{CreateCampaign, CreateCampaignError, NewAddOn, NewCampaign, NewReward, create_campaign};
pub use find::{find_campaign, list_backers};
pub use list::{CampaignQuery, PAGE_ITEMS_MAX, StateGroup, list_campaigns};
