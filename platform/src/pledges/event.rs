//! What happens to a pledge, as the outbox stores it: under names that do not change.

use multitude_domain::id::CampaignId;
use multitude_domain::pledges::PledgeState;
use serde::{Deserialize, Serialize};

/// What happened to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub(crate) enum PledgeEvent {
    /// It was placed, and came to a state at once.
    Placed { campaign: CampaignId, to: PledgeState },
    /// It came from one state to another, or changed within one.
    Moved { campaign: CampaignId, from: PledgeState, to: PledgeState },
}

impl PledgeEvent {
    /// The campaign that it is for.
    pub(crate) const fn campaign(self) -> CampaignId {
        match self {
            Self::Placed { campaign, .. } | Self::Moved { campaign, .. } => campaign,
        }
    }

    /// The states between which it moved.
    pub(crate) const fn states(self) -> (PledgeState, PledgeState) {
        match self {
            Self::Placed { to, .. } => (PledgeState::Draft, to),
            Self::Moved { from, to, .. } => (from, to),
        }
    }
}
