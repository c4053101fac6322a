//! A campaign's books.

use leptos::prelude::*;
use multitude_domain::view::{CampaignLedgerView, CampaignSummary, TalkCounts};
use multitude_platform::campaigns;
use multitude_platform::db::Tx;
use multitude_platform::ledger::find_campaign_ledger_end;

use crate::Services;
use crate::kit::loaded::{Failed, failed};

/// As many records as one page shows: the newest.
const RECORDS: i64 = 50;

/// Where a campaign's money is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// Its books.
    pub ledger: CampaignLedgerView,
}

/// Loads the books of a campaign that anybody may see.
pub(crate) async fn load_ledger(slug: String) -> Result<Option<LedgerView>, Failed> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let summary = view.summary;
        let ledger = find_campaign_ledger_end(tx, summary.id, summary.currency, RECORDS).await?;
        Ok(Some(LedgerView { summary, talk: view.talk, ledger }))
    };
    services.desk.db.read(read).await.map_err(failed)
}
