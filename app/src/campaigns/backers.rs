//! Who backs a campaign, the newest first.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::view::{BackerView, CampaignSummary};
use multitude_words::Words;
use multitude_words::format::{day, number};

use super::frame::in_frame;
use super::load::{BackersView, load_backers};
use super::tabs::Part;
use crate::followers::{opens, way_to_follow};
use crate::i18n::{Texts, words};
use crate::kit::EmptyState;
use crate::kit::addresses::query;
use crate::kit::loaded::loaded_if_any;
use crate::kit::paging::pages;
use crate::page::Page;

/// Who backs a campaign.
pub(crate) async fn backers_page(slug: &str) -> AnyView {
    let w = words();
    let cursor = query("cursor");
    let found = load_backers(slug.to_owned(), cursor.clone()).await;
    loaded_if_any(found, |view| backers(w, view, &cursor))
}

/// What stands in the place of backers where there are none.
fn nobody(w: Words, summary: &CampaignSummary) -> AnyView {
    match summary.state {
        CampaignState::Scheduled => {
            let title = w.tabs_backers_ahead(opens(w, summary.opens_at));
            let way = way_to_follow(w, &summary.slug);
            view! { <EmptyState title=title>{way}</EmptyState> }.into_any()
        }
        CampaignState::Live | CampaignState::Suspended => {
            view! { <EmptyState title=w.tabs_backers_none()/> }.into_any()
        }
        _ => view! { <EmptyState title=w.tabs_backers_freed()/> }.into_any(),
    }
}

fn backers(w: Words, view: BackersView, cursor: &str) -> AnyView {
    let BackersView { campaign, skipped, listing } = view;
    let summary = &campaign.view.summary;
    let backers = listing.items;
    let end = i64::from(skipped).saturating_add(i64::try_from(backers.len()).unwrap_or(i64::MAX));
    let shown = match skipped {
        0 => number(w.locale, end),
        _ => format!("{}–{}", number(w.locale, i64::from(skipped).saturating_add(1)), number(w.locale, end)),
    };
    let total = u64::try_from(listing.total).unwrap_or_default();
    // Whoever stood there may have taken their pledge back since: the way to the newest is there all the
    // same.
    let of = (!backers.is_empty()).then(|| view! { <p>{w.tabs_backers_of(total, shown)}</p> });
    let gone = u64::try_from(summary.backers.saturating_sub(listing.total)).unwrap_or_default();
    let gone = (gone > 0 && total > 0).then(|| view! { <p>{w.tabs_backers_gone(gone)}</p> });
    let line = |BackerView { shown_name, on }: BackerView| {
        let when = on.parse().map_or_else(|_| on.clone(), |on| day(w.locale, on));
        let name = shown_name.unwrap_or_else(|| w.tabs_backers_anonymous().to_owned());
        view! {
            <li>
                <strong><bdi>{name}</bdi></strong>
                " "
                <time class="meta" datetime=on>{when}</time>
            </li>
        }
    };
    let list = if total == 0 {
        nobody(w, summary)
    } else {
        view! {
            {of}
            {gone}
            <ul class="backers">{backers.into_iter().map(line).collect_view()}</ul>
            {pages(w, Page::Backers { slug: &summary.slug }, cursor, listing.next_cursor)}
            <p class="meta">{w.tabs_backers_rule()}</p>
        }
        .into_any()
    };
    in_frame(w, &campaign, Part::Backers, w.tabs_backers_title(&summary.title), list)
}
