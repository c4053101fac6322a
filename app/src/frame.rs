//! What surrounds each page: banner, header, footer.

use leptos::prelude::*;
use multitude_domain::locale::Locale;
use multitude_words::Words;

use crate::components::{
    Banner, FooterColumn, LanguageLink, NavLink, SiteFooter, SiteHeader, SiteHeaderView, SkipLink, Theme,
    ThemeSwitchView,
};
use crate::i18n::{Texts, words};

/// What a page knows of the installation and the reader.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Whether this is the demo world.
    pub(crate) is_demo: bool,
    /// The theme the reader chose.
    pub(crate) theme: Theme,
    /// Whether the reader is signed in.
    pub(crate) is_signed_in: bool,
}

/// Header, page, footer.
pub(crate) fn framed(page: AnyView, path: &str) -> AnyView {
    let w = words();
    let surroundings: Surroundings = expect_context();
    let is_demo = surroundings.is_demo;
    let home = format!("/{}", w.locale);
    view! {
        <SkipLink label=w.common_skip()/>
        {is_demo
            .then(|| view! { <aside aria-label=w.common_site_notice()><Banner>{w.common_sandbox()}</Banner></aside> })}
        <SiteHeader view=header_view(path, &surroundings)/>
        <main id="main" tabindex="-1">
            {page}
        </main>
        <SiteFooter home_href=home claim=w.common_claim() columns=footer_columns(w, is_demo)/>
    }
    .into_any()
}

fn footer_columns(w: Words, is_demo: bool) -> Vec<FooterColumn> {
    let link = |rest: &str, label: &str| (format!("/{}/{rest}", w.locale), label.to_owned());
    let mut links =
        vec![link("how", w.plain_how()), link("fees", w.plain_fees()), link("trust", w.plain_trust())];
    links.extend(is_demo.then(|| link("demo", w.demo_title())));
    vec![FooterColumn { title: w.plain_footer_about().to_owned(), links }]
}

fn header_view(path: &str, surroundings: &Surroundings) -> SiteHeaderView {
    let w = words();
    let rest = path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    let here =
        |locale: Locale| if rest.is_empty() { format!("/{locale}") } else { format!("/{locale}/{rest}") };
    let link = |to: &str, label: &str| NavLink {
        href: format!("/{}/{to}", w.locale),
        label: label.to_owned(),
        is_current: rest == to,
    };
    SiteHeaderView {
        home_href: format!("/{}", w.locale),
        nav_label: w.common_nav().to_owned(),
        menu_label: w.common_menu().to_owned(),
        nav: vec![
            link("discover", w.common_discover()),
            if surroundings.is_signed_in {
                link("account/pledges", w.account_mine())
            } else {
                link("sign-in", w.account_sign_in())
            },
        ],
        language_label: w.common_language().to_owned(),
        languages: Locale::ALL
            .into_iter()
            .map(|locale| LanguageLink {
                href: here(locale),
                code: locale.code(),
                name: own_name(locale),
                is_current: locale == w.locale,
            })
            .collect(),
        theme: ThemeSwitchView {
            action: "/theme".to_owned(),
            back: here(w.locale),
            legend: w.common_theme().to_owned(),
            labels: [w.common_theme_system(), w.common_theme_light(), w.common_theme_dark()]
                .map(str::to_owned),
            chosen: surroundings.theme,
        },
    }
}

/// A language's name in itself: the same on every page.
const fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::De => "Deutsch",
        Locale::Fr => "Français",
        Locale::It => "Italiano",
    }
}
