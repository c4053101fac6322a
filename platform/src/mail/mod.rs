//! Mail: what follows from what happened, in the recipient's language, sent at least once.
//!
//! An event of the outbox puts rows into `mails`; words, links and codes are made when a row's time has come, so that
//! nothing secret waits in the database and what is no longer true is not sent. The demo world captures its mails.

mod captured;
mod followers;
mod kind;
mod letter;
mod news;
mod post;
mod queue;
mod retry;
mod send;
mod sql;
mod team;
mod words;
mod write;

pub use captured::{Captured, find_captured_html, list_captured};
pub use letter::{Letter, STYLE};
pub use post::{BadMailSettings, Post, Transport};
pub use queue::{ResendError, queue_events, resend_confirmation};
pub(crate) use queue::{queue_follow, queue_sign_in};
pub use retry::{RetryMailsError, retry_failed};
pub(crate) use send::has_due;
pub use send::{count_unsent, forget_old, send_due};
