//! Which page stands at which address. Every page stands under its language.

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
use crate::pledges::{
    ChangeStep, Step, address_page, change_page, checkout_page, confirm_page, receipt_page,
};
use crate::settlement::statement_page;

/// The page at what follows the language in an address. Boxed: one request waits for one of them, and needs room for one.
pub(crate) async fn page_at(rest: &str, reply: Option<Reply>) -> AnyView {
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    match *parts {
        [] => Box::pin(home_page()).await,
        ["discover"] => Box::pin(discover_page(Preset::Everything)).await,
        ["campaigns"] => Box::pin(discover_page(Preset::Campaigns)).await,
        ["topics", topic] => Box::pin(discover_page(Preset::Topic(&decoded(topic)))).await,
        ["places", place] => Box::pin(discover_page(Preset::Place(&decoded(place)))).await,
        ["c", slug] => Box::pin(campaign_page(slug)).await,
        ["c", slug, "updates"] => Box::pin(updates_page(slug)).await,
        ["c", slug, "questions"] => Box::pin(questions_page(slug)).await,
        ["c", slug, "backers"] => Box::pin(backers_page(slug)).await,
        ["c", slug, "ledger"] => Box::pin(ledger_page(slug)).await,
        ["c", slug, "notify"] => Box::pin(notify_page(slug, reply)).await,
        ["c", slug, "pledge"] => Box::pin(checkout_page(slug, Step::Support, reply)).await,
        ["c", slug, "pledge", "you"] => Box::pin(checkout_page(slug, Step::You, reply)).await,
        ["c", slug, "pledge", "pay"] => Box::pin(checkout_page(slug, Step::Pay, reply)).await,
        ["c", slug, "deliver"] => Box::pin(statement_page(slug)).await,
        ["p", token] => Box::pin(receipt_page(token, reply)).await,
        ["p", token, "address"] => Box::pin(address_page(token, reply)).await,
        ["p", token, "change"] => Box::pin(change_page(token, ChangeStep::Choose, reply)).await,
        ["p", token, "change", "agree"] => Box::pin(change_page(token, ChangeStep::Agree, reply)).await,
        ["p", token, "confirm", proof] => Box::pin(confirm_page(token, proof)).await,
        ["follow", token] => Box::pin(follow_page(token)).await,
        ["sign-in"] => sign_in_page(reply.as_ref()),
        ["sign-in", "code"] => sign_in_code_page(reply.as_ref()),
        ["sign-in", token] => Box::pin(sign_in_link_page(token)).await,
        ["account", "pledges"] => Box::pin(own_pledges_page()).await,
        ["account", "security"] => Box::pin(security_page()).await,
        ["how"] => how_page(),
        ["fees"] => Box::pin(fees_page()).await,
        ["trust"] => trust_page(),
        ["demo"] => Box::pin(demo_page()).await,
        ["demo", "kit"] => kit_page(),
        _ => not_found_page(),
    }
}

/// A part of an address as it was meant.
fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}
