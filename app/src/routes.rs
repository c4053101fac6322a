//! What makes each page. Every page stands under its language.

use leptos::prelude::*;

use crate::accounts::{own_pledges_page, security_page, sign_in_code_page, sign_in_link_page, sign_in_page};
use crate::acts::Reply;
use crate::campaigns::{
    Preset, backers_page, campaign_page, discover_page, home_page, questions_page, updates_page,
};
use crate::demo::{demo_page, kit_page};
use crate::followers::{follow_page, notify_page};
use crate::information::{fees_page, how_page, trust_page};
use crate::kit::not_found::not_found_page;
use crate::ledger::ledger_page;
use crate::page::Page;
use crate::pledges::{
    ChangeStep, Step, address_page, change_page, checkout_page, confirm_page, receipt_page, transfer_page,
};
use crate::pools::pool_page;
use crate::settlement::statement_page;

/// The page at what follows the language in an address. Boxed: one request waits for one of them, and needs
/// room for one.
pub(crate) async fn page_at(rest: &str, reply: Option<Reply>) -> AnyView {
    let Some(page) = Page::of(rest) else { return not_found_page() };
    match page {
        Page::Home => Box::pin(home_page()).await,
        Page::Discover => Box::pin(discover_page(Preset::Everything)).await,
        Page::Campaigns => Box::pin(discover_page(Preset::Campaigns)).await,
        Page::Topic { topic } => Box::pin(discover_page(Preset::Topic(&decoded(topic)))).await,
        Page::Place { place } => Box::pin(discover_page(Preset::Place(&decoded(place)))).await,
        Page::Campaign { slug } => Box::pin(campaign_page(slug)).await,
        Page::Updates { slug } => Box::pin(updates_page(slug)).await,
        Page::Questions { slug } => Box::pin(questions_page(slug)).await,
        Page::Backers { slug } => Box::pin(backers_page(slug)).await,
        Page::Ledger { slug } => Box::pin(ledger_page(slug)).await,
        Page::Pool { id } => Box::pin(pool_page(id)).await,
        Page::Notify { slug } => Box::pin(notify_page(slug, reply)).await,
        Page::Support { slug } => Box::pin(checkout_page(slug, Step::Support, reply)).await,
        Page::You { slug } => Box::pin(checkout_page(slug, Step::You, reply)).await,
        Page::Pay { slug } => Box::pin(checkout_page(slug, Step::Pay, reply)).await,
        Page::Deliver { slug } => Box::pin(statement_page(slug)).await,
        Page::Receipt { token } => Box::pin(receipt_page(token, reply)).await,
        Page::PostalAddress { token } => Box::pin(address_page(token, reply)).await,
        Page::Transfer { token } => Box::pin(transfer_page(token)).await,
        Page::Change { token } => Box::pin(change_page(token, ChangeStep::Choose, reply)).await,
        Page::Agree { token } => Box::pin(change_page(token, ChangeStep::Agree, reply)).await,
        Page::Confirm { token, proof } => Box::pin(confirm_page(token, proof)).await,
        Page::Follow { token } => Box::pin(follow_page(token)).await,
        Page::SignIn => sign_in_page(reply.as_ref()),
        Page::SignInCode => sign_in_code_page(reply.as_ref()),
        Page::SignInLink { token } => Box::pin(sign_in_link_page(token)).await,
        Page::OwnPledges => Box::pin(own_pledges_page()).await,
        Page::Security => Box::pin(security_page()).await,
        Page::How => how_page(),
        Page::Fees => Box::pin(fees_page()).await,
        Page::Trust => trust_page(),
        Page::Demo => Box::pin(demo_page()).await,
        Page::Kit => kit_page(),
    }
}

/// A part of an address as it was meant.
fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}
