//! What people see of their own account.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::states::UnknownState;
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

/// As whom the demo world can be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRole {
    /// Somebody who pledged.
    Backer,
    /// Somebody with a campaign.
    Creator,
    /// Reviews campaigns.
    Coach,
    /// Pauses what harms.
    Moderator,
    /// Runs the installation; not offered where others than this machine reach the demo world.
    Operator,
}

impl DemoRole {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Backer, Self::Creator, Self::Coach, Self::Moderator, Self::Operator];

    /// The name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backer => "backer",
            Self::Creator => "creator",
            Self::Coach => "coach",
            Self::Moderator => "moderator",
            Self::Operator => "operator",
        }
    }
}

impl FromStr for DemoRole {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownState)
    }
}
