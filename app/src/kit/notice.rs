//! Things the page wants to say: banners over it, notices in it, toasts beside it.

use leptos::prelude::*;

use super::foreign::in_language;
use super::icon::{Icon, IconName};

/// How a message sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeKind {
    /// For your information.
    #[default]
    Info,
    /// It worked.
    Good,
    /// Somebody must act, or time runs.
    Warn,
    /// It did not work.
    Bad,
}

impl NoticeKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Info => IconName::Info,
            Self::Good => IconName::Check,
            Self::Warn | Self::Bad => IconName::Warning,
        }
    }
}

/// A line over the whole page: sandbox, read-only, suspended.
#[component]
pub fn Banner(
    /// [`NoticeKind::Info`] is the yellow sandbox banner.
    #[prop(optional)]
    kind: NoticeKind,
    /// Words, perhaps a link.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="banner" data-kind=kind.name()>
            <div class="page">{children()}</div>
        </div>
    }
}

/// A text whose part `foreign` says stands in another language.
pub(crate) fn marked(text: &str, foreign: Option<(String, String)>) -> AnyView {
    let (part, lang) = foreign.map_or((String::new(), None), |(part, lang)| (part, Some(lang)));
    in_language(text, &part, lang.as_deref())
}

/// A message in the page, where it matters.
#[component]
pub fn Notice(
    /// Info unless told.
    #[prop(optional)]
    kind: NoticeKind,
    /// One sentence; the rest is in the body.
    #[prop(into)]
    title: String,
    /// A part of the sentence that stands in another language, and which.
    #[prop(optional_no_strip)]
    foreign: Option<(String, String)>,
    /// More, perhaps with a link or button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-kind=kind.name()>
            <Icon name=kind.icon()/>
            <div class="notice__body">
                <p class="notice__title">{marked(&title, foreign)}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A message about what just happened, announced politely; it stays, and the page says the same elsewhere.
#[component]
pub fn Toast(
    /// Good or info.
    #[prop(optional)]
    kind: NoticeKind,
    /// The message.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <div class="notice toast" data-kind=kind.name() role="status">
            <Icon name=kind.icon()/>
            <p class="notice__body">{text}</p>
        </div>
    }
}

/// Whether a held reward is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// Yes, until a time that the text names.
    Running,
    /// No; nothing typed is lost.
    Gone,
}

/// A reward held for this reader, with the absolute time and the button or link that keeps it longer.
#[component]
pub fn HoldNotice(
    /// Whether it is still held.
    #[prop(into)]
    state: Signal<HoldState>,
    /// "‹Bench› is held for you until 14:35."
    text: AnyView,
    /// The form with *Keep it*, or what has to be done before it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = move || match state.get() {
        HoldState::Running => "running",
        HoldState::Gone => "gone",
    };
    let children = children.map(|children| {
        view! { <div class="hold-notice__way" hidden=move || state.get() == HoldState::Gone>{children()}</div> }
    });
    view! {
        <div class="hold-notice" data-state=name>
            <Icon name=IconName::Clock/>
            <p class="hold-notice__text" role="status">
                {text}
            </p>
            {children}
        </div>
    }
}
