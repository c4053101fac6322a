//! Links that say where the reader is: tabs, steps, pages of a list, times.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// One tab: a page of its own.
#[derive(Debug)]
pub struct TabLink {
    /// The page.
    pub href: String,
    /// Its name.
    pub label: String,
    /// How many things wait there: a [`TabCount`], or something that moves.
    pub count: Option<AnyView>,
    /// Whether this is the page shown.
    pub is_current: bool,
}

/// Tabs as links; no script, no ARIA tabs.
#[component]
pub fn Tabs(
    /// What the tabs belong to, for screen readers.
    #[prop(into)]
    label: String,
    /// In order.
    links: Vec<TabLink>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            <ul>
                {links
                    .into_iter()
                    .map(|link| {
                        view! {
                            <li>
                                <a class="tabs__link" href=link.href aria-current=link.is_current.then_some("page")>
                                    {link.label}
                                    {link.count}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}

/// How many things wait behind a tab.
#[component]
pub fn TabCount(
    /// The number as readers write it.
    text: String,
) -> impl IntoView {
    view! { <span class="tabs__count">{text}</span> }
}

/// One step of a journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// "Your support".
    pub label: String,
    /// Where it stands.
    pub state: StepState,
    /// The way back to a finished step.
    pub href: Option<String>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// Shown now.
    Now,
    /// Still to come.
    Next,
}

impl StepState {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Next => "next",
        }
    }
}

/// The steps of a journey; the page's title says "Step 2 of 3".
#[component]
pub fn Stepper(
    /// What the steps belong to, for screen readers.
    #[prop(into)]
    label: String,
    /// In order.
    steps: Vec<StepView>,
) -> impl IntoView {
    view! {
        <nav class="stepper" aria-label=label>
            <ol>
                {steps
                    .into_iter()
                    .map(|step| {
                        let name = match step.href {
                            Some(href) => view! { <a href=href>{step.label}</a> }.into_any(),
                            None => view! { <span>{step.label}</span> }.into_any(),
                        };
                        view! {
                            <li
                                class="stepper__step"
                                data-state=step.state.name()
                                aria-current=(step.state == StepState::Now).then_some("step")
                            >
                                {name}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

/// A link to another page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Its address.
    pub href: String,
    /// "Next 24".
    pub label: String,
}

/// Back and onward through a list; a missing link is left out.
#[component]
pub fn Pagination(
    /// For screen readers: "Pages".
    #[prop(into)]
    label: String,
    /// The page before.
    #[prop(optional_no_strip)]
    previous: Option<PageLink>,
    /// The page after.
    #[prop(optional_no_strip)]
    next: Option<PageLink>,
    /// "25 to 48 of 2’000", where that is known.
    #[prop(optional, into)]
    place: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pagination" aria-label=label>
            {previous
                .map(|link| {
                    view! {
                        <a href=link.href rel="prev">
                            <Icon name=IconName::ArrowLeft/>
                            {link.label}
                        </a>
                    }
                })}
            {place.map(|place| view! { <span class="pagination__place">{place}</span> })}
            {next
                .map(|link| {
                    view! {
                        <a href=link.href rel="next">
                            {link.label}
                            <Icon name=IconName::ArrowRight/>
                        </a>
                    }
                })}
        </nav>
    }
}
