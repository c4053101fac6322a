//! Language and theme: what a reader sets for the whole site.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// The same page in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageLink {
    /// The same page there.
    pub href: String,
    /// `de`, shown in capitals.
    pub code: &'static str,
    /// "Deutsch": the language's own name.
    pub name: &'static str,
    /// Whether this page is in it.
    pub is_current: bool,
}

/// The same page in every language. The links load anew: a tab holds the words of one language.
#[component]
pub fn LanguageSwitch(
    /// "Language", for screen readers.
    #[prop(into)]
    label: String,
    /// Every language, this one too.
    links: Vec<LanguageLink>,
) -> impl IntoView {
    view! {
        <nav class="language-switch" aria-label=label>
            <ul>
                {links
                    .into_iter()
                    .map(|link| {
                        view! {
                            <li>
                                <a
                                    href=link.href
                                    lang=link.code
                                    hreflang=link.code
                                    rel="external"
                                    aria-current=link.is_current.then_some("true")
                                >
                                    <span aria-hidden="true">{link.code}</span>
                                    <span class="visually-hidden">{link.name}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}

/// The theme a reader chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value in the form, the cookie and `<html data-theme>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::System => IconName::System,
            Self::Light => IconName::Sun,
            Self::Dark => IconName::Moon,
        }
    }
}

/// What the theme switch says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeSwitchView {
    /// Where the form goes.
    pub action: String,
    /// Where to come back to.
    pub back: String,
    /// "Theme".
    pub legend: String,
    /// The names of system, light and dark.
    pub labels: [String; 3],
    /// The one in force.
    pub chosen: Theme,
}

/// Three buttons of one form; each sends `theme`, and `back` for the way home.
#[component]
pub fn ThemeSwitch(
    /// Words and the choice.
    view: ThemeSwitchView,
) -> impl IntoView {
    let ThemeSwitchView { action, back, legend, labels, chosen } = view;
    view! {
        <form class="theme-switch" method="post" action=action>
            <input type="hidden" name="back" value=back/>
            <fieldset>
                <legend class="visually-hidden">{legend}</legend>
                {[Theme::System, Theme::Light, Theme::Dark]
                    .into_iter()
                    .zip(labels)
                    .map(|(theme, label)| {
                        let pressed = if theme == chosen { "true" } else { "false" };
                        let title = label.clone();
                        view! {
                            <button type="submit" name="theme" value=theme.name() aria-pressed=pressed title=title>
                                <Icon name=theme.icon() label=label/>
                            </button>
                        }
                    })
                    .collect_view()}
            </fieldset>
        </form>
    }
}
