//! Copies a value that is to be typed into another app.

use leptos::prelude::*;

use crate::i18n::{Texts, words};

/// What became of copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing is copied on the server"))]
enum Outcome {
    /// It is on the clipboard.
    Copied,
    /// The browser did not allow it.
    Refused,
}

/// A button that copies a text. Without scripts, and where the browser lets no page copy, there is none: the
/// text can be selected where it stands.
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button says: "Copy IBAN".
    label: String,
) -> impl IntoView {
    let w = words();
    let is_offered = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Outcome>);
    offer(is_offered);
    let said = move || {
        outcome.get().map(|outcome| match outcome {
            Outcome::Copied => w.transfer_copied(),
            Outcome::Refused => w.transfer_copy_refused(),
        })
    };
    view! {
        <span class="copy-button" hidden=move || !is_offered.get()>
            <button class="button" type="button" data-kind="quiet" on:click=move |_| copy(&text, outcome)>
                {label}
            </button>
            <span role="status">{said}</span>
        </span>
    }
}

/// Shows the button once the page is hydrated, where the browser has a clipboard for it.
#[cfg(feature = "hydrate")]
fn offer(is_offered: RwSignal<bool>) {
    wasm_bindgen_futures::spawn_local(async move {
        // The reader may be elsewhere by now.
        let _ = is_offered.try_set(window().is_secure_context());
    });
}

/// There is no clipboard on the server.
#[cfg(not(feature = "hydrate"))]
const fn offer(_: RwSignal<bool>) {}

#[cfg(feature = "hydrate")]
fn copy(text: &str, outcome: RwSignal<Option<Outcome>>) {
    let written = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::spawn_local(async move {
        let is_copied = wasm_bindgen_futures::JsFuture::from(written).await.is_ok();
        // The reader may be elsewhere by now.
        let _ = outcome.try_set(Some(if is_copied { Outcome::Copied } else { Outcome::Refused }));
    });
}

/// There is no clipboard on the server.
#[cfg(not(feature = "hydrate"))]
const fn copy(_: &str, _: RwSignal<Option<Outcome>>) {}
