//! A pledge in three screens: your support, you, pay. Each is a form that posts to its own address and works
//! without scripts; what was typed comes back with what is to be put right.

pub(super) mod parts;
pub(super) mod pay;
pub(super) mod support;
pub(super) mod tokens;
pub(super) mod you;

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::date_time;

use crate::acts::{Reply, titled_by};
use crate::answer::entitle;
use crate::campaigns::reward_words::reward_state;
use crate::followers::{opens, way_to_follow};
use crate::i18n::{Texts, words};
use crate::kit::addresses::query;
use crate::kit::loaded::loaded_if_any;
use crate::kit::{Notice, NoticeKind};
use crate::pledges::load::load_checkout;
use parts::{campaign_path, page_title};

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// What for, and how much.
    Support,
    /// Who, and how it is paid.
    You,
    /// The consent and the button.
    Pay,
}

/// One of its screens.
pub(crate) async fn checkout_page(slug: &str, step: Step, reply: Option<Reply>) -> AnyView {
    let w = words();
    let wanted = query("reward");
    let reply = reply.as_ref();
    loaded_if_any(load_checkout(slug.to_owned(), step, reply).await, |view| {
        if view.campaign.is_open() { screen(w, step, view, &wanted, reply) } else { closed(w, &view) }
    })
}

fn screen(w: Words, step: Step, mut view: CheckoutView, wanted: &str, reply: Option<&Reply>) -> AnyView {
    if step == Step::Support && reply.is_none() {
        begin(&mut view, wanted);
    }
    let wish = view.draft.wish(&view.campaign.offer());
    let (step, shown) = match (step, wish) {
        (Step::Pay, Ok(wish)) => (step, pay::screen(w, &view, &wish, reply)),
        // The way to the last screen leads over the first one, whose form says what is missing.
        (Step::Support | Step::Pay, _) => (Step::Support, support::screen(w, &view, reply)),
        (Step::You, _) => (step, you::screen(w, &view, reply)),
    };
    entitle(titled_by(w, &page_title(w, step), reply), None);
    shown
}

/// Where a form begins: after a pledge that is placed with nothing chosen, and where the way here asked for a
/// reward that can be had with that one and the least that it costs.
fn begin(view: &mut CheckoutView, wanted: &str) {
    if view.draft.is_placed {
        view.draft = std::mem::take(&mut view.draft).next();
    }
    let now = view.campaign.now;
    let found = view.campaign.rewards.iter().find(|one| one.id.to_string() == wanted);
    let Some(reward) = found.filter(|one| reward_state(one, now).can_be_chosen()) else { return };
    // Who comes back to a choice finds it as it was left.
    if view.draft.reward.split(':').next() == Some(wanted) {
        return;
    }
    let region = reward.regions.first();
    view.draft.reward = region.map_or_else(|| wanted.to_owned(), |one| format!("{wanted}:{}", one.region));
    view.draft.qty.clear();
    view.draft.amount.clear();
    view.draft.amount = view.draft.amount_to_fill(&view.campaign.offer()).unwrap_or_default();
    view.draft.filled.clone_from(&view.draft.amount);
}

fn closed(w: Words, view: &CheckoutView) -> AnyView {
    let summary = &view.campaign.summary;
    let is_ahead = summary.state == CampaignState::Scheduled;
    let text = match summary.closes_at {
        _ if is_ahead => w.checkout_ahead(opens(w, summary.opens_at)),
        Some(at) if view.campaign.now >= at => w.checkout_closed(date_time(w.locale, at)),
        _ => w.checkout_not_open().to_owned(),
    };
    let lang = (summary.locale != w.locale).then(|| summary.locale.code());
    entitle(summary.title.as_str(), None);
    view! {
        <div class="page page-head">
            <div class="stack">
                <h1 tabindex="-1" lang=lang>{summary.title.clone()}</h1>
                <Notice kind=NoticeKind::Warn title=text/>
                {is_ahead.then(|| way_to_follow(w, &summary.slug))}
                <p>
                    <a href=campaign_path(w, view)>{w.checkout_to_campaign()}</a>
                </p>
            </div>
        </div>
    }
    .into_any()
}
