//! What stays while a reader goes through the parts of a campaign: what it is, where it stands, the way to a
//! pledge, and the links to its parts. In the browser it is kept as it is, and only the part is changed.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::view::{BackingView, CampaignSummary, MatchOffer};
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::discover::{place_path, topic_path};
use super::island::{CampaignBar, CampaignTotals, PledgeLink};
use super::load::FramedCampaign;
use super::share::share;
use super::tabs::{Part, tabs};
use super::talk::{lang, original};
use super::topic_words::topic_name;
use crate::answer::entitle;
use crate::followers::follow_form;
use crate::i18n::Texts;
use crate::kit::{CoverArt, CoverShape, Topic};
use crate::page::Page;
use crate::pools::match_offer;

/// A part of a campaign in its frame. `title` is the document's.
pub(crate) fn in_frame(
    w: Words,
    framed: &FramedCampaign,
    part: Part,
    title: String,
    content: AnyView,
) -> AnyView {
    let campaign = &framed.view;
    let summary = &campaign.summary;
    entitle(title, Some(&summary.one_liner));
    let heading = part.heading(w).map(|text| view! { <h2 class="campaign-frame__part-title">{text}</h2> });
    let parts = view! {
        {tabs(w, campaign, part)}
        <div class="campaign-frame__part stack" data-gap="24" data-part="">
            {heading}
            {content}
        </div>
    };
    let bar = || {
        view! {
            <div class="campaign-bar" data-kept=kept(w, summary, "bar")>
                <CampaignBar summary=summary.clone()/>
            </div>
        }
    };
    view! {
        {frame(w, summary, &standing(framed), beside(w, framed), parts.into_any())}
        {campaign.is_open().then(bar)}
    }
    .into_any()
}

/// The frame around any content, with whatever stands beside it.
pub(super) fn frame(
    w: Words,
    summary: &CampaignSummary,
    standing: &str,
    beside: AnyView,
    content: AnyView,
) -> AnyView {
    view! {
        <div class="page page-head campaign-frame">
            <div class="campaign-frame__head stack" data-kept=kept(w, summary, "head")>
                {head(w, summary)}
            </div>
            <div class="campaign-frame__beside" data-kept=kept(w, summary, &format!("beside/{standing}"))>
                <div class="campaign-frame__stays stack">{beside}</div>
            </div>
            <div class="campaign-frame__parts stack" data-gap="32">
                {content}
            </div>
        </div>
    }
    .into_any()
}

/// What the browser keeps while the same campaign is read on: its name on the page.
fn kept(w: Words, summary: &CampaignSummary, what: &str) -> String {
    format!("{}/{}/{what}", w.locale, summary.slug)
}

/// What stands beside a campaign and does not move by itself: where it has changed, it is not kept.
fn standing(framed: &FramedCampaign) -> String {
    let left = framed.view.matching.as_ref().map_or(0, MatchOffer::left_minor);
    let backing = framed.backing.as_ref().map_or(0, |backing| backing.amount_minor);
    format!("{}/{left}/{backing}", framed.view.summary.state.name())
}

fn head(w: Words, summary: &CampaignSummary) -> AnyView {
    let lang = lang(w, summary);
    view! {
        <CoverArt
            slug=summary.slug.clone()
            topic=Topic::from_slug(&summary.topic)
            shape=CoverShape::Wide
            class="campaign-page__cover"
        />
        <h1 tabindex="-1" lang=lang>
            {summary.title.clone()}
        </h1>
        <p class="campaign-page__pitch" lang=lang>
            {summary.one_liner.clone()}
        </p>
        {original(w, summary)}
        <p class="meta">
            {list_link(summary, topic_name(w, &summary.topic), topic_path(w, &summary.topic))}
            " · "
            {(!summary.place.is_empty()).then(|| view! { {place(w, summary)} " · " })}
            <bdi>{summary.team_name.clone()}</bdi>
        </p>
    }
    .into_any()
}

/// Where it stands, and what somebody may do about it.
fn beside(w: Words, framed: &FramedCampaign) -> AnyView {
    let campaign = &framed.view;
    let summary = &campaign.summary;
    let follow = (summary.state == CampaignState::Scheduled).then(|| {
        view! {
            <section class="stack" aria-labelledby="notify">
                <h2 id="notify" class="campaign-page__notify">{w.notify_heading()}</h2>
                {follow_form(w, &summary.slug, String::new(), None)}
            </section>
        }
    });
    let pledge = campaign.is_open().then(|| {
        view! {
            <div class="campaign-frame__pledge">
                <PledgeLink slug=summary.slug.clone()/>
            </div>
        }
    });
    view! {
        <CampaignTotals summary=summary.clone() now=campaign.now/>
        {match_offer(w, campaign)}
        {framed.backing.as_ref().map(|backing| own_backing(w, summary, backing))}
        {pledge}
        {follow}
        {summary.state.is_public().then(|| share_line(w, summary))}
    }
    .into_any()
}

fn share_line(w: Words, summary: &CampaignSummary) -> AnyView {
    view! {
        <div class="stack" data-gap="4">
            <p class="meta">{w.next_share()}</p>
            {share(w, &summary.slug, &summary.title)}
        </div>
    }
    .into_any()
}

/// What whoever reads backs it with, and the way to that.
fn own_backing(w: Words, summary: &CampaignSummary, backing: &BackingView) -> AnyView {
    let amount = money(w.locale, summary.money(backing.amount_minor), Precision::Card);
    let receipt = Page::Receipt { token: &backing.receipt }.path(w.locale);
    view! {
        <p>
            <strong>{w.campaign_you_back(amount)}</strong>
            " "
            <a href=receipt>{w.campaign_your_receipt()}</a>
        </p>
    }
    .into_any()
}

/// A list of campaigns, and where it is. One that is not public may be the only one of its topic or place: no
/// list is there.
fn list_link(summary: &CampaignSummary, name: String, href: String) -> AnyView {
    if summary.state.is_public() { view! { <a href=href>{name}</a> }.into_any() } else { name.into_any() }
}

/// The way to whatever else happens there.
pub(super) fn place(w: Words, summary: &CampaignSummary) -> AnyView {
    list_link(summary, summary.place.clone(), place_path(w, &summary.place))
}
