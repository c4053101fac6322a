//! The receipt of a pledge, and the link that confirms it.

use leptos::prelude::*;
use multitude_domain::email::fold_email;
use multitude_domain::view::{CampaignSummary, ReceiptView};
use multitude_platform::campaigns;
use multitude_platform::db::Tx;
use multitude_platform::pledges;

use super::transfer::{TransferView, awaited_transfer};
use crate::Services;
use crate::answer::{keep_address, keep_to_itself};
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};

/// A receipt, and what was wrong with the form that was sent from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPageView {
    /// The pledge.
    pub receipt: ReceiptView,
    /// Its campaign, as it stands.
    pub campaign: Option<CampaignSummary>,
    /// The transfer that it waits for.
    pub transfer: Option<TransferView>,
    /// Whether whoever looks at it has proved its address.
    pub is_own: bool,
}

/// Loads the receipt with this token.
pub(crate) async fn load_receipt(token: String) -> Result<Option<ReceiptPageView>, Failed> {
    let services = expect_context::<Services>();
    keep_to_itself();
    keep_address();
    let find = async move |tx: &mut Tx| {
        let Some(receipt) = pledges::find_receipt(tx, &token).await? else { return Ok(None) };
        let campaign = campaigns::find_summary(tx, &receipt.slug).await?;
        Ok(Some((receipt, campaign)))
    };
    let found = services.desk.db.read(find).await;
    let own = whoever().map(|own| fold_email(&own.email));
    let page = |(receipt, campaign): (ReceiptView, Option<CampaignSummary>)| ReceiptPageView {
        is_own: own.is_some() && own == receipt.email.as_deref().map(fold_email),
        transfer: awaited_transfer(&services.desk.payments, &receipt),
        receipt,
        campaign,
    };
    Ok(found.map_err(failed)?.map(page))
}

/// Loads the address that a mailed link would confirm; nothing where the link does not belong to the pledge.
pub(crate) async fn load_confirmation(token: String, proof: String) -> Result<Option<String>, Failed> {
    let services = expect_context::<Services>();
    keep_to_itself();
    keep_address();
    let keys = services.desk.keys.clone();
    let find = async move |tx: &mut Tx| {
        let found = pledges::find_pledge_by_receipt(tx, &token).await?;
        let proved = found.filter(|(holder, _)| pledges::is_proof(&keys, holder.pledge(), &proof));
        Ok(proved.and_then(|(_, receipt)| receipt.email))
    };
    services.desk.db.read(find).await.map_err(failed)
}
