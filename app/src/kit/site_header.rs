//! What stands above every page: the way home, the main places, language and theme.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::logo::Logo;
use super::switches::{LanguageLink, LanguageSwitch, ThemeSwitch, ThemeSwitchView};

/// A place in the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// Its address.
    pub href: String,
    /// Its name.
    pub label: String,
    /// Whether the reader is there.
    pub is_current: bool,
}

/// What the header shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteHeaderView {
    /// The home page in the reader's language.
    pub home_href: String,
    /// "Main", for screen readers.
    pub nav_label: String,
    /// "Menu", on narrow screens.
    pub menu_label: String,
    /// The main places, at most five.
    pub nav: Vec<NavLink>,
    /// "Language".
    pub language_label: String,
    /// The same page in every language.
    pub languages: Vec<LanguageLink>,
    /// The theme switch.
    pub theme: ThemeSwitchView,
}

/// The header. Narrow screens fold it into `<details>`, which opens without a script and closes on
/// navigation.
#[component]
pub fn SiteHeader(
    /// Words and links of the current page.
    view: SiteHeaderView,
) -> impl IntoView {
    let wide = view.clone();
    view! {
        <header class="site-header">
        <div class="page">
            <Logo href=view.home_href/>
            <nav class="site-header__nav wide-only" aria-label=wide.nav_label>
                {nav_list(wide.nav)}
            </nav>
            <div class="site-header__tools wide-only">
                <LanguageSwitch label=wide.language_label links=wide.languages/>
                <ThemeSwitch view=wide.theme/>
            </div>
            <details class="site-header__menu narrow-only">
                <summary>
                    <Icon name=IconName::Menu/>
                    {view.menu_label}
                </summary>
                <div class="site-header__panel">
                    <nav class="site-header__nav" aria-label=view.nav_label>
                        {nav_list(view.nav)}
                    </nav>
                    <div class="cluster">
                        <LanguageSwitch label=view.language_label links=view.languages/>
                        <ThemeSwitch view=view.theme/>
                    </div>
                </div>
            </details>
        </div>
        </header>
    }
}

fn nav_list(links: Vec<NavLink>) -> impl IntoView {
    view! {
        <ul>
            {links
                .into_iter()
                .map(|link| {
                    view! {
                        <li>
                            <a class="site-header__link" href=link.href aria-current=link.is_current.then_some("page")>
                                {link.label}
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
