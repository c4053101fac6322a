//! The browser's beginning: the islands of the page that the server rendered, and what follows when a link
//! is.

mod address;
mod alike;
mod filters;
mod fresh;
mod navigate;
mod page;
mod stream;

use leptos::mount::hydrate_islands;
use leptos::prelude::*;
use multitude_domain::locale::Locale;
use web_sys::js_sys::Function;

pub(crate) use navigate::{here, lead_on};
pub(crate) use page::load;
pub(crate) use stream::Listening;

use crate::i18n::words_from_file;

/// Hydrates the page's islands in the language `lang` with the texts in `words`. `mount` is the script's own:
/// it hands each island of the document to its function in this module.
///
/// Where language or texts are not this build's, the page stays as the server rendered it: every form and
/// link works.
pub fn start(lang: &str, words: String, mount: Function) {
    let Some(words) = lang.parse::<Locale>().ok().and_then(|locale| words_from_file(locale, words)) else {
        leptos::logging::warn!("the page's texts are not this build's; it stays as it is");
        return;
    };
    hydrate_islands();
    provide_context(words);
    mount_islands(&mount);
    navigate::watch(mount);
    filters::watch();
    if let Some(root) = document().document_element() {
        // For tests and styles: from here on clicks are answered in the browser. Refused only by a broken
        // name.
        let _ = root.set_attribute("data-hydrated", "true");
    }
}

/// What a page does once it is shown. An island that fails is left as the server rendered it.
fn mount_islands(mount: &Function) {
    if mount.call0(&wasm_bindgen::JsValue::NULL).is_err() {
        leptos::logging::warn!("an island stays as it is");
    }
    fresh::follow();
}
