//! The demo world's own page: its clock.

use leptos::prelude::*;
use multitude_domain::view::CampaignSummary;
use multitude_words::Words;
use multitude_words::format::date_time;

use super::{FailedPage, NotFoundPage, PageTitle};
use crate::api::{DemoView, load_demo};
use crate::components::{Button, ButtonKind};
use crate::i18n::{Texts, words};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The page; there is none outside the demo world.
#[component]
pub fn DemoPage() -> impl IntoView {
    let w = words();
    let found = Resource::new_blocking(|| (), |()| load_demo());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(Some(view)) => page(w, &view),
                    Ok(None) => view! { <NotFoundPage/> }.into_any(),
                    Err(_) => view! { <FailedPage/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn page(w: Words, view: &DemoView) -> AnyView {
    let steps = [(w.demo_hour(), HOUR), (w.demo_day(), DAY), (w.demo_week(), 7 * DAY)];
    let next = view.next.as_ref();
    let to_deadline = next.and_then(|one| Some(one.closes_at?.since(view.now).as_seconds() + 1));
    let deadline = to_deadline.map(|seconds| step(w.demo_deadline(), seconds, ButtonKind::Primary));
    let line = next.map_or_else(|| view! { <p>{w.demo_none()}</p> }.into_any(), |one| next_line(w, one));
    view! {
        <PageTitle text=w.demo_title()/>
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
                    <form method="post" action="/demo/clock" class="cluster">
                        <input type="hidden" name="back" value=format!("/{}/demo", w.locale)/>
                        {deadline}
                        {steps
                            .into_iter()
                            .map(|(label, seconds)| step(label, seconds, ButtonKind::Secondary))
                            .collect_view()}
                    </form>
                    <p class="meta">{w.demo_forward()}</p>
                </section>
            </div>
        </div>
    }
    .into_any()
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
            {w.demo_next()}
            ": "
            <a href=format!("/{}/c/{}", w.locale, one.slug) lang=lang>{one.title.clone()}</a>
            ", "
            {when}
        </p>
    }
    .into_any()
}
