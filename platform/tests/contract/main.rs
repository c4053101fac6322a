//! Every use case and every statement, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found by `MULTITUDE_TEST_POSTGRES`, the address of a cluster where databases may be made and
//! dropped; `cargo xtask test` starts one. Without it these tests run on SQLite alone and say so, except
//! where `CI` is set.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::large_futures,
    reason = "a test that cannot go on has failed"
)]
#![expect(clippy::assigning_clones, reason = "in a fixture the plain form reads better")]

mod accounts;
mod address;
mod audit;
mod books;
mod campaigns;
mod cards;
mod change;
mod crowd;
mod db;
mod draft;
mod erase;
mod followers;
mod found;
mod holds;
mod import;
mod late;
mod life;
mod live;
mod mail;
mod matches;
mod models;
mod news;
mod outbox;
mod own;
mod pledges;
mod prepared;
mod provider;
mod race;
mod secret;
mod settlement;
mod talk;
mod tamper;
mod work;
mod world;
