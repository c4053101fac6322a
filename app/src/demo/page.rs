//! The demo world's own page: its clock, its people, its mail.

use leptos::prelude::*;
use multitude_domain::view::{CampaignSummary, CapturedMailView, DemoRole};
use multitude_words::Words;
use multitude_words::format::date_time;

use super::load::{DemoView, load_demo};
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::addresses::campaign_path;
use crate::kit::loaded::loaded_if_any;
use crate::kit::{Button, ButtonKind, Disclosure};
use crate::page::Page;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The page; there is none outside the demo world.
pub(crate) async fn demo_page() -> AnyView {
    let w = words();
    loaded_if_any(load_demo().await, |view| page(w, &view))
}

fn page(w: Words, view: &DemoView) -> AnyView {
    let steps = [(w.demo_hour(), HOUR), (w.demo_day(), DAY), (w.demo_week(), 7 * DAY)];
    let next = view.next.as_ref();
    let to_deadline = next.and_then(|one| Some(one.closes_at?.since(view.now).as_seconds() + 1));
    let deadline = to_deadline.map(|seconds| step(w.demo_deadline(), seconds, ButtonKind::Primary));
    let line = next.map_or_else(|| view! { <p>{w.demo_none()}</p> }.into_any(), |one| next_line(w, one));
    let forward = view! {
        <form method="post" action="/demo/clock" class="cluster">
            <input type="hidden" name="back" value=Page::Demo.path(w.locale)/>
            {deadline}
            {steps
                .into_iter()
                .map(|(label, seconds)| step(label, seconds, ButtonKind::Secondary))
                .collect_view()}
        </form>
        <p class="meta">{w.demo_forward()}</p>
    };
    entitle(w.demo_title(), None);
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="32">
                <h1 tabindex="-1">{w.demo_title()}</h1>
                <p class="lead">{w.demo_lead()}</p>
                <section class="stack" aria-labelledby="demo-clock">
                    <h2 id="demo-clock">{w.demo_clock()}</h2>
                    <p>
                        <strong>{w.demo_now(date_time(w.locale, view.now))}</strong>
                    </p>
                    {line}
                    {view.is_clock_open.then_some(forward)}
                </section>
                {roles(w, &view.roles)}
                {mails(w, &view.mails)}
            </div>
        </div>
    }
    .into_any()
}

/// One button for each role.
fn roles(w: Words, roles: &[DemoRole]) -> AnyView {
    let button = |role: &DemoRole| {
        let label = match role {
            DemoRole::Backer => w.demo_as_backer(),
            DemoRole::Creator => w.demo_as_creator(),
            DemoRole::Coach => w.demo_as_coach(),
            DemoRole::Moderator => w.demo_as_moderator(),
            DemoRole::Operator => w.demo_as_operator(),
        };
        view! { <Button kind=ButtonKind::Secondary name="role" value=role.name()>{label}</Button> }
    };
    let buttons = roles.iter().map(button).collect_view();
    view! {
        <section class="stack" aria-labelledby="demo-roles">
            <h2 id="demo-roles">{w.demo_roles()}</h2>
            <p>{w.demo_roles_lead()}</p>
            <form method="post" action="/demo/enter" class="cluster">
                <input type="hidden" name="lang" value=w.locale.code()/>
                {buttons}
            </form>
        </section>
    }
    .into_any()
}

/// What was captured instead of mailed.
fn mails(w: Words, mails: &[CapturedMailView]) -> AnyView {
    let list = if mails.is_empty() {
        view! { <p>{w.demo_mails_none()}</p> }.into_any()
    } else {
        mails.iter().map(|one| mail(w, one)).collect_view().into_any()
    };
    view! {
        <section class="stack" aria-labelledby="demo-mails">
            <h2 id="demo-mails">{w.demo_mails()}</h2>
            <p>{w.demo_mails_lead()}</p>
            {list}
        </section>
    }
    .into_any()
}

fn mail(w: Words, one: &CapturedMailView) -> AnyView {
    let to = w.demo_mail_to(&one.email, date_time(w.locale, one.at));
    let href = format!("/demo/mails/{}", one.id);
    let lines = one.text.lines().map(mail_line).collect_view();
    view! {
        <Disclosure summary=format!("{} ({})", one.subject, one.email)>
            <p class="meta">{to}</p>
            <div class="mail">{lines}</div>
            <p>
                <a href=href rel="external">{w.demo_mail_html()}</a>
            </p>
        </Disclosure>
    }
    .into_any()
}

/// A line of a mail; an address of this site can be followed, as mail programs let one.
fn mail_line(line: &str) -> AnyView {
    match line
        .strip_prefix("http")
        .and_then(|rest| rest.split_once("://"))
        .and_then(|(_, rest)| rest.split_once('/'))
    {
        Some((_, path)) => {
            let href = format!("/{path}");
            view! { <p><a href=href rel="external">{line.to_owned()}</a></p> }.into_any()
        }
        None if line.is_empty() => ().into_any(),
        None => view! { <p>{line.to_owned()}</p> }.into_any(),
    }
}

fn step(label: &'static str, seconds: i64, kind: ButtonKind) -> AnyView {
    view! {
        <Button kind=kind name="advance_seconds" value=seconds.to_string()>
            {label}
        </Button>
    }
    .into_any()
}

fn next_line(w: Words, one: &CampaignSummary) -> AnyView {
    let lang = (one.locale != w.locale).then(|| one.locale.code());
    let when = one.closes_at.map(|at| date_time(w.locale, at));
    view! {
        <p>
            {w.common_labelled(w.demo_next())}
            " "
            <a href=campaign_path(w, &one.slug) lang=lang>{one.title.clone()}</a>
            ", "
            {when}
        </p>
    }
    .into_any()
}
