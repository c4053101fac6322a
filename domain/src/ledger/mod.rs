//! The second book: where money is. Every transaction's entries add up to zero; nothing is changed, only
//! reversed; what was written is sealed in a chain that anybody can recompute.

mod account;
mod balances;
mod chain;
mod posting;

pub use account::{Account, AccountKind, ProviderCode, UnknownAccount};
pub use balances::{Balances, OverdrawnAccount};
pub use chain::{Hash, MalformedHash, Record, block_hash, commitment, record_hash};
pub use posting::{BadPosting, CampaignBooks, Entry, Posting, RefundFrom, TransactionKind, pool_funded};
