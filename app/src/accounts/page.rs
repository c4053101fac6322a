//! A person's own pages: pledges, and where they are signed in.

use http::header;
use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::email::shown_email;
use multitude_domain::money::Money;
use multitude_domain::view::{Listing, PledgeSummary, SessionView};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money};

use super::load::{OwnPledgesView, SecurityView, load_own_pledges, load_security};
use crate::acts::{Act, FormOf, posted};
use crate::answer::{entitle, set_status};
use crate::i18n::{Texts, words};
use crate::kit::addresses::{campaign_path, query};
use crate::kit::loaded::loaded;
use crate::kit::paging::pages;
use crate::kit::{Button, ButtonKind, ButtonLink, EmptyState};
use crate::page::Page;
use crate::pledges::state_title;

/// The page of one's own pledges.
pub(crate) async fn own_pledges_page() -> AnyView {
    let w = words();
    let cursor = query("cursor");
    let found = load_own_pledges(cursor.clone()).await;
    loaded(found, |view| view.map_or_else(|| signed_out(w), |view| pledges(w, view, &cursor)))
}

/// The page of one's own sessions.
pub(crate) async fn security_page() -> AnyView {
    let w = words();
    loaded(load_security().await, |view| view.map_or_else(|| signed_out(w), |view| security(w, view)))
}

/// Whether the browser may keep none: whoever signs in there ends here.
fn sends_no_cookie() -> bool {
    use_context::<Parts>().is_some_and(|parts| !parts.headers.contains_key(header::COOKIE))
}

/// What is shown where nobody is signed in any more.
fn signed_out(w: Words) -> AnyView {
    set_status(http::StatusCode::FORBIDDEN);
    let href = Page::SignIn.path(w.locale);
    entitle(w.account_signed_out(), None);
    view! {
        <div class="page page-head stack" data-gap="24">
            <h1 tabindex="-1">{w.account_signed_out()}</h1>
            {sends_no_cookie().then(|| view! { <p class="lead">{w.account_signed_out_cookies()}</p> })}
            <div>
                <ButtonLink href=href>{w.account_sign_in()}</ButtonLink>
            </div>
        </div>
    }
    .into_any()
}

fn pledges(w: Words, view: OwnPledgesView, cursor: &str) -> AnyView {
    let Listing { items, next_cursor, .. } = view.pledges;
    let list = if items.is_empty() && cursor.is_empty() {
        let href = Page::Discover.path(w.locale);
        view! {
            <EmptyState title=w.account_pledges_empty()>
                <ButtonLink href=href>{w.account_pledges_find()}</ButtonLink>
            </EmptyState>
        }
        .into_any()
    } else {
        let items = items.iter().map(|one| pledge(w, one)).collect_view();
        view! {
            <ul class="own-pledges" role="list">{items}</ul>
            {pages(w, Page::OwnPledges, cursor, next_cursor)}
        }
        .into_any()
    };
    let security = Page::Security.path(w.locale);
    let out = view! { <Button kind=ButtonKind::Quiet>{w.account_sign_out()}</Button> };
    entitle(w.account_mine(), None);
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="32">
                <div class="stack">
                    <h1 tabindex="-1">{w.account_mine()}</h1>
                    <p class="lead">{w.account_pledges_lead(shown_email(&view.email))}</p>
                </div>
                {list}
                <div class="cluster">
                    <a href=security>{w.account_security_link()}</a>
                    {posted(FormOf::button(w, Act::SignOut, &[]), out.into_any())}
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn pledge(w: Words, one: &PledgeSummary) -> AnyView {
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    let campaign = campaign_path(w, &one.slug);
    let receipt = Page::Receipt { token: &one.receipt }.path(w.locale);
    let amount = money(w.locale, Money::new(one.amount_minor, one.currency), Precision::Exact);
    let on = w.account_pledged_on(day(w.locale, one.created_at.in_zurich().day));
    view! {
        <li class="own-pledges__item">
            <h2 class="own-pledges__campaign">
                <a href=campaign lang=lang>{one.campaign_title.clone()}</a>
            </h2>
            <p class="own-pledges__amount">{amount}</p>
            <p class="meta">
                {state_title(w, one.state)}
                ". "
                {on}
            </p>
            <p>
                <a href=receipt rel="external" aria-label=format!("{} {}", w.common_labelled(w.account_manage()), one.campaign_title)>{w.account_manage()}</a>
            </p>
        </li>
    }
    .into_any()
}

fn security(w: Words, view: SecurityView) -> AnyView {
    let items = view.sessions.iter().map(|one| session(w, one)).collect_view();
    let all = view! { <Button kind=ButtonKind::Danger>{w.account_end_all()}</Button> };
    entitle(w.account_security(), None);
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="32">
                <div class="stack">
                    <h1 tabindex="-1">{w.account_security()}</h1>
                    <p class="lead">{w.account_security_lead()}</p>
                </div>
                <ul class="own-pledges" role="list">{items}</ul>
                {posted(FormOf::button(w, Act::EndSessions, &[]), all.into_any())}
            </div>
        </div>
    }
    .into_any()
}

fn session(w: Words, one: &SessionView) -> AnyView {
    let name = if one.is_this { w.account_this_browser() } else { w.account_other_browser() };
    let times =
        w.account_since(date_time(w.locale, one.started_at), day(w.locale, one.ends_at.in_zurich().day));
    let id = one.id.clone();
    let end = (!one.is_this).then(|| {
        let button = view! {
            <input type="hidden" name="session" value=id/>
            <Button kind=ButtonKind::Secondary>{w.account_end()}</Button>
        };
        posted(FormOf::button(w, Act::EndSession, &[]), button.into_any())
    });
    view! {
        <li class="own-pledges__item">
            <h2 class="own-pledges__campaign">{name}</h2>
            <p class="meta">{times}</p>
            {end}
        </li>
    }
    .into_any()
}
