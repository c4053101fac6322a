//! Which page stands at which address. Every page stands under its language.

use leptos::prelude::*;

use crate::pages::{
    Step, backers_page, campaign_page, checkout_page, confirm_page, demo_page, discover_page, fees_page,
    home_page, how_page, kit_page, ledger_page, not_found_page, own_pledges_page, questions_page,
    receipt_page, security_page, sign_in_code_page, sign_in_link_page, sign_in_page, trust_page,
    updates_page,
};

/// The page at what follows the language in an address.
pub(crate) async fn page_at(rest: &str) -> AnyView {
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    match *parts {
        [] => home_page().await,
        ["discover"] => discover_page().await,
        ["c", slug] => campaign_page(slug).await,
        ["c", slug, "updates"] => updates_page(slug).await,
        ["c", slug, "questions"] => questions_page(slug).await,
        ["c", slug, "backers"] => backers_page(slug).await,
        ["c", slug, "ledger"] => ledger_page(slug).await,
        ["c", slug, "pledge"] => checkout_page(slug, Step::Support).await,
        ["c", slug, "pledge", "you"] => checkout_page(slug, Step::You).await,
        ["c", slug, "pledge", "pay"] => checkout_page(slug, Step::Pay).await,
        ["p", token] => receipt_page(token).await,
        ["p", token, "confirm", proof] => confirm_page(token, proof).await,
        ["sign-in"] => sign_in_page(),
        ["sign-in", "code"] => sign_in_code_page(),
        ["sign-in", token] => sign_in_link_page(token).await,
        ["account", "pledges"] => own_pledges_page().await,
        ["account", "security"] => security_page().await,
        ["how"] => how_page(),
        ["fees"] => fees_page(),
        ["trust"] => trust_page(),
        ["demo"] => demo_page().await,
        ["demo", "kit"] => kit_page(),
        _ => not_found_page(),
    }
}
