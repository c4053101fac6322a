//! Server functions: thin doors to the use cases, for readers who move on inside the browser.

#[cfg(feature = "ssr")]
mod doors;
mod pages;

pub use pages::{DiscoverFilter, DiscoverView, HomeView, load_campaign, load_discover, load_home};
