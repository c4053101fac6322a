//! The title of a page, and its twins in the other languages.

use leptos::prelude::*;
use leptos_meta::{Link, Title};
use leptos_router::hooks::use_location;
use multitude_domain::locale::Locale;

use crate::frame::Surroundings;

/// Sets the document's title and its `hreflang` links.
#[component]
pub fn PageTitle(
    /// What this page is, without the site's name.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let origin = expect_context::<Surroundings>().origin;
    let path = use_location().pathname.get_untracked();
    let rest =
        path.trim_start_matches('/').split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
    view! {
        <Title text=format!("{text} – Multitude")/>
        {Locale::ALL
            .into_iter()
            .map(|locale| view! { <Link rel="alternate" hreflang=locale.code() href=format!("{origin}/{locale}{rest}")/> })
            .collect_view()}
    }
}
