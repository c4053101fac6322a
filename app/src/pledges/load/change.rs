//! A pledge that its backer changes.

use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::pledges::PledgeDraft;
use multitude_domain::view::{CheckoutView, ReceiptView};
use multitude_platform::campaigns;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges;

use crate::Services;
use crate::acts::{Pairs, Reply};
use crate::answer::{keep_address, keep_to_itself};
use crate::kit::loaded::{Failed, failed};

/// A pledge, and the form that changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePageView {
    /// The pledge as it stands.
    pub receipt: ReceiptView,
    /// What is typed: what is chosen now, what the address says, or what was sent.
    pub form: CheckoutView,
}

/// Loads the pledge whose receipt has this token, with the form that changes it, and what it was answered.
pub(crate) async fn load_change(
    token: String,
    reply: Option<&Reply>,
) -> Result<Option<ChangePageView>, Failed> {
    let services = expect_context::<Services>();
    let typed = reply.map(|reply| (reply.typed.pairs().clone(), reply.says("pledge.sold_out")));
    let parts = use_context::<Parts>();
    let asked = parts.and_then(|parts| serde_urlencoded::from_str(parts.uri.query()?).ok());
    keep_to_itself();
    keep_address();
    let read = async move |tx: &mut Tx| read_change(tx, &token, asked.unwrap_or_default(), typed).await;
    services.desk.db.read(read).await.map_err(failed)
}

async fn read_change(
    tx: &mut Tx,
    token: &str,
    asked: Pairs,
    typed: Option<(Pairs, bool)>,
) -> Result<Option<ChangePageView>, StoreError> {
    let Some((holder, receipt)) = pledges::find_pledge_by_receipt(tx, token).await? else { return Ok(None) };
    let Some(now) = pledges::find_chosen(tx, holder.pledge()).await? else { return Ok(None) };
    let Some(campaign) = campaigns::find_campaign(tx, &receipt.slug).await? else { return Ok(None) };
    let campaign = campaign.with_own(&now.wish);
    let own = PledgeDraft::of(&receipt.slug, &now.wish, now.show_as);
    let (stands, mut draft) = (own.terms(), own.clone());
    if let Some((typed, is_sold_out)) = typed {
        draft.take(typed);
        if is_sold_out {
            // What they have stays theirs unless they choose anew; the amount stays as it was typed.
            (draft.reward, draft.qty) = (own.reward, own.qty);
        }
    } else {
        if asked.iter().any(|(name, _)| name == "amount") {
            draft.take(asked);
        }
        // An amount that is just what the choice costs follows another choice, as if it had been filled in.
        let untyped = PledgeDraft { amount: String::new(), ..draft.clone() };
        draft.filled = untyped.amount_to_fill(&campaign.offer()).unwrap_or_default();
    }
    let form = CheckoutView { campaign, draft, terms: stands, hold: None };
    Ok(Some(ChangePageView { receipt, form }))
}
