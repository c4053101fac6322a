//! One identifier type for each entity: a user's id never compiles where a campaign's is wanted.
//!
//! All are UUIDs of version 7; whoever makes one passes it in (`platform::ambient`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: a UUID is 32 hexadecimal digits in five groups")]
pub struct MalformedId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID made elsewhere.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, as the database stores it.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Uuid::parse_str(text).map(Self).map_err(|_| MalformedId)
            }
        }
    )+};
}

ids! {
    /// A campaign.
    CampaignId
    /// A reward of a campaign.
    RewardId
    /// Something small that may be added to a pledge.
    AddOnId
    /// A place kept for one browser while it checks out.
    HoldId
    /// An update of a campaign.
    UpdateId
    /// A question to a campaign's team.
    QuestionId
    /// A pledge.
    PledgeId
    /// One attempt at the provider: a mandate, a charge, a refund.
    AttemptId
    /// A person with an account.
    UserId
    /// A signed-in browser.
    SessionId
    /// An organisation.
    OrgId
    /// A pool of match money.
    PoolId
    /// One ledger transaction.
    TransactionId
    /// One row of the outbox.
    EventId
    /// One unit of deferred work.
    JobId
    /// One message to one address.
    MailId
}
