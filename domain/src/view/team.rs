//! What a campaign's team is shown of it. Amounts are minor units of the campaign's currency.

use serde::{Deserialize, Serialize};

use crate::id::CampaignId;
use crate::money::Currency;
use crate::time::Timestamp;

/// A team is asked whether it can deliver with less than it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementView {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its title.
    pub title: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// What it needs.
    pub goal_minor: i64,
    /// What was collected.
    pub collected_minor: i64,
    /// What pools add.
    pub matched_minor: i64,
    /// Until when the team can say it.
    pub due_at: Timestamp,
    /// Whether it has.
    pub is_given: bool,
    /// Whether it still can.
    pub is_open: bool,
}
