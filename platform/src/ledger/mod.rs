//! The double-entry book: writing into it, sealing it, checking it.
//!
//! Nothing here is ever changed: triggers refuse it, and a mistake is corrected by its reversal. With each
//! transaction its campaign's totals move; [`verify_ledger`] recounts them from nothing.

mod campaign;
mod entries;
pub(crate) mod erase;
mod post;
mod recount;
pub(crate) mod seal;
mod sql;
mod verified;
mod verify;

pub use campaign::{find_campaign_ledger, find_campaign_ledger_end, list_records};
pub use post::{PostError, Written, post, post_all};
pub use seal::{Head, SealedBlock, find_head, seal, seal_all};
pub use verified::{Finding, Verified};
pub use verify::verify_ledger;
