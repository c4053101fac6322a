//! Mail: letters that wait, and how they leave, in the recipient's language, at least once.
//!
//! Each feature says which letters follow from its events and from time, and what they say. Here they are
//! queued, claimed, rendered and sent. Words, links and codes are made when a letter's time has come, so that
//! nothing secret waits in the database and what is no longer true is not sent. The demo world captures its
//! mails.

mod captured;
pub(crate) mod erase;
mod kind;
mod letter;
mod post;
mod queue;
mod retry;
pub(crate) mod ripe;
mod send;
mod sql;
mod writing;

pub use captured::{Captured, find_captured_html, list_captured};
pub(crate) use kind::{LetterKind, letters};
pub(crate) use letter::Block;
pub use letter::{Letter, STYLE};
pub use post::{BadMailSettings, Post, Transport};
pub use queue::queue_events;
pub(crate) use queue::{NewMail, Proofs, may_follow_from, queue, withdraw};
pub use retry::{RetryMailsError, retry_failed};
pub use ripe::queue_ripe;
pub(crate) use ripe::{Ripening, has_ripe, skip_ripe};
pub use send::{count_unsent, send_due};
pub(crate) use send::{forget_old, has_due};
pub(crate) use writing::Writing;
