//! The built binary over HTTP, with its database on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found by `MULTITUDE_TEST_POSTGRES`, as in the contract tests.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod accounts;
mod acts;
mod address;
mod addresses;
mod api;
mod audit;
mod cache;
mod change;
mod commands;
mod connections;
mod crash;
mod doors;
mod draft;
mod followers;
mod gone;
mod import;
mod limits;
mod live;
mod lost;
mod openapi;
mod prepared;
mod record;
mod refusals;
mod security;
mod site;
