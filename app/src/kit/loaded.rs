//! A page that shows what was loaded.

use leptos::prelude::*;
use multitude_platform::db::StoreError;

use super::not_found::{failed_page, not_found_page};

/// The database did not answer; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed;

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(crate) fn failed(error: StoreError) -> Failed {
    tracing::error!(%error, "a page could not be loaded");
    Failed
}

/// What `show` makes of what was loaded, or the page that says it could not be.
pub(crate) fn loaded<T>(found: Result<T, Failed>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    found.map_or_else(|Failed| failed_page(), show)
}

/// As [`loaded`], where there may be no such thing, or none that the reader may see.
pub(crate) fn loaded_if_any<T>(found: Result<Option<T>, Failed>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    loaded(found, |found| found.map_or_else(not_found_page, show))
}
