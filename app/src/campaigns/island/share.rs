//! Sharing that needs the browser: copying a link, and the system's own sheet.

use leptos::prelude::*;

use crate::i18n::{Texts, words};

/// The ways that this browser has; none without scripts.
#[island]
pub fn ShareLinks(
    /// The campaign's whole address.
    url: String,
    /// Its title.
    title: String,
) -> impl IntoView {
    let w = words();
    let ways = RwSignal::new(Ways::default());
    let is_copied = RwSignal::new(false);
    Effect::new(move |_| ways.set(found()));
    let (copied, shared) = (url.clone(), (url, title));
    let copied = StoredValue::new(copied);
    let shared = StoredValue::new(shared);
    view! {
        {move || {
            ways.get()
                .copies
                .then(|| {
                    let label = move || if is_copied.get() { w.next_share_copied() } else { w.next_share_copy() };
                    view! {
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| copied.with_value(|url| copy(url, is_copied))>
                            <span aria-live="polite">{label}</span>
                        </button>
                    }
                })
        }}
        {move || {
            ways.get()
                .has_sheet
                .then(|| {
                    view! {
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| shared.with_value(|(url, title)| offer(url, title))>
                            {w.next_share_system()}
                        </button>
                    }
                })
        }}
    }
}

/// What a browser can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Ways {
    copies: bool,
    has_sheet: bool,
}

/// Nothing is shared on the server.
#[cfg(not(feature = "hydrate"))]
fn found() -> Ways {
    Ways::default()
}

/// Nothing is copied on the server.
#[cfg(not(feature = "hydrate"))]
const fn copy(_: &str, _: RwSignal<bool>) {}

/// Nothing is offered on the server.
#[cfg(not(feature = "hydrate"))]
const fn offer(_: &str, _: &str) {}

#[cfg(feature = "hydrate")]
use browser::{copy, found, offer};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::ShareData;
    use web_sys::js_sys::Reflect;

    use super::Ways;

    fn has(name: &str) -> bool {
        Reflect::get(&window().navigator(), &name.into())
            .is_ok_and(|one| !one.is_undefined() && one != JsValue::NULL)
    }

    pub(super) fn found() -> Ways {
        Ways { copies: has("clipboard"), has_sheet: has("share") }
    }

    pub(super) fn copy(url: &str, is_copied: RwSignal<bool>) {
        let writing = window().navigator().clipboard().write_text(url);
        spawn_local(async move {
            // A browser that does not let it has its own words for that.
            is_copied.set(JsFuture::from(writing).await.is_ok());
        });
    }

    pub(super) fn offer(url: &str, title: &str) {
        let data = ShareData::new();
        data.set_url(url);
        data.set_title(title);
        let offered = window().navigator().share_with_data(&data);
        spawn_local(async move {
            // Whoever closes the sheet has decided.
            let _ = JsFuture::from(offered).await;
        });
    }
}
