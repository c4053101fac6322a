//! The use cases of Multitude, on SQLite or PostgreSQL.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`accounts`] | who signs in, and what they are trusted with |
//! | [`ambient`] | time, ids and randomness: the one place that asks the machine |
//! | [`audit`] | who did what that is privileged, and why |
//! | [`campaigns`] | campaigns: creating, finding, listing |
//! | [`clock`] | an operator's word that the clock is right |
//! | [`db`] | two databases behind one code path; who begins and commits |
//! | [`demo`] | the demo world, and that it stays apart |
//! | [`fees`] | what the platform takes |
//! | [`import`] | campaigns that were recorded elsewhere |
//! | [`keys`] | keyed hashes and tokens |
//! | [`ledger`] | the double-entry book and its chain |
//! | [`live`] | what changes, for whoever watches it |
//! | [`mail`] | letters that wait, and how they leave |
//! | [`outbox`] | what happened, for whoever makes something of it |
//! | [`payments`] | providers behind one trait |
//! | [`personal`] | what is known of people, erased and forgotten |
//! | [`pledges`] | placing, holding, answering, changing |
//! | [`pools`] | match money |
//! | [`search`] | full-text search, the same on both |
//! | [`secret`] | whose secret a database was made with |
//! | [`settlement`] | what happens at and after a deadline |
//! | [`subject`] | what something is about, where no feature is known |
//! | [`work`] | what goes on beside requests |

pub mod accounts;
pub mod ambient;
pub mod audit;
pub mod campaigns;
pub mod clock;
pub mod db;
pub mod demo;
mod error_kind;
pub mod fees;
pub mod followers;
pub mod import;
pub mod keys;
pub mod ledger;
pub mod live;
mod locks;
pub mod mail;
pub mod outbox;
pub mod payments;
pub mod personal;
pub mod pledges;
pub mod pools;
pub mod search;
pub mod secret;
pub mod settlement;
pub mod subject;
mod words;
pub mod work;

use db::Db;
pub use error_kind::ErrorKind;
use keys::Keys;
use mail::Post;
use payments::Payments;
use pledges::Crowd;

/// What use cases need that reach beyond one transaction. Cheap to clone; closures that write take clones,
/// since an async closure that borrows, even a `&'static str`, cannot be sent between threads yet
/// (rust-lang/rust#110338).
#[derive(Debug, Clone)]
pub struct Desk {
    /// The database.
    pub db: Db,
    /// This installation's secret.
    pub keys: Keys,
    /// The provider.
    pub payments: Payments,
    /// How mails leave.
    pub post: Post,
    /// Who waits to pledge.
    pub crowd: Crowd,
}
