//! A pledge in three screens: your support, you, pay. Each is a form that posts to its own address and works without
//! scripts; what was typed comes back with what is to be put right.

mod check;
pub(super) mod faults;
mod parts;
mod pay;
mod support;
pub(super) mod tokens;
mod you;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::date_time;

use super::{FailedPage, NotFoundPage, PageTitle};
use crate::api::load_checkout;
use crate::components::{Notice, NoticeKind};
use crate::i18n::{Texts, words};

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Support,
    You,
    Pay,
}

/// What for, and how much.
#[component]
pub fn SupportPage() -> impl IntoView {
    checkout(Step::Support)
}

/// Who, and how it is paid.
#[component]
pub fn YouPage() -> impl IntoView {
    checkout(Step::You)
}

/// The consent and the button.
#[component]
pub fn PayPage() -> impl IntoView {
    checkout(Step::Pay)
}

fn checkout(step: Step) -> impl IntoView {
    let w = words();
    let (params, query) = (use_params_map(), use_query_map());
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")).unwrap_or_default());
    let wanted = query.with_untracked(|query| query.get("reward")).unwrap_or_default();
    let found = Resource::new_blocking(move || slug.get(), load_checkout);
    view! {
        <Suspense>
            {move || {
                let wanted = wanted.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(Some(view)) if !view.campaign.is_open() => closed(w, &view).into_any(),
                        Ok(Some(view)) => screen(w, step, view, &wanted),
                        Ok(None) => view! { <NotFoundPage/> }.into_any(),
                        Err(_) => view! { <FailedPage/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

fn screen(w: Words, step: Step, mut view: CheckoutView, wanted: &str) -> AnyView {
    if view.draft.reward.is_empty() && view.draft.amount.is_empty() {
        parts::choose(&mut view, wanted);
    }
    let shown = check::Shown { view: RwSignal::new(view), is_refused_here: RwSignal::new(false) };
    (move || {
        shown.view.with(|view| match step {
            Step::Support => support::screen(w, view, shown),
            Step::You => you::screen(w, view, shown),
            Step::Pay => pay::screen(w, view, shown),
        })
    })
    .into_any()
}

fn closed(w: Words, view: &CheckoutView) -> impl IntoView {
    let summary = &view.campaign.summary;
    let text = match summary.closes_at {
        Some(at) if view.campaign.now >= at => w.checkout_closed(date_time(w.locale, at)),
        _ => w.checkout_not_open().to_owned(),
    };
    view! {
        <PageTitle text=summary.title.clone()/>
        <div class="page page-head">
            <div class="stack">
                <h1 tabindex="-1">{summary.title.clone()}</h1>
                <Notice kind=NoticeKind::Warn title=text/>
                <p>
                    <a href=parts::campaign_path(w, view)>{w.checkout_to_campaign()}</a>
                </p>
            </div>
        </div>
    }
}
