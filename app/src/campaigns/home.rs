//! The home page: what this is, told by one real campaign, then figures, then campaigns.

use leptos::prelude::*;
use multitude_domain::money::{Currency, Money};
use multitude_domain::view::CampaignSummary;
use multitude_words::Words;
use multitude_words::format::{Precision, money, number};

use super::discover::topic_path;
use super::load::{BuiltView, HomeView, ROW, load_home};
use super::talk::{lang, paragraphs};
use super::topic_words::topic_name;
use super::words::tile;
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded;
use crate::kit::{
    ButtonLink, ButtonSize, CampaignCard, CardLayout, EmptyState, KeyFigure, KeyFigures, Trail,
};
use crate::page::Page;

/// The home page.
pub(crate) async fn home_page() -> AnyView {
    let w = words();
    loaded(load_home(w.locale).await, |home| page(w, home))
}

fn page(w: Words, home: HomeView) -> AnyView {
    entitle(w.home_title(), None);
    let now = home.now;
    let lead = home.lead.as_ref().map(|summary| {
        view! {
            <div class="home__lead">
                <h2 class="visually-hidden">{w.home_nearly_there()}</h2>
                <CampaignCard view=tile(w, summary, now) layout=CardLayout::Lead/>
            </div>
        }
    });
    view! {
        <div class="page page-head home">
            <h1 class="poster">{w.home_headline()}</h1>
            {lead}
            <div class="home__what stack">
                <p class="lead">{w.home_lead()}</p>
                <Trail
                    label=w.home_trail()
                    steps=vec![
                        (w.home_trail_promise().to_owned(), w.home_trail_promise_text().to_owned()),
                        (w.home_trail_counted().to_owned(), w.home_trail_counted_text().to_owned()),
                        (w.home_trail_paid().to_owned(), w.home_trail_paid_text().to_owned()),
                    ]
                />
                <div>
                    <ButtonLink href=Page::Discover.path(w.locale) size=ButtonSize::Large>
                        {w.home_title()}
                    </ButtonLink>
                </div>
            </div>
        </div>
        {sections(w, home)}
    }
    .into_any()
}

fn sections(w: Words, home: HomeView) -> impl IntoView {
    let lists = [&home.nearly_there, &home.local, &home.newest, &home.collecting];
    let is_empty = home.lead.is_none() && lists.iter().all(|list| list.is_empty());
    let figures = figures(w, &home);
    let built = home.built.as_ref().map(|built| was_built(w, &home, built));
    let now = home.now;
    let tiles = |title: &'static str, list: Vec<CampaignSummary>| {
        // Fewer than a row have a row of their own.
        let (class, layout) = match list.len() {
            0..ROW => ("home__few", CardLayout::Row),
            _ => ("grid", CardLayout::Tile),
        };
        (!list.is_empty()).then(|| {
            let cards =
                list.into_iter().map(|summary| view! { <CampaignCard view=tile(w, &summary, now) layout/> });
            view! {
                <section class="page section">
                    <h2>{title}</h2>
                    <div class=class>{cards.collect_view()}</div>
                </section>
            }
        })
    };
    view! {
        <div class="page home__figures">
            <KeyFigures figures/>
        </div>
        {is_empty.then(|| view! { <div class="page section"><EmptyState title=w.home_empty()/></div> })}
        {topics(w, &home.topics)}
        {tiles(w.home_nearly_there(), home.nearly_there)}
        {tiles(w.home_local(), home.local)}
        {built}
        {tiles(w.home_newest(), home.newest)}
        {tiles(w.campaign_state_collecting(), home.collecting)}
    }
}

fn topics(w: Words, topics: &[String]) -> Option<AnyView> {
    let links = topics.iter().map(|code| {
        view! { <li><a href=topic_path(w, code)>{topic_name(w, code)}</a></li> }
    });
    let view = view! {
        <section class="page section">
            <h2>{w.home_topics()}</h2>
            <ul class="home__topics">{links.collect_view()}</ul>
        </section>
    };
    (!topics.is_empty()).then(|| view.into_any())
}

/// What was wrong before, and what stands there now.
fn was_built(w: Words, home: &HomeView, built: &BuiltView) -> AnyView {
    let BuiltView { summary, problem, told } = built;
    let lang = lang(w, summary);
    let amount = money(w.locale, summary.money(summary.collected_minor), Precision::Card);
    let backers = w.home_built_by(count(summary.backers), amount);
    let after = told.as_ref().map(|update| {
        view! {
            <div class="stack" data-gap="8">
                <h3>{w.home_after()}</h3>
                <div class="prose" lang=lang>
                    <p><strong>{update.title.clone()}</strong></p>
                    {paragraphs(&update.body)}
                </div>
            </div>
        }
    });
    view! {
        <section class="page section">
            <h2>{w.home_built()}</h2>
            <KeyFigures figures=collected(w, home)/>
            <div class="home__built">
                <div class="stack" data-gap="8">
                    <h3>{w.home_before()}</h3>
                    <div class="prose" lang=lang>{paragraphs(problem)}</div>
                </div>
                {after}
                <p class="home__built-by">
                    <a href=Page::Campaign { slug: &summary.slug }.path(w.locale) lang=lang>
                        {summary.title.clone()}
                    </a>
                    " · "
                    {backers}
                </p>
            </div>
        </section>
    }
    .into_any()
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

fn sum(w: Words, &(currency, minor): &(Currency, i64), caption: String) -> KeyFigure {
    KeyFigure { figure: money(w.locale, Money::new(minor, currency), Precision::Card), caption }
}

/// What was collected by all that were funded.
fn collected(w: Words, home: &HomeView) -> Vec<KeyFigure> {
    let of = |&(currency, minor, campaigns): &(Currency, i64, i64)| {
        sum(w, &(currency, minor), w.home_collected(count(campaigns)))
    };
    home.collected.iter().map(of).collect()
}

/// What is open. One figure for each currency: sums of two currencies would be a sum of nothing.
fn figures(w: Words, home: &HomeView) -> Vec<KeyFigure> {
    let is_any = |sum: &&(Currency, i64)| sum.1 > 0;
    let mut figures = vec![KeyFigure {
        figure: number(w.locale, home.open_total),
        caption: w.home_open_campaigns(count(home.open_total)),
    }];
    figures
        .extend(home.secured.iter().filter(is_any).map(|one| sum(w, one, w.home_secured_here().to_owned())));
    if home.backers > 0 {
        figures.push(KeyFigure {
            figure: number(w.locale, home.backers),
            caption: w.home_backers_here(count(home.backers)),
        });
    }
    figures
}
