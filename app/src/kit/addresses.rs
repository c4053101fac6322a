//! What a page's address asks for, and addresses that pages lead to.

use http::request::Parts;
use leptos::prelude::*;
use multitude_words::Words;

use crate::page::Page;

/// A value of the page's query, where there is one.
pub(crate) fn asked(name: &str) -> Option<String> {
    values(name).next()
}

/// A value of the page's query; empty where there is none, or none but blanks.
pub(crate) fn query(name: &str) -> String {
    values(name).find(|value| !value.trim().is_empty()).unwrap_or_default()
}

/// Whether the page's query has parameters without a value, or one that says what goes without saying.
pub(crate) fn says_nothing(name: &str, default: &str) -> bool {
    let parts: Parts = expect_context();
    let pairs: Vec<(String, String)> =
        parts.uri.query().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    pairs.iter().any(|(own, value)| value.trim().is_empty() || (own == name && value == default))
}

fn values(name: &str) -> impl Iterator<Item = String> {
    let parts: Parts = expect_context();
    let pairs: Option<Vec<(String, String)>> =
        parts.uri.query().and_then(|query| serde_urlencoded::from_str(query).ok());
    pairs.unwrap_or_default().into_iter().filter_map(move |(own, value)| (own == name).then_some(value))
}

/// A value as it stands in a query.
pub(crate) fn escaped(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The page that asks for an address, and leads back afterwards.
pub(crate) fn sign_in_path(w: Words, back: Option<&str>) -> String {
    let query = back.map(|back| format!("?back={}", escaped(back))).unwrap_or_default();
    format!("{}{query}", Page::SignIn.path(w.locale))
}

/// A campaign's own page.
pub(crate) fn campaign_path(w: Words, slug: &str) -> String {
    Page::Campaign { slug }.path(w.locale)
}
