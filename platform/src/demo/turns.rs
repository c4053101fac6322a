//! What people of the demo world have decided about its campaigns: sent in, sent back, declined, paused,
//! ended.

use multitude_domain::id::CampaignId;
use multitude_domain::time::Timestamp;
use serde::Deserialize;

use super::DemoError;
use super::people::{Person, actor};
use crate::campaigns::{
    cancel_campaign, decline_campaign, request_changes, submit_campaign, suspend_campaign,
};
use crate::db::Tx;

/// A decision, so many days before the day of seeding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Turn {
    days_ago: i64,
    deed: TurnDeed,
    by: String,
    #[serde(default)]
    note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TurnDeed {
    Submit,
    Changes,
    Decline,
    Suspend,
    Cancel,
}

impl Turn {
    /// When it is taken: in the afternoon.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        now.in_zurich().day.plus_days(-self.days_ago).at_in_zurich(15, 20, 0)
    }

    /// Whether the campaign ends by it.
    pub(super) fn is_end(&self) -> bool {
        self.deed == TurnDeed::Cancel
    }
}

/// Lets everybody decide at their time, by the use cases of everybody else.
pub(super) async fn seed(
    tx: &mut Tx,
    turns: &[Turn],
    people: &[Person],
    campaign: CampaignId,
    now: Timestamp,
) -> Result<(), DemoError> {
    for one in turns {
        tx.tell_time(one.at(now));
        let actor = actor(people, &one.by);
        match one.deed {
            TurnDeed::Submit => submit_campaign(tx, &actor, campaign).await,
            TurnDeed::Changes => request_changes(tx, &actor, campaign, &one.note).await,
            TurnDeed::Decline => decline_campaign(tx, &actor, campaign, &one.note).await,
            TurnDeed::Suspend => suspend_campaign(tx, &actor, campaign, &one.note).await,
            TurnDeed::Cancel => cancel_campaign(tx, &actor, campaign, &one.note).await,
        }?;
    }
    tx.tell_time(now);
    Ok(())
}
