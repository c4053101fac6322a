//! What something is about, where no feature is known: events, live totals, letters.

use core::str::FromStr;

use multitude_domain::UnknownState;
use multitude_domain::id::{CampaignId, PledgeId};
use uuid::Uuid;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal)+) => {
        /// A kind of thing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SubjectKind {
            $($(#[$doc])* $kind,)+
        }

        impl SubjectKind {
            /// The name in the database and between processes.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        impl FromStr for SubjectKind {
            type Err = UnknownState;

            fn from_str(name: &str) -> Result<Self, UnknownState> {
                match name {
                    $($name => Ok(Self::$kind),)+
                    _ => Err(UnknownState),
                }
            }
        }
    };
}

kinds! {
    /// A campaign.
    Campaign = "campaign"
    /// A pledge.
    Pledge = "pledge"
}

/// A thing: its kind and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Its kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
}

impl From<CampaignId> for Subject {
    fn from(id: CampaignId) -> Self {
        Self { kind: SubjectKind::Campaign, id: id.uuid() }
    }
}

impl From<PledgeId> for Subject {
    fn from(id: PledgeId) -> Self {
        Self { kind: SubjectKind::Pledge, id: id.uuid() }
    }
}
