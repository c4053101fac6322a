//! A pool's page: its rule, where its money is, the campaigns it is for, and each of its newest matches with
//! the reason for its amount.

use leptos::prelude::*;
use multitude_domain::matching::MatchLimit;
use multitude_domain::money::Money;
use multitude_domain::view::{MatchView, PoolCampaignView, PoolView};
use multitude_words::Words;
use multitude_words::format::{Precision, day, money};

use super::load::load_pool;
use super::offer::ratio;
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::addresses::campaign_path;
use crate::kit::loaded::loaded_if_any;
use crate::kit::{EmptyState, KeyFigure, KeyFigures};

/// The page.
pub(crate) async fn pool_page(id: &str) -> AnyView {
    let w = words();
    loaded_if_any(load_pool(id).await, |pool| page(w, &pool))
}

fn page(w: Words, pool: &PoolView) -> AnyView {
    let show = |minor| money(w.locale, pool.money(minor), Precision::Card);
    let figure = |figure: i64, caption: &str| KeyFigure { figure: show(figure), caption: caption.to_owned() };
    let figures = vec![
        figure(pool.funded_minor, w.pools_funded()),
        figure(pool.free_minor(), w.pools_free()),
        figure(pool.reserved_minor(), w.pools_reserved()),
        figure(pool.paid_minor, w.pools_paid()),
    ];
    entitle(w.pools_title(&pool.name), Some(&rule(w, pool)));
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="48">
                <div class="stack">
                    <h1 tabindex="-1"><bdi>{pool.name.clone()}</bdi></h1>
                    <p class="lead">{rule(w, pool)}</p>
                    <p class="prose">{w.pools_rules(show(pool.rule.campaign_minor_max))}</p>
                </div>
                <KeyFigures figures=figures/>
                {campaigns(w, pool)}
                {matches(w, pool)}
            </div>
        </div>
    }
    .into_any()
}

fn rule(w: Words, pool: &PoolView) -> String {
    ratio(w, &pool.giver, pool.rule, pool.currency)
}

fn campaigns(w: Words, pool: &PoolView) -> AnyView {
    let show = |minor| money(w.locale, pool.money(minor), Precision::Card);
    let line = |one: &PoolCampaignView| {
        let lang = (one.locale != w.locale).then(|| one.locale.code());
        view! {
            <tr>
                <th scope="row" lang=lang>
                    <a href=campaign_path(w, &one.slug)>{one.title.clone()}</a>
                </th>
                <td class="amount">{show(one.reserved_minor)}</td>
                <td class="amount">{show(one.paid_minor)}</td>
            </tr>
        }
    };
    let heads = view! {
        <th scope="col">{w.pools_campaign()}</th>
        <th scope="col" class="amount">{w.pools_reserved()}</th>
        <th scope="col" class="amount">{w.pools_paid()}</th>
    };
    let lines = pool.campaigns.iter().map(line).collect_view();
    table("campaigns", w.pools_campaigns(), heads.into_any(), lines.into_any())
}

fn matches(w: Words, pool: &PoolView) -> AnyView {
    if pool.matches.is_empty() {
        return view! { <EmptyState title=w.pools_none()/> }.into_any();
    }
    // The only campaign of a pool need not be named in each line.
    let is_named = pool.campaigns.len() > 1;
    let line = |one: &MatchView| {
        let on = one.at.in_zurich().day;
        let campaign = is_named.then(|| {
            let lang = (one.locale != w.locale).then(|| one.locale.code());
            view! { <td lang=lang>{one.title.clone()}</td> }
        });
        view! {
            <tr>
                <td><time datetime=on.to_string()>{day(w.locale, on)}</time></td>
                {campaign}
                <td class="amount">{exact(w, pool.money(one.amount_minor))}</td>
                <td>{reason(w, pool, one)}</td>
            </tr>
        }
    };
    let heads = view! {
        <th scope="col">{w.pools_day()}</th>
        {is_named.then(|| view! { <th scope="col">{w.pools_campaign()}</th> })}
        <th scope="col" class="amount">{w.pools_added()}</th>
        <th scope="col">{w.pools_reason()}</th>
    };
    let lines = pool.matches.iter().map(line).collect_view();
    table("matches", w.pools_matches(), heads.into_any(), lines.into_any())
}

/// A table under its heading; it scrolls by itself where it is wider than the page.
fn table(id: &'static str, title: &'static str, heads: AnyView, lines: AnyView) -> AnyView {
    view! {
        <section class="stack">
            <h2 id=id>{title}</h2>
            <div class="table" role="region" tabindex="0" aria-labelledby=id>
                <table>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn exact(w: Words, amount: Money) -> String {
    money(w.locale, amount, Precision::Exact)
}

/// Why it was so much.
fn reason(w: Words, pool: &PoolView, one: &MatchView) -> String {
    let pledge = exact(w, pool.money(one.pledge_minor));
    match one.limit {
        Some(MatchLimit::CampaignCap) => w.pools_reason_cap(pledge),
        Some(MatchLimit::PoolUsedUp) => w.pools_reason_used_up(pledge),
        // What is matched has none of these.
        None | Some(MatchLimit::TeamMember | MatchLimit::SamePayer | MatchLimit::NeedsReview) => {
            w.pools_reason_full(pledge)
        }
    }
}
