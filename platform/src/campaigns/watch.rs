//! What watchers of a campaign are told: its totals.

use multitude_domain::view::CampaignSummary;

use super::find_summary;
use crate::db::{StoreError, Tx};
use crate::live::Watchable;
use crate::subject::Subject;

impl Watchable for CampaignSummary {
    fn subject(&self) -> Subject {
        self.id.into()
    }

    async fn find(tx: &mut Tx, slug: &str) -> Result<Option<Self>, StoreError> {
        find_summary(tx, slug).await
    }
}
