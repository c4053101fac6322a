//! The browser's beginning: takes over the page that the server rendered.

use leptos::mount::hydrate_body;
use leptos::prelude::*;
use multitude_domain::locale::Locale;

use crate::App;
use crate::components::Theme;
use crate::frame::Surroundings;
use crate::i18n::words_from_file;
use crate::renew;

/// Hydrates the page in the language `lang` with the texts in `words`.
///
/// Where language or texts are not this build's, the page stays as the server rendered it: every form and link works.
pub fn start(lang: &str, words: String) {
    let Some(words) = lang.parse::<Locale>().ok().and_then(|locale| words_from_file(locale, words)) else {
        leptos::logging::warn!("the page's texts are not this build's; it stays as it is");
        return;
    };
    let surroundings = surroundings();
    hydrate_body(move || {
        provide_context(words);
        provide_context(surroundings);
        view! { <App/> }
    });
    renew::watch();
    if let Some(root) = document().document_element() {
        // For tests and styles: from here on clicks are answered in the browser. Refused only by a broken name.
        let _ = root.set_attribute("data-hydrated", "true");
    }
}

/// What the server wrote on the document.
fn surroundings() -> Surroundings {
    let attribute = |name: &str| document().document_element().and_then(|root| root.get_attribute(name));
    Surroundings {
        origin: attribute("data-origin").unwrap_or_default().into(),
        is_demo: attribute("data-demo").is_some(),
        is_signed_in: attribute("data-signed-in").is_some(),
        theme: match attribute("data-theme").as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        },
    }
}
