//! How something goes, in a few steps, on the line of a [`Timeline`](super::Timeline) without times.

use leptos::prelude::*;

/// The steps, each with what happens there.
#[component]
pub fn Trail(
    /// What the steps belong to, for screen readers.
    #[prop(into)]
    label: String,
    /// In order: a word, and a sentence.
    steps: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <ol class="timeline" aria-label=label>
            {steps
                .into_iter()
                .map(|(name, text)| {
                    view! {
                        <li class="timeline__step" data-state="now">
                            <svg class="timeline__mark" width="28" height="20" viewBox="0 0 28 20" aria-hidden="true" focusable="false">
                                <path d="M14 2l12 8-12 8-12-8z"></path>
                            </svg>
                            <p>
                                <strong>{name}</strong>
                                " "
                                {text}
                            </p>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}
