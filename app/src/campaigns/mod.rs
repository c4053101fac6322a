//! Campaigns: home, the list of them, and each one with its tabs.

#[cfg(feature = "ssr")]
mod about;
#[cfg(feature = "ssr")]
mod backers;
#[cfg(feature = "ssr")]
mod discover;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod home;
pub mod island;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub(crate) mod reward_words;
#[cfg(feature = "ssr")]
mod share;
#[cfg(feature = "ssr")]
mod tabs;
#[cfg(feature = "ssr")]
mod talk;
#[cfg(feature = "ssr")]
mod topic_words;
#[cfg(feature = "ssr")]
mod unpublished;
pub(crate) mod words;

#[cfg(feature = "ssr")]
pub(crate) use backers::backers_page;
#[cfg(feature = "ssr")]
pub(crate) use discover::{Preset, discover_page};
#[cfg(feature = "ssr")]
pub(crate) use frame::in_frame;
#[cfg(feature = "ssr")]
pub(crate) use home::home_page;
#[cfg(feature = "ssr")]
pub(crate) use load::{FramedCampaign, find_framed, own};
#[cfg(feature = "ssr")]
pub use load::{KeptFacets, KeptRelated};
#[cfg(feature = "ssr")]
pub(crate) use page::campaign_page;
#[cfg(feature = "ssr")]
pub(crate) use share::share;
#[cfg(feature = "ssr")]
pub(crate) use tabs::Part;
#[cfg(feature = "ssr")]
pub(crate) use talk::{questions_page, updates_page};
