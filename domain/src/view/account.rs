//! What people see of their own account.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A session of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its id, for ending it.
    pub id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// A mail that the demo world kept to itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedMailView {
    /// Its id, for its other form.
    pub id: String,
    /// Where it would have gone.
    pub email: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// When it would have left.
    pub at: Timestamp,
}
