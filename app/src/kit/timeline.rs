//! Phases and milestones on a line of rhombi.

use leptos::prelude::*;

/// One point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineStep {
    /// What happens.
    pub title: String,
    /// The language of that where it differs from the page's.
    pub lang: Option<String>,
    /// When, in words.
    pub when: String,
    /// When, for machines (RFC 3339).
    pub datetime: String,
    /// More, or why it was extended.
    pub note: Option<String>,
    /// Before, at or after now.
    pub state: TimelineState,
}

/// Where a point lies from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineState {
    /// Done.
    Past,
    /// Under way.
    Now,
    /// To come.
    Next,
}

impl TimelineState {
    const fn name(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

/// An ordered list of points; the current one is announced as the current step.
#[component]
pub fn Timeline(
    /// In order.
    steps: Vec<TimelineStep>,
) -> impl IntoView {
    view! {
        <ol class="timeline">
            {steps
                .into_iter()
                .map(|step| {
                    let is_now = step.state == TimelineState::Now;
                    view! {
                        <li
                            class="timeline__step"
                            data-state=step.state.name()
                            aria-current=is_now.then_some("step")
                        >
                            <svg class="timeline__mark" width="28" height="20" viewBox="0 0 28 20" aria-hidden="true" focusable="false">
                                <path d="M14 2l12 8-12 8-12-8z"></path>
                            </svg>
                            <div>
                                <p class="timeline__title" lang=step.lang>{step.title}</p>
                                <p class="meta">
                                    <time datetime=step.datetime>{step.when}</time>
                                </p>
                                {step.note.map(|note| view! { <p>{note}</p> })}
                            </div>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}
