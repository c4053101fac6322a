//! What the pages of campaigns show.

mod facets;
mod lists;
mod related;
mod whole;

pub use facets::KeptFacets;
pub use lists::{BuiltView, DiscoverFilter, DiscoverView, HomeView};
pub(crate) use lists::{ROW, load_discover, load_home};
pub use related::KeptRelated;
pub(crate) use related::related;
pub use whole::{AboutView, BackersView, QuestionsView, UpdatesView};
pub(crate) use whole::{FramedCampaign, find_framed, own};
pub(crate) use whole::{load_backers, load_campaign, load_questions, load_unpublished, load_updates};
