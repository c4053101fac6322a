//! The use cases of Multitude, on SQLite or PostgreSQL.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`ambient`] | time, ids and randomness: the one place that asks the machine |
//! | [`campaigns`] | campaigns: creating, finding, listing |
//! | [`db`] | two databases behind one code path; who begins and commits |
//! | [`demo`] | the demo world, and that it stays apart |
//! | [`ledger`] | the double-entry book and its chain |
//! | [`pools`] | match money |
//! | [`search`] | full-text search, the same on both |

pub mod ambient;
pub mod campaigns;
pub mod db;
pub mod demo;
pub mod ledger;
pub mod pools;
pub mod search;
