//! The pages of Multitude, rendered on the server and hydrated in the browser.
//!
//! | Module | Holds |
//! |---|---|
//! | [`components`] | the kit: shows, knows nothing |
//! | [`pages`] | one file for each page: loads a read model, lays components out |
//! | [`api`] | server functions: what a page loads while the reader moves on inside the browser |
//! | [`i18n`] | the words and formats of the reader's language |
//! | [`frame`] | what surrounds each page: header, footer, banners |
#![recursion_limit = "256"]
#![expect(clippy::needless_pass_by_value, reason = "components take their props by value")]
#![expect(unreachable_pub, reason = "the component macro writes functions of its own beside each public one")]

pub mod api;
mod app;
pub mod components;
#[cfg(feature = "ssr")]
mod draft;
pub mod frame;
pub mod i18n;
mod live;
pub mod pages;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "hydrate")]
mod renew;
#[cfg(feature = "ssr")]
mod services;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "hydrate")]
mod start;

#[cfg(feature = "ssr")]
pub use api::{CheckoutReply, ReceiptReply, SignInReply, holder};
pub use app::App;
#[cfg(feature = "ssr")]
pub use draft::{draft_cookie, draft_of};
#[cfg(feature = "ssr")]
pub use refusal::{Refusal, render_refusal};
#[cfg(feature = "ssr")]
pub use services::{Services, Site, SiteFacts};
#[cfg(feature = "ssr")]
pub use session::{Asking, asking_cookie, asking_of, no_session_cookie, session_cookie, signed_in};
#[cfg(feature = "ssr")]
pub use shell::{prepare_rendering, render_page};
#[cfg(feature = "hydrate")]
pub use start::start;
