//! What a page's address asks for, and addresses that pages lead to.

use http::request::Parts;
use leptos::prelude::*;
use multitude_words::Words;

/// A value of the page's query, where there is one.
pub(super) fn asked(name: &str) -> Option<String> {
    let parts: Parts = expect_context();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(parts.uri.query()?).ok()?;
    pairs.into_iter().find_map(|(own, value)| (own == name).then_some(value))
}

/// A value of the page's query; empty where there is none.
pub(super) fn query(name: &str) -> String {
    asked(name).unwrap_or_default()
}

/// A value as it stands in a query.
pub(super) fn escaped(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The page that asks for an address, and leads back afterwards.
pub(super) fn sign_in_path(w: Words, back: Option<&str>) -> String {
    let query = back.map(|back| format!("?back={}", escaped(back))).unwrap_or_default();
    format!("/{}/sign-in{query}", w.locale)
}

/// A campaign's own page.
pub(super) fn campaign_path(w: Words, slug: &str) -> String {
    format!("/{}/c/{slug}", w.locale)
}
