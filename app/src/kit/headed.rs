//! A page of one heading and what stands under it.

use leptos::prelude::*;

use crate::answer::entitle;

/// The page, entitled by its heading.
pub(crate) fn titled(title: impl Into<String>, body: AnyView) -> AnyView {
    let title = title.into();
    entitle(title.as_str(), None);
    headed(title, body)
}

/// The page, entitled by whoever asks for it.
pub(crate) fn headed(title: String, body: AnyView) -> AnyView {
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                {body}
            </div>
        </div>
    }
    .into_any()
}
