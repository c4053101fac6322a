//! A page that shows what was loaded, and what its address asks for.

use http::request::Parts;
use leptos::prelude::*;

use super::{failed_page, not_found_page};
use crate::load::Failed;

/// What `show` makes of what was loaded, or the page that says it could not be.
pub(super) fn loaded<T>(found: Result<T, Failed>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    found.map_or_else(|Failed| failed_page(), show)
}

/// As [`loaded`], where there may be no such thing, or none that the reader may see.
pub(super) fn loaded_if_any<T>(found: Result<Option<T>, Failed>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    loaded(found, |found| found.map_or_else(not_found_page, show))
}

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
