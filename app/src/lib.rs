//! The pages of Multitude. The server renders all of a page; the browser hydrates its islands.
//!
//! A feature has one folder with the name that it has in the other rooms: `campaigns`, `pledges`,
//! `followers`, `accounts`, `settlement`, `ledger`, `information`, `demo`. In it stand
//!
//! | File | Holds | Where |
//! |---|---|---|
//! | `page`, or one of the page's name | loads a read model, lays components out | server |
//! | `load` | what the pages show, by one use case each | server |
//! | `act` | what its forms do | server |
//! | `words` | what it is in the words of the reader | server, or both |
//! | `island` | what answers in the browser | both |
//!
//! What serves them all:
//!
//! | Module | Holds | Where |
//! |---|---|---|
//! | [`acts`] | what a person does with a form, and its two doors | both |
//! | [`kit`] | components, which show and know nothing; what pages have in common | both |
//! | [`i18n`] | the words and formats of the reader's language | both |
//! | `cookies` | reading and writing cookies | server |
//! | `page` | every page and its address | server |
//! | `routes` | what makes each page | server |
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
pub mod campaigns;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
mod demo;
mod followers;
#[cfg(feature = "ssr")]
mod frame;
pub mod i18n;
#[cfg(feature = "ssr")]
mod information;
pub mod kit;
#[cfg(feature = "ssr")]
mod lead_back;
pub mod ledger;
#[cfg(feature = "ssr")]
mod page;
pub mod pledges;
#[cfg(feature = "ssr")]
mod pools;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod services;
mod settlement;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use accounts::{session_cookie, signed_in};
#[cfg(feature = "hydrate")]
pub use browser::start;
#[cfg(feature = "ssr")]
pub use campaigns::KeptFacets;
#[cfg(feature = "ssr")]
pub use demo::captured_for;
#[cfg(feature = "ssr")]
pub use frame::LANGUAGE_MARK;
#[cfg(feature = "ssr")]
pub use lead_back::own_path;
#[cfg(feature = "ssr")]
pub use page::Page;
#[cfg(feature = "ssr")]
pub use refusal::Refusal;
#[cfg(feature = "ssr")]
pub use render::{render_page, render_refusal};
#[cfg(feature = "ssr")]
pub use services::{Services, Site, SiteFacts};
