//! The use cases of Multitude, on SQLite or PostgreSQL.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`ambient`] | time, ids and randomness: the one place that asks the machine |
//! | [`db`] | two databases behind one code path; who begins and commits |

pub mod ambient;
pub mod db;
