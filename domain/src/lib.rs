//! The rules of Multitude: money, campaigns, pledges, ledger, permissions.
//!
//! Pure: no input or output, no clock, no randomness. Whatever the world knows (the time, a fresh id)
//! arrives as an argument, so the server, the tests and the browser get the same answer from the same code.
//!
//! | Module | Answers |
//! |---|---|
//! | [`campaign`] | what a campaign may do, and when |
//! | [`id`] | one identifier type for each entity |
//! | [`locale`] | the four languages, and which a browser would like |
//! | [`money`] | what an amount is, in which currency |
//! | [`pledge`] | what a pledge is and may become |
//! | [`time`] | instants, calendar days, Zurich's civil time |
//! | [`view`] | read models: what pages and the API show |

pub mod campaign;
pub mod id;
pub mod locale;
pub mod money;
pub mod pledge;
mod states;
pub mod time;
pub mod view;

pub use states::{UnknownState, WrongState};
