//! The WASM entry: hydrates the islands of the server's page with the words of its language.
#![recursion_limit = "256"]

use multitude_app::start;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::js_sys::Function;

/// Begins. `words` is the language's file of texts, `mount` hands each island of the document to its function
/// here.
#[wasm_bindgen]
pub fn hydrate(lang: &str, words: String, mount: Function) {
    console_error_panic_hook::set_once();
    start(lang, words, mount);
}
