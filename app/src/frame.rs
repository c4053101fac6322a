//! What surrounds each page: banner, header, footer.

use leptos::prelude::*;
use multitude_domain::locale::Locale;
use multitude_words::Words;

use crate::i18n::{Texts, own_name, words};
use crate::kit::{
    Banner, FooterColumn, LanguageLink, NavLink, NoticeKind, SiteFooter, SiteHeader, SiteHeaderView,
    SkipLink, Theme, ThemeSwitchView,
};
use crate::page::Page;

/// What the links of the language switch carry in their query: their reader chooses a language.
pub const LANGUAGE_MARK: &str = "lang";

/// What a page knows of the installation and the reader.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Whether this is the demo world.
    pub(crate) is_demo: bool,
    /// Whether no real money moves.
    pub(crate) is_sandbox: bool,
    /// The theme the reader chose.
    pub(crate) theme: Theme,
    /// Whether the reader is signed in.
    pub(crate) is_signed_in: bool,
}

/// Provided to a page where what was sent could not be saved: everything can be read still.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadOnly;

/// Header, page, footer.
pub(crate) fn framed(page: AnyView, path: &str, query: &str) -> AnyView {
    let w = words();
    let surroundings: Surroundings = expect_context();
    let is_demo = surroundings.is_demo;
    let home = Page::Home.path(w.locale);
    view! {
        <SkipLink label=w.common_skip()/>
        {surroundings
            .is_sandbox
            .then(|| view! { <aside aria-label=w.common_site_notice()><Banner>{w.common_sandbox()}</Banner></aside> })}
        {use_context::<ReadOnly>()
            .map(|ReadOnly| {
                view! {
                    <aside aria-label=w.common_read_only_label()>
                        <Banner kind=NoticeKind::Bad>{w.common_read_only()}</Banner>
                    </aside>
                }
            })}
        <SiteHeader view=header_view(path, query, &surroundings)/>
        <main id="main" tabindex="-1">
            {page}
        </main>
        <SiteFooter home_href=home claim=w.common_claim() columns=footer_columns(w, is_demo)/>
    }
    .into_any()
}

fn footer_columns(w: Words, is_demo: bool) -> Vec<FooterColumn> {
    let link = |page: Page<'_>, label: &str| (page.path(w.locale), label.to_owned());
    let mut links = vec![
        link(Page::How, w.plain_how()),
        link(Page::Fees, w.plain_fees()),
        link(Page::Trust, w.plain_trust()),
    ];
    links.extend(is_demo.then(|| link(Page::Demo, w.demo_title())));
    vec![FooterColumn { title: w.plain_footer_about().to_owned(), links }]
}

fn header_view(path: &str, query: &str, surroundings: &Surroundings) -> SiteHeaderView {
    let w = words();
    let rest = path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    let kept = kept(query);
    let here = |locale: Locale| {
        let page = if rest.is_empty() { format!("/{locale}") } else { format!("/{locale}/{rest}") };
        format!("{page}{kept}")
    };
    let switch = |locale: Locale| {
        let mark = if kept.is_empty() { '?' } else { '&' };
        format!("{}{mark}{LANGUAGE_MARK}", here(locale))
    };
    let link = |page: Page<'_>, label: &str| NavLink {
        href: page.path(w.locale),
        label: label.to_owned(),
        is_current: rest == page.rest(),
    };
    SiteHeaderView {
        home_href: Page::Home.path(w.locale),
        nav_label: w.common_nav().to_owned(),
        menu_label: w.common_menu().to_owned(),
        nav: vec![
            link(Page::Discover, w.common_discover()),
            if surroundings.is_signed_in {
                link(Page::OwnPledges, w.account_mine())
            } else {
                link(Page::SignIn, w.account_sign_in())
            },
        ],
        language_label: w.common_language().to_owned(),
        languages: Locale::ALL
            .into_iter()
            .map(|locale| LanguageLink {
                href: switch(locale),
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

/// What of a query holds in another language and another theme too: all but what was just done, and the place
/// in a list.
fn kept(query: &str) -> String {
    let is_kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty()
            && !matches!(
                name,
                "saved" | "confirmed" | "sent" | "cursor" | "cookies" | "changed" | LANGUAGE_MARK
            )
    };
    let pairs: Vec<&str> = query.split('&').filter(is_kept).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_keep_what_a_reader_looks_for() {
        assert_eq!(kept("q=k%C3%BChlen&state=open&cursor=abc"), "?q=k%C3%BChlen&state=open");
        assert_eq!(kept("saved"), "");
        assert_eq!(kept("confirmed=&reward=1"), "?reward=1");
        assert_eq!(kept(""), "");
    }
}
