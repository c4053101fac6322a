//! A campaign's books.

use leptos::prelude::*;
use multitude_domain::view::CampaignLedgerView;
use multitude_platform::db::Tx;
use multitude_platform::ledger::find_campaign_ledger_end;

use crate::Services;
use crate::campaigns::{FramedCampaign, find_framed, own};
use crate::kit::loaded::{Failed, failed};

/// As many records as one page shows: the newest.
const RECORDS: i64 = 50;

/// Where a campaign's money is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// The campaign.
    pub campaign: FramedCampaign,
    /// Its books.
    pub ledger: CampaignLedgerView,
}

/// Loads the books of a campaign that anybody may see.
pub(crate) async fn load_ledger(slug: String) -> Result<Option<LedgerView>, Failed> {
    let (services, own) = (expect_context::<Services>(), own());
    let read = async move |tx: &mut Tx| {
        let Some(campaign) = find_framed(tx, own.as_ref(), &slug).await? else { return Ok(None) };
        let (id, currency) = (campaign.view.summary.id, campaign.view.summary.currency);
        let ledger = find_campaign_ledger_end(tx, id, currency, RECORDS).await?;
        Ok(Some(LedgerView { campaign, ledger }))
    };
    services.desk.db.read(read).await.map_err(failed)
}
