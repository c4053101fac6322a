//! A campaign's totals, which move while somebody watches.

use leptos::prelude::*;
use multitude_domain::campaigns::{CampaignState, FundingModel};
use multitude_domain::time::Timestamp;
use multitude_domain::view::CampaignSummary;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, digits, money, number, percent};

use super::live::{LiveCampaign, backers, is_open, watch};
use crate::campaigns::words::{card_money, state_label, when};
use crate::i18n::{Texts, words};
use crate::kit::{
    ButtonKind, ButtonLink, ButtonSize, CardMoney, LiveMeterBar, MeterSize, MeterView, StateLabel, TabCount,
};

/// Figures, deadline and outcome.
#[island]
pub fn CampaignTotals(
    /// The campaign as the page was rendered.
    summary: CampaignSummary,
    /// When that was.
    now: Timestamp,
) -> impl IntoView {
    let w = words();
    let live = watch(summary);
    view! {
        {figures(w, live, now)}
        {closes(w, live, now)}
        <p>{move || live.summary.with(|summary| outcome(w, summary))}</p>
    }
}

/// The way to a pledge, for as long as the campaign is open.
#[island]
pub fn PledgeLink(
    /// The campaign's name in addresses.
    slug: String,
) -> impl IntoView {
    let w = words();
    let is_open = is_open(&slug);
    pledge_link(w, slug, Memo::new(move |_| is_open.get()), ButtonSize::Large)
}

/// How far it is and the way to a pledge, at the end of a narrow screen for as long as the campaign is open.
#[island]
pub fn CampaignBar(
    /// The campaign as the page was rendered: open.
    summary: CampaignSummary,
) -> impl IntoView {
    let w = words();
    let slug = summary.slug.clone();
    let live = watch(summary);
    let is_open = Memo::new(move |_| live.summary.with(|summary| summary.state == CampaignState::Live));
    let funds = Memo::new(move |_| live.summary.with(|summary| card_money(w, summary)));
    view! {
        <div class="campaign-bar__sum">
            <strong>{move || funds.with(|funds| funds.percent.clone())}</strong>
            <LiveMeterBar view=meter(funds) id="bar" size=MeterSize::Thin/>
        </div>
        {pledge_link(w, slug, is_open, ButtonSize::Normal)}
    }
}

/// How many back it.
#[island]
pub fn BackerCount(
    /// The campaign's name in addresses.
    slug: String,
    /// How many there were as the page was rendered.
    rendered: i64,
) -> impl IntoView {
    let w = words();
    let backers = backers(&slug, rendered);
    let count = Memo::new(move |_| backers.get());
    move || (count.get() > 0).then(|| view! { <TabCount text=number(w.locale, count.get())/> })
}

/// The way to a pledge with one reward, for as long as the campaign is open.
#[island]
pub fn ChooseReward(
    /// The campaign's name in addresses.
    slug: String,
    /// The reward's id.
    reward: String,
    /// Its title, which tells one such link from the others.
    title: String,
    /// The title's language, where it is not the reader's.
    title_lang: Option<String>,
) -> impl IntoView {
    let w = words();
    let href = format!("/{}/c/{slug}/pledge?reward={reward}", w.locale);
    let is_open = is_open(&slug);
    let is_open = Memo::new(move |_| is_open.get());
    move || {
        let (href, title, title_lang) = (href.clone(), title.clone(), title_lang.clone());
        is_open.get().then(|| {
            view! {
                <ButtonLink href=href kind=ButtonKind::Secondary>
                    {w.campaign_choose()}
                    <span class="visually-hidden" lang=title_lang>" " {title}</span>
                </ButtonLink>
            }
        })
    }
}

/// What moves while the page is seen. Nothing changes its size: every part of the meter has its line from the
/// start.
fn figures(w: Words, live: LiveCampaign, now: Timestamp) -> AnyView {
    let funds = Memo::new(move |_| live.summary.with(|summary| card_money(w, summary)));
    let state =
        Memo::new(move |_| live.summary.with(|summary| (state_label(w, summary), when(w, summary, now))));
    // What a screen reader was told last counts the backers up to then.
    let told = RwSignal::new(live.summary.with_untracked(|summary| summary.backers));
    let said = move || {
        if live.announced.get() == 0 {
            return String::new();
        }
        let backers = live.summary.with_untracked(|summary| summary.backers);
        let sentence = funds.with_untracked(|funds| funds.meter.sentence.clone());
        let before = told.try_update_untracked(|told| std::mem::replace(told, backers)).unwrap_or(backers);
        if backers > before {
            format!("{} {sentence}", w.campaign_backer_joined(number(w.locale, backers)))
        } else {
            sentence
        }
    };
    view! {
        <p>
            <strong class="campaign-page__percent">{move || funds.with(|funds| funds.percent.clone())}</strong>
            " "
            <span class="campaign-page__sum">{move || funds.with(|funds| funds.sum.clone())}</span>
        </p>
        <LiveMeterBar view=meter(funds) id="campaign"/>
        <p class="visually-hidden" role="status">{said}</p>
        <div role="status">{goal_moment(w, live)}</div>
        <div class="cluster">
            {move || {
                let ((tone, state), when) = state.get();
                view! {
                    <StateLabel tone=tone text=state/>
                    <span>{when}</span>
                }
            }}
        </div>
    }
    .into_any()
}

