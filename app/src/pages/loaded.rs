//! A page that waits for what it shows, and what its address says.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{FailedPage, NotFoundPage};
use crate::load::Failed;

/// What `show` makes of what was loaded, or the page that says it could not be.
pub(super) fn loaded<T: 'static>(
    loading: impl Future<Output = Result<T, Failed>> + Send + 'static,
    show: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    let shown = Suspend::new(async move {
        match loading.await {
            Ok(found) => show(found),
            Err(Failed) => view! { <FailedPage/> }.into_any(),
        }
    });
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// As [`loaded`], where there may be no such thing, or none that the reader may see.
pub(super) fn loaded_if_any<T: 'static>(
    loading: impl Future<Output = Result<Option<T>, Failed>> + Send + 'static,
    show: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    loaded(loading, |found| found.map_or_else(|| view! { <NotFoundPage/> }.into_any(), show))
}

/// A part of the page's path; empty where its route has none of this name.
pub(super) fn param(name: &str) -> String {
    use_params_map().with_untracked(|params| params.get(name)).unwrap_or_default()
}

/// A value of the page's query; empty where there is none.
pub(super) fn query(name: &str) -> String {
    use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default()
}
