//! The mark: nine small rhombi forming one.

use leptos::prelude::*;

/// The mark alone, decorative.
#[component]
pub fn LogoMark() -> impl IntoView {
    view! {
        <svg class="logo__mark" width="62" height="38" viewBox="0 0 62 38" aria-hidden="true" focusable="false">
            <path
                stroke-width="1.6"
                d="M31 1.600l9 5.600-9 5.600-9-5.600zM21 7.800l9 5.600-9 5.600-9-5.600zM41 7.800l9 5.600-9 5.600-9-5.600zM11 14l9 5.600-9 5.600-9-5.600zM31 14l9 5.600-9 5.600-9-5.600zM51 14l9 5.600-9 5.600-9-5.600zM21 20.200l9 5.600-9 5.600-9-5.600zM41 20.200l9 5.600-9 5.600-9-5.600zM31 26.400l9 5.600-9 5.600-9-5.600z"
            ></path>
        </svg>
    }
}

/// Mark and wordmark, leading home.
#[component]
pub fn Logo(
    /// The home page in the reader's language.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    view! {
        <a class="logo" href=href>
            <LogoMark/>
            "Multitude"
        </a>
    }
}
