//! The system's own sheet for sharing.

use leptos::prelude::*;

use crate::i18n::{Texts, words};

/// A button that opens it; none without scripts, and where the browser has no such sheet.
#[island]
pub fn ShareButton(
    /// The campaign's whole address.
    url: String,
    /// Its title.
    title: String,
) -> impl IntoView {
    let w = words();
    let is_offered = RwSignal::new(false);
    look(is_offered);
    view! {
        <button class="button" type="button" data-kind="quiet" hidden=move || !is_offered.get() on:click=move |_| open(&url, &title)>
            {w.next_share_system()}
        </button>
    }
}

/// There is no sheet on the server.
#[cfg(not(feature = "hydrate"))]
const fn look(_: RwSignal<bool>) {}

/// There is no sheet on the server.
#[cfg(not(feature = "hydrate"))]
const fn open(_: &str, _: &str) {}

#[cfg(feature = "hydrate")]
use browser::{look, open};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::ShareData;
    use web_sys::js_sys::Reflect;

    /// Shows the button once the page is hydrated.
    pub(super) fn look(is_offered: RwSignal<bool>) {
        spawn_local(async move {
            let has_sheet = Reflect::has(&window().navigator(), &"share".into());
            // The reader may be elsewhere by now.
            let _ = is_offered.try_set(has_sheet.unwrap_or(false));
        });
    }

    pub(super) fn open(url: &str, title: &str) {
        let data = ShareData::new();
        data.set_url(url);
        data.set_title(title);
        let opened = window().navigator().share_with_data(&data);
        spawn_local(async move {
            // Whoever closes the sheet has decided.
            let _ = JsFuture::from(opened).await;
        });
    }
}
