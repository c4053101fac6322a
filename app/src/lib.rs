//! The pages of Multitude. The server renders all of a page; the browser hydrates its islands.
//!
//! | Module | Holds | Where |
//! |---|---|---|
//! | [`acts`] | what a person does with a form, and its two doors | both |
//! | [`components`] | the kit: shows, knows nothing | both |
//! | [`islands`] | what answers in the browser | both |
//! | [`i18n`] | the words and formats of the reader's language | both |
//! | `cookies` | reading and writing cookies | server |
//! | `pages` | one file for each page: loads a read model, lays components out | server |
//! | `load` | what pages show, by one use case each | server |
//! | `routes` | which page stands at which address | server |
//! | `frame` | what surrounds each page: header, footer, banners | server |
//! | `browser` | the browser's beginning, and moving on without loading anew | browser |
#![recursion_limit = "256"]
#![expect(clippy::needless_pass_by_value, reason = "components take their props by value")]
#![expect(unreachable_pub, reason = "the component macro writes functions of its own beside each public one")]

mod accounts;
pub mod acts;
#[cfg(feature = "ssr")]
mod answer;
#[cfg(feature = "hydrate")]
mod browser;
mod campaign_words;
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
mod draft;
mod followers;
#[cfg(feature = "ssr")]
mod frame;
pub mod i18n;
pub mod islands;
#[cfg(feature = "ssr")]
mod lead_back;
#[cfg(feature = "ssr")]
mod load;
#[cfg(feature = "ssr")]
mod pages;
mod pledges;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod reward_words;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod services;
#[cfg(feature = "ssr")]
mod session;
mod settlement;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod topic_words;

#[cfg(feature = "hydrate")]
pub use browser::start;
#[cfg(feature = "ssr")]
pub use frame::LANGUAGE_MARK;
#[cfg(feature = "ssr")]
pub use lead_back::own_path;
#[cfg(feature = "ssr")]
pub use load::{KeptFacets, captured_for};
#[cfg(feature = "ssr")]
pub use refusal::Refusal;
#[cfg(feature = "ssr")]
pub use render::{render_page, render_refusal};
#[cfg(feature = "ssr")]
pub use services::{Services, Site, SiteFacts};
#[cfg(feature = "ssr")]
pub use session::{session_cookie, signed_in};
