//! The rules of Multitude: money, campaigns, pledges, ledger, permissions.
//!
//! Pure: no input or output, no clock, no randomness. Whatever the world knows (the time, a fresh id)
//! arrives as an argument, so the server, the tests and the browser get the same answer from the same code.
//!
//! | Module | Answers |
//! |---|---|
//! | [`apportion`] | how to split an amount without losing a cent |
//! | [`banking_day`] | when banks move money |
//! | [`campaign`] | what a campaign may do, and when |
//! | [`code`] | what a code of six digits is |
//! | [`email`] | what an address is, and when two are one |
//! | [`fault`] | what is wrong with a form, in codes |
//! | [`fees`] | what a campaign pays |
//! | [`id`] | one identifier type for each entity |
//! | [`ledger`] | where money is: double entry, and the chain that seals it |
//! | [`locale`] | the four languages, and which a browser would like |
//! | [`matching`] | what a pool adds to a pledge |
//! | [`money`] | what an amount is, in which currency |
//! | [`name`] | what a person's name is, and how it stands among others |
//! | [`permission`] | who may do what |
//! | [`pledge`] | what a pledge is and may become |
//! | [`time`] | instants, calendar days, Zurich's civil time |
//! | [`transfer`] | what a bank transfer says, and the codes that say it to a banking app |
//! | [`typed`] | what counts of what people type |
//! | [`view`] | read models: what pages and the API show |

pub mod apportion;
pub mod banking_day;
pub mod campaigns;
pub mod code;
pub mod email;
pub mod fault;
pub mod fees;
pub mod id;
pub mod ledger;
pub mod locale;
pub mod matching;
pub mod money;
pub mod name;
pub mod permission;
pub mod pledges;
mod states;
pub mod time;
pub mod transfer;
pub mod typed;
pub mod view;

pub use states::{UnknownState, WrongState};
