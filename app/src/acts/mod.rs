//! Acts: what a person does with a form, each written once and reached by two doors. Without scripts a form
//! posts to its own address; in the browser its island calls a server function. Both end in the same function
//! with the same [`Visit`], and what that answers is said in the same two types ([ADR
//! 20](../../../docs/adr/0020-one-act-two-doors.md)).
//!
//! | Module | Holds | Where |
//! |---|---|---|
//! | `list` | every act: its function, its address, its limit | both |
//! | `wire` | what goes in and what comes out | both |
//! | `error` | why a door gave no answer | both |
//! | `client` | how the browser calls a function | both |
//! | `form` | the island that a form stands in | both |
//! | `said` | codes in the reader's words | both |
//! | `check` | what a form is read for before it is sent | browser |
//! | `marks` | what a form holds, and the marks at its fields | browser |
//! | `visit` | who asks, where from, and what is let in | server |
//! | `read` | the one place where what was sent is read | server |
//! | `place` | what an act is about, as its address says | server |
//! | `posted` | a form as pages write it | server |
//! | `doors` | both doors | server |

#[cfg(feature = "hydrate")]
mod check;
mod client;
#[cfg(feature = "ssr")]
mod doors;
mod error;
mod form;
mod list;
#[cfg(feature = "hydrate")]
mod marks;
#[cfg(feature = "ssr")]
mod place;
#[cfg(feature = "ssr")]
mod posted;
#[cfg(feature = "ssr")]
mod read;
mod said;
#[cfg(feature = "ssr")]
mod visit;
mod wire;

#[cfg(feature = "ssr")]
pub use doors::{Asked, by_form, by_function};
pub use error::AppError;
pub use form::ActForm;
pub(crate) use form::{Given, answering};
pub use list::{Act, FUNCTIONS, functions};
#[cfg(feature = "hydrate")]
pub(crate) use marks::{free_forms, pairs as form_pairs};
#[cfg(feature = "ssr")]
pub use place::Place;
#[cfg(feature = "ssr")]
pub(crate) use posted::{FormOf, posted, titled_by};
#[cfg(feature = "ssr")]
pub(crate) use read::Typed;
pub(crate) use said::fault_text;
#[cfg(feature = "hydrate")]
pub(crate) use said::field_of;
#[cfg(feature = "ssr")]
pub(crate) use said::{fault_at, refusal_text};
#[cfg(feature = "ssr")]
pub(crate) use visit::{Acted, Unanswered};
#[cfg(feature = "ssr")]
pub use visit::{Counted, Gate, Noted, Policy, Visit, Wait};
#[cfg(feature = "ssr")]
pub(crate) use wire::Reply;
pub use wire::{Answer, Kind, Pairs, Refused, Sent};
