//! The home page: figures from the database, then campaigns.

use leptos::prelude::*;
use multitude_domain::money::Money;
use multitude_domain::view::CampaignSummary;
use multitude_words::Words;
use multitude_words::format::{Precision, money, number};

use super::load::{HomeView, load_home};
use super::words::tile;
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded;
use crate::kit::{ButtonLink, ButtonSize, CampaignCard, CardLayout, EmptyState, KeyFigure, KeyFigures};
use crate::page::Page;

/// The home page.
pub(crate) async fn home_page() -> AnyView {
    let w = words();
    loaded(load_home(w.locale).await, |home| page(w, home))
}

fn page(w: Words, home: HomeView) -> AnyView {
    entitle(w.home_title(), None);
    view! {
        <div class="page page-head">
            <div class="split">
                <h1>{w.home_headline()}</h1>
                <div class="stack">
                    <p>{w.home_lead()}</p>
                    <div>
                        <ButtonLink href=Page::Discover.path(w.locale) size=ButtonSize::Large>
                            {w.home_title()}
                        </ButtonLink>
                    </div>
                </div>
            </div>
        </div>
        {sections(w, home)}
    }
    .into_any()
}

fn sections(w: Words, home: HomeView) -> impl IntoView {
    let lists = [&home.nearly_there, &home.local, &home.newest, &home.collecting];
    let is_empty = lists.iter().all(|list| list.is_empty());
    let figures = figures(w, &home);
    let now = home.now;
    let mut nearly = home.nearly_there.into_iter();
    let lead = nearly.next();
    let cards = |list: Vec<CampaignSummary>, layout: CardLayout| {
        list.into_iter()
            .map(|summary| view! { <CampaignCard view=tile(w, &summary, now) layout/> })
            .collect_view()
    };
    let rest: Vec<_> = nearly.collect();
    let tiles = |title: &'static str, list: Vec<CampaignSummary>| {
        (!list.is_empty()).then(|| {
            view! {
                <section class="page section">
                    <h2>{title}</h2>
                    <div class="grid">{cards(list, CardLayout::Tile)}</div>
                </section>
            }
        })
    };
    view! {
        <div class="page">
            <KeyFigures figures/>
        </div>
        {is_empty.then(|| view! { <div class="page section"><EmptyState title=w.home_empty()/></div> })}
        {lead
            .map(|lead| {
                view! {
                    <section class="page section">
                        <h2>{w.home_nearly_there()}</h2>
                        <div class="lead-grid">
                            <CampaignCard view=tile(w, &lead, now) layout=CardLayout::Lead/>
                            {cards(rest, CardLayout::Row)}
                        </div>
                    </section>
                }
            })}
        {tiles(w.home_local(), home.local)}
        {tiles(w.home_newest(), home.newest)}
        {tiles(w.campaign_state_collecting(), home.collecting)}
    }
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// One figure for each currency: sums of two currencies would be a sum of nothing.
fn figures(w: Words, home: &HomeView) -> Vec<KeyFigure> {
    let mut figures = vec![KeyFigure {
        figure: number(w.locale, home.open_total),
        caption: w.home_open_campaigns(count(home.open_total)),
    }];
    for (currency, secured_minor) in home.secured.iter().filter(|(_, minor)| *minor > 0) {
        figures.push(KeyFigure {
            figure: money(w.locale, Money::new(*secured_minor, *currency), Precision::Card),
            caption: w.home_secured_here().to_owned(),
        });
    }
    if home.backers > 0 {
        figures.push(KeyFigure {
            figure: number(w.locale, home.backers),
            caption: w.home_backers_here(count(home.backers)),
        });
    }
    figures
}
