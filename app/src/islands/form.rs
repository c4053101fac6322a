//! What the browser needs of a form before it is sent.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlElement, HtmlFormElement};

pub(super) fn form(event: &SubmitEvent) -> Option<FormData> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    FormData::new_with_form(&form).ok()
}

pub(super) fn text(data: &FormData, name: &str) -> String {
    data.get(name).as_string().unwrap_or_default()
}

/// Leads the reader to what is wrong, once the form stands there again; a timer would end with the view that is being replaced.
pub(super) fn lead_to_summary() {
    wasm_bindgen_futures::spawn_local(async {
        leptos::task::tick().await;
        let summary = document().query_selector(".error-summary").ok().flatten();
        if let Some(summary) = summary.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
            // Refused only by an element that is gone again.
            let _ = summary.focus();
        }
    });
}
