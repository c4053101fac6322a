//! One file for each page: it loads a read model and lays components out.

mod campaign;
mod campaign_tile;
mod discover;
mod home;
pub mod kit;
mod not_found;
mod title;

pub use campaign::CampaignPage;
pub use discover::DiscoverPage;
pub use home::HomePage;
pub use not_found::{FailedPage, NotFoundPage};
pub use title::PageTitle;
