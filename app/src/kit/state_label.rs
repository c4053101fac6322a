//! A state in a word or two, with a small rhombus that repeats it for the eye.

use leptos::prelude::*;

/// How a state sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateTone {
    /// Open now.
    Live,
    /// It worked.
    Good,
    /// Somebody must act.
    Warn,
    /// Over, or not yet.
    Quiet,
}

impl StateTone {
    const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Quiet => "quiet",
        }
    }
}

/// A state; the words say it, the rhombus is decoration.
#[component]
pub fn StateLabel(
    /// How it sounds.
    tone: StateTone,
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class="state-label" data-tone=tone.name()>
            <svg class="state-label__mark" width="24" height="16" viewBox="0 0 24 16" aria-hidden="true" focusable="false">
                <path d="M12 2l9 6-9 6-9-6z"></path>
            </svg>
            {text}
        </span>
    }
}
