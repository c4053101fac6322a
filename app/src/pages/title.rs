//! What a page says of itself to browsers and search engines, and its twins in the other languages.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use leptos_router::hooks::use_location;
use multitude_domain::locale::Locale;

use crate::frame::Surroundings;
use crate::i18n::{Texts, whole_title, words};

/// Sets the document's title, its description and its `hreflang` links.
#[component]
pub fn PageTitle(
    /// What this page is, without the site's name.
    #[prop(into)]
    text: String,
    /// What it is about, in a sentence; the site's own where none is given.
    #[prop(optional, into)]
    description: Option<String>,
) -> impl IntoView {
    let w = words();
    let origin = expect_context::<Surroundings>().origin;
    let path = use_location().pathname.get_untracked();
    let rest =
        path.trim_start_matches('/').split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
    view! {
        <Title text=whole_title(&text)/>
        <Meta name="description" content=description.unwrap_or_else(|| w.home_lead().to_owned())/>
        {Locale::ALL
            .into_iter()
            .map(|locale| view! { <Link rel="alternate" hreflang=locale.code() href=format!("{origin}/{locale}{rest}")/> })
            .collect_view()}
    }
}
