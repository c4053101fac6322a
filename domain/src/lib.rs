//! The rules of Multitude: money, campaigns, pledges, ledger, permissions.
//!
//! Pure: no input or output, no clock, no randomness. Whatever the world knows (the time, a fresh id)
//! arrives as an argument, so the server, the tests and the browser get the same answer from the same code.
//!
//! | Module | Answers |
//! |---|---|
//! | [`money`] | what an amount is, in which currency |
//! | [`time`] | instants, calendar days, Zurich's civil time |
//! | [`id`] | one identifier type for each entity |

pub mod id;
pub mod money;
pub mod time;
