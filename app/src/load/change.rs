//! A pledge that its backer changes.

use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::pledge::PledgeDraft;
use multitude_domain::view::{CheckoutView, ReceiptView};
use multitude_platform::campaigns;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges;

use super::checkout::{CheckoutReply, without_story};
use super::{Failed, failed};
use crate::Services;
use crate::answer::{keep_address, keep_to_itself};

/// A pledge, and the form that changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePageView {
    /// The pledge as it stands.
    pub receipt: ReceiptView,
    /// What is typed: what is chosen now, what the address says, or what was sent.
    pub form: CheckoutView,
    /// Whether the form was sent, and something is to be put right.
    pub was_sent: bool,
}

/// Loads the pledge whose receipt has this token, with the form that changes it.
pub(crate) async fn load_change(token: String) -> Result<Option<ChangePageView>, Failed> {
    let services = expect_context::<Services>();
    let reply = use_context::<CheckoutReply>();
    let parts = use_context::<Parts>();
    let asked = parts.and_then(|parts| serde_urlencoded::from_str(parts.uri.query()?).ok());
    keep_to_itself();
    keep_address();
    let read = async move |tx: &mut Tx| read_change(tx, &token, asked.unwrap_or_default(), reply).await;
    services.desk.db.read(read).await.map_err(failed)
}

async fn read_change(
    tx: &mut Tx,
    token: &str,
    asked: Vec<(String, String)>,
    reply: Option<CheckoutReply>,
) -> Result<Option<ChangePageView>, StoreError> {
    let Some((id, receipt)) = pledges::find_pledge_by_receipt(tx, token).await? else { return Ok(None) };
    let Some(now) = pledges::find_chosen(tx, id).await? else { return Ok(None) };
    let Some(campaign) = campaigns::find_campaign(tx, &receipt.slug).await? else { return Ok(None) };
    let campaign = without_story(campaign.with_own(&now.wish));
    let was_sent = reply.is_some();
    let stands = PledgeDraft::of(&receipt.slug, &now.wish, now.show_as).terms();
    let CheckoutReply { mut draft, faults, refusal } = reply.unwrap_or_else(|| CheckoutReply {
        draft: PledgeDraft::of(&receipt.slug, &now.wish, now.show_as),
        ..CheckoutReply::default()
    });
    if !was_sent && asked.iter().any(|(name, _)| name == "amount") {
        draft.take(asked);
    }
    if !was_sent {
        // An amount that is just what the choice costs follows another choice, as if it had been filled in.
        let untyped = PledgeDraft { amount: String::new(), ..draft.clone() };
        draft.filled = untyped.amount_to_fill(&campaign.offer()).unwrap_or_default();
    }
    let form = CheckoutView { campaign, draft, terms: stands, hold: None, faults, refusal };
    Ok(Some(ChangePageView { receipt, form, was_sent }))
}
