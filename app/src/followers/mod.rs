//! Who wants to hear that a campaign opens.

#[cfg(feature = "ssr")]
pub(crate) mod act;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod page;

#[cfg(feature = "ssr")]
pub(crate) use page::{follow_form, follow_page, notify_page, opens, way_to_follow};