/// The goal was reached while somebody looked.
fn goal_moment(w: Words, live: LiveCampaign) -> AnyView {
    let is_reached = Memo::new(move |_| live.summary.with(|one| one.counted_minor() >= one.goal_minor));
    // Whether it is reached, and whether it was not when the page began.
    let moment = Memo::new(move |before: Option<&(bool, bool)>| {
        let now = is_reached.get();
        (now, before.is_some_and(|(was, has_come)| *has_come || (now && !was)))
    });
    let backers = move || live.summary.with_untracked(|summary| summary.backers);
    let text = move || w.campaign_goal_moment(u64::try_from(backers()).unwrap_or_default());
    (move || moment.get().1.then(|| view! { <p class="goal-moment">{text()}</p> })).into_any()
}

fn meter(funds: Memo<CardMoney>) -> Signal<MeterView> {
    Signal::derive(move || funds.with(|funds| funds.meter.clone()))
}

fn pledge_link(w: Words, slug: String, is_open: Memo<bool>, size: ButtonSize) -> AnyView {
    let pledge = format!("/{}/c/{slug}/pledge", w.locale);
    let link = move || {
        let pledge = pledge.clone();
        is_open.get().then(|| {
            view! {
                <div>
                    <ButtonLink href=pledge size=size>
                        {w.campaign_pledge()}
                    </ButtonLink>
                </div>
            }
        })
    };
    link.into_any()
}

/// The deadline, beside the days that are left; what has ended says so once.
fn closes(w: Words, live: LiveCampaign, now: Timestamp) -> AnyView {
    let at = move || {
        live.summary.with(|summary| {
            let is_ahead = matches!(summary.state, CampaignState::Scheduled | CampaignState::Live);
            summary.closes_at.filter(|at| is_ahead && now <= *at)
        })
    };
    (move || at().map(|at| view! { <p class="meta">{w.campaign_closes(date_time(w.locale, at))}</p> }))
        .into_any()
}

/// What must be reached for anybody to pay.
fn rule(w: Words, summary: &CampaignSummary) -> String {
    let show = |minor| money(w.locale, summary.money(minor), Precision::Card);
    match summary.model {
        FundingModel::AllOrNothing => w.campaign_rule().to_owned(),
        FundingModel::Flexible => w.campaign_model_flexible().to_owned(),
        FundingModel::MinimumAndOptimum { optimum_minor } => {
            let goals = w.campaign_model_minimum(show(summary.goal_minor), show(optimum_minor));
            format!("{goals} {}", w.campaign_rule())
        }
    }
}

/// Who pays, as far as that is known.
fn outcome(w: Words, summary: &CampaignSummary) -> String {
    let collected = money(w.locale, summary.money(summary.collected_minor), Precision::Card);
    let secured = digits(w.locale, summary.money(summary.secured_minor), Precision::Card);
    // Transfers that were under way at the deadline are collected too, while secured stands still.
    let is_more = summary.collected_minor > summary.secured_minor;
    match summary.state {
        CampaignState::Collecting
        | CampaignState::Settled
        | CampaignState::Fulfilling
        | CampaignState::Completed
            if is_more =>
        {
            w.campaign_outcome_more(collected, secured)
        }
        CampaignState::Collecting => w.campaign_outcome_collecting(collected, secured),
        CampaignState::Settled | CampaignState::Fulfilling | CampaignState::Completed => {
            w.campaign_outcome_settled(collected, secured)
        }
        CampaignState::Suspended => w.campaign_outcome_suspended().to_owned(),
        CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed if summary.is_missed() => {
            w.campaign_outcome_missed(percent(w.locale, summary.reached_percent().saturating_mul(100)))
        }
        CampaignState::Cancelled
        | CampaignState::Failed
        | CampaignState::Releasing
        | CampaignState::Closed => w.campaign_outcome_cancelled().to_owned(),
        CampaignState::Draft
        | CampaignState::InReview
        | CampaignState::ChangesRequested
        | CampaignState::Declined
        | CampaignState::Scheduled
        | CampaignState::Live
        | CampaignState::Closing => rule(w, summary),
    }
}
