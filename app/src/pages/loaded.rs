//! A page that shows what was loaded.

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
