//! The WASM entry: hydrates the server's page with the words of its language.
#![recursion_limit = "256"]

use multitude_app::start;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page. `words` is the language's file of texts; one of another build is refused by loading anew.
#[wasm_bindgen]
pub fn hydrate(lang: &str, words: String) {
    console_error_panic_hook::set_once();
    start(lang, words);
}
