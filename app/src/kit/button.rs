//! Buttons: the signpost for the one primary action of a page, an outline beside it, quiet and dangerous
//! ones.

use leptos::prelude::*;

/// How much a button asks for attention. A page has one [`ButtonKind::Primary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The yellow signpost.
    #[default]
    Primary,
    /// An outline.
    Secondary,
    /// Looks like a link.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// How big a button stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonSize {
    /// Beside text and fields.
    #[default]
    Normal,
    /// The one action of a page.
    Large,
}

impl ButtonSize {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Large => Some("large"),
        }
    }
}

/// A submit button. While busy it keeps its label and stays focusable; the page ignores a second press.
#[component]
pub fn Button(
    /// Primary unless told.
    #[prop(optional)]
    kind: ButtonKind,
    /// Normal unless told.
    #[prop(optional)]
    size: ButtonSize,
    /// True while its form is on the way.
    #[prop(optional, into)]
    is_busy: Signal<bool>,
    /// With `value`, which of several buttons sent the form.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Sent under `name`.
    #[prop(optional, into)]
    value: Option<String>,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type="submit"
            data-kind=kind.name()
            data-size=size.name()
            name=name
            value=value
            aria-disabled=move || is_busy.get().then_some("true")
        >
            {children()}
        </button>
    }
}

/// A link that looks like a button: it leads somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Primary unless told.
    #[prop(optional)]
    kind: ButtonKind,
    /// Normal unless told.
    #[prop(optional)]
    size: ButtonSize,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="button" href=href data-kind=kind.name() data-size=size.name()>
            {children()}
        </a>
    }
}
