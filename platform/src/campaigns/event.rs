//! What happens to a campaign, as the outbox stores it: under names that do not change.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::UpdateId;
use serde::{Deserialize, Serialize};

/// What happened to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub(crate) enum CampaignEvent {
    /// It came from one state to another.
    Moved { from: CampaignState, to: CampaignState },
    /// Its team chose another start.
    StartChosen,
    /// Its team told how it goes.
    UpdatePublished { update: UpdateId },
    /// Somebody asked.
    QuestionAsked,
    /// Its team answered.
    QuestionAnswered,
    /// Its last two days begin.
    ClosesSoon,
    /// Its team is to say that it can deliver with less.
    StatementAsked,
    /// An update that it promised is due soon.
    UpdateDue,
    /// The day of one has passed without it.
    UpdateMissed,
}
