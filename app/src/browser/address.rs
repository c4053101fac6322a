//! Which links lead to another page of this site in this language: those are followed without loading anew.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlAnchorElement, MouseEvent, Url};

/// A page of this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Path and query: two addresses with the same are the same page.
    pub(super) page: String,
    /// The place on the page, with its `#`; empty for its beginning.
    pub(super) place: String,
}

impl Address {
    /// Where the browser says it is.
    pub(super) fn here() -> Option<Self> {
        Self::of(&window().location().href().ok()?)
    }

    /// The address as a page of this site in the document's language; none where it is anything else.
    pub(super) fn of(href: &str) -> Option<Self> {
        let url = Url::new(href).ok()?;
        let lang = document().document_element()?.get_attribute("lang")?;
        let is_ours = url.origin() == window().location().origin().ok()?;
        let is_in_language = url.pathname().split('/').nth(1) == Some(lang.as_str());
        (is_ours && is_in_language)
            .then(|| Self { page: format!("{}{}", url.pathname(), url.search()), place: url.hash() })
    }

    /// What a click asks for, where the browser itself has nothing else to do with it.
    pub(super) fn asked(event: &MouseEvent) -> Option<Self> {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || has_modifier {
            return None;
        }
        let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
        let link: HtmlAnchorElement = link.dyn_into().ok()?;
        let is_elsewhere = !matches!(link.target().as_str(), "" | "_self")
            || link.has_attribute("download")
            || link.rel().split_ascii_whitespace().any(|word| word == "external");
        if is_elsewhere { None } else { Self::of(&link.href()) }
    }

    pub(super) fn href(&self) -> String {
        format!("{}{}", self.page, self.place)
    }
}
