//! A campaign on its own page: what it is, what it needs, what backers get.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use multitude_domain::campaign::CampaignState;
use multitude_domain::view::{BudgetLineView, CampaignSummary, CampaignView, MilestoneView, RewardView};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, digits, money, month_year};

use super::campaign_tabs::{Part, tabs};
use super::campaign_tile::{card_money, state_label, when};
use super::{FailedPage, NotFoundPage, PageTitle};
use crate::api::load_campaign;
use crate::components::{
    ButtonKind, ButtonLink, ButtonSize, CoverArt, CoverShape, MeterBar, RewardCard, RewardCardView,
    RewardState, StateLabel, Topic,
};
use crate::i18n::{Texts, words};
use crate::live::{LiveCampaign, follow};

/// From so few on, a reward is said to run out.
const FEW: i64 = 3;

/// The page.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let w = words();
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")).unwrap_or_default());
    let found = Resource::new_blocking(move || slug.get(), load_campaign);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(Some(campaign)) => sections(w, campaign).into_any(),
                    Ok(None) => view! { <NotFoundPage/> }.into_any(),
                    Err(_) => view! { <FailedPage/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn sections(w: Words, campaign: CampaignView) -> impl IntoView {
    let lang = (campaign.summary.locale != w.locale).then(|| campaign.summary.locale.code());
    let story = [
        (w.campaign_problem(), campaign.problem.clone()),
        (w.campaign_solution(), campaign.solution.clone()),
        (w.campaign_plan(), campaign.plan.clone()),
        (w.campaign_risks(), campaign.risks.clone()),
    ];
    let story = story.into_iter().filter(|(_, text)| !text.is_empty());
    let live = follow(campaign.summary.clone());
    let backers = Signal::derive(move || live.summary.with(|summary| summary.backers));
    view! {
        {head(w, &campaign, live)}
        <div class="page stack" data-gap="48">
            {tabs(w, &campaign.summary.slug, backers, campaign.talk, Part::About)}
            <div class="split">
                <div class="stack" data-gap="48">
                    {story
                        .map(|(title, text)| {
                            view! {
                                <section class="stack prose">
                                    <h2>{title}</h2>
                                    <p lang=lang>{text}</p>
                                </section>
                            }
                        })
                        .collect_view()}
                    {budget(w, &campaign)}
                    {milestones(w, lang, campaign.milestones.clone())}
                </div>
                {rewards(w, lang, &campaign)}
            </div>
        </div>
    }
}

fn head(w: Words, campaign: &CampaignView, live: LiveCampaign) -> AnyView {
    let summary = &campaign.summary;
    let lang = (summary.locale != w.locale).then(|| summary.locale.code());
    view! {
        <PageTitle text=summary.title.clone() description=summary.one_liner.clone()/>
        <div class="page page-head">
            <div class="split">
                <CoverArt
                    slug=summary.slug.clone()
                    topic=Topic::from_slug(&summary.topic)
                    shape=CoverShape::Wide
                    class="campaign-page__cover"
                />
                <div class="stack">
                    <h1 tabindex="-1" lang=lang>
                        {summary.title.clone()}
                    </h1>
                    <p class="campaign-page__pitch" lang=lang>
                        {summary.one_liner.clone()}
                    </p>
                    <p class="meta">{format!("{} · {}", summary.place, summary.team_name)}</p>
                    {figures(w, campaign, live)}
                    {closes(w, campaign, live)}
                    <p>{move || live.summary.with(|summary| outcome(w, summary))}</p>
                    {pledge_link(w, campaign, live)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What moves while the page is seen. Nothing changes its size: every part of the meter has its line from the start.
fn figures(w: Words, campaign: &CampaignView, live: LiveCampaign) -> AnyView {
    let now = campaign.now;
    let funds = Memo::new(move |_| live.summary.with(|summary| card_money(w, summary)));
    let state =
        Memo::new(move |_| live.summary.with(|summary| (state_label(w, summary), when(w, summary, now))));
    let said = move || match live.announced.get() {
        0 => String::new(),
        _ => funds.with_untracked(|funds| funds.meter.sentence.clone()),
    };
    view! {
        <p>
            <strong class="campaign-page__percent">{move || funds.with(|funds| funds.percent.clone())}</strong>
            " "
            <span class="campaign-page__sum">{move || funds.with(|funds| funds.sum.clone())}</span>
        </p>
        {move || view! { <MeterBar view=funds.with(|funds| funds.meter.clone()) id="campaign"/> }}
        <p class="visually-hidden" role="status">{said}</p>
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

/// The way to a pledge, for as long as the campaign is open.
fn pledge_link(w: Words, campaign: &CampaignView, live: LiveCampaign) -> AnyView {
    let was_open = campaign.is_open();
    let is_open =
        Memo::new(move |_| was_open && live.summary.with(|summary| summary.state == CampaignState::Live));
    let pledge = format!("/{}/c/{}/pledge", w.locale, campaign.summary.slug);
    let link = move || {
        let pledge = pledge.clone();
        is_open.get().then(|| {
            view! {
                <div>
                    <ButtonLink href=pledge size=ButtonSize::Large>
                        {w.campaign_pledge()}
                    </ButtonLink>
                </div>
            }
        })
    };
    link.into_any()
}

/// The deadline, beside the days that are left; what has ended says so once.
fn closes(w: Words, campaign: &CampaignView, live: LiveCampaign) -> AnyView {
    let now = campaign.now;
    let at = move || {
        live.summary.with(|summary| {
            let is_ahead = matches!(summary.state, CampaignState::Scheduled | CampaignState::Live);
            summary.closes_at.filter(|at| is_ahead && now <= *at)
        })
    };
    (move || at().map(|at| view! { <p class="meta">{w.campaign_closes(date_time(w.locale, at))}</p> }))
        .into_any()
}

/// Who pays, as far as that is known.
fn outcome(w: Words, summary: &CampaignSummary) -> String {
    let collected = money(w.locale, summary.money(summary.collected_minor), Precision::Card);
    let secured = digits(w.locale, summary.money(summary.secured_minor), Precision::Card);
    match summary.state {
        CampaignState::Collecting => w.campaign_outcome_collecting(collected, secured),
        CampaignState::Settled | CampaignState::Fulfilling | CampaignState::Completed => {
            w.campaign_outcome_settled(collected, secured)
        }
        CampaignState::Suspended => w.campaign_outcome_suspended().to_owned(),
        CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed if summary.is_decided => {
            w.campaign_outcome_missed().to_owned()
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
        | CampaignState::Closing => w.campaign_rule().to_owned(),
    }
}

fn budget(w: Words, campaign: &CampaignView) -> AnyView {
    if campaign.budget.is_empty() {
        return ().into_any();
    }
    let lang = (campaign.summary.locale != w.locale).then(|| campaign.summary.locale.code());
    let show = |minor| money(w.locale, campaign.summary.money(minor), Precision::Card);
    let line = |BudgetLineView { label, amount_minor }: BudgetLineView| {
        view! {
            <tr>
                <th scope="row" lang=lang>{label}</th>
                <td>{show(amount_minor)}</td>
            </tr>
        }
    };
    view! {
        <section class="stack">
            <h2 id="budget">{w.campaign_budget()}</h2>
            <table class="campaign-page__budget" aria-labelledby="budget">
                <tbody>{campaign.budget.iter().cloned().map(line).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{w.campaign_total()}</th>
                        <td>{show(campaign.summary.goal_minor)}</td>
                    </tr>
                </tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn milestones(w: Words, lang: Option<&'static str>, promised: Vec<MilestoneView>) -> AnyView {
    if promised.is_empty() {
        return ().into_any();
    }
    let line = |MilestoneView { label, due_on }: MilestoneView| {
        let due = due_on.parse().map_or_else(|_| due_on.clone(), |due| day(w.locale, due));
        view! {
            <li>
                <time datetime=due_on>{due}</time>
                ": "
                <span lang=lang>{label}</span>
            </li>
        }
    };
    view! {
        <section class="stack prose">
            <h2>{w.campaign_milestones()}</h2>
            <ol>{promised.into_iter().map(line).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn rewards(w: Words, lang: Option<&'static str>, campaign: &CampaignView) -> AnyView {
    if campaign.rewards.is_empty() {
        return ().into_any();
    }
    let cards = campaign.rewards.iter().map(|reward| {
        let price = money(w.locale, campaign.summary.money(reward.price_minor), Precision::Card);
        let card = reward_card(w, lang, reward, &price);
        let can_be_had =
            campaign.is_open() && matches!(card.state, RewardState::Available | RewardState::Few);
        let href = format!("/{}/c/{}/pledge?reward={}", w.locale, campaign.summary.slug, reward.id);
        let link = can_be_had.then(|| {
            view! {
                <ButtonLink href=href kind=ButtonKind::Secondary>
                    {w.campaign_choose()}
                </ButtonLink>
            }
        });
        view! { <RewardCard view=card>{link}</RewardCard> }
    });
    view! {
        <section class="stack" data-gap="24">
            <h2>{w.campaign_rewards()}</h2>
            {cards.collect_view()}
        </section>
    }
    .into_any()
}

/// Whether a reward can be had.
pub(super) fn reward_state(reward: &RewardView) -> RewardState {
    match reward.left {
        Some(0) if reward.held == 0 => RewardState::Gone,
        Some(0) => RewardState::Held,
        Some(1..=FEW) => RewardState::Few,
        Some(_) | None => RewardState::Available,
    }
}

pub(super) fn reward_card(w: Words, lang: Option<&str>, reward: &RewardView, price: &str) -> RewardCardView {
    let state = reward_state(reward);
    let limit = match (reward.stock, reward.left) {
        (Some(stock), _) if state == RewardState::Gone => Some(w.campaign_gone(stock)),
        (Some(stock), Some(left)) => Some(w.campaign_left_of(left, stock)),
        _ => None,
    };
    let delivery = reward.delivery_month.as_deref().and_then(|month| {
        let (year, month) = month.split_once('-')?;
        Some(w.campaign_delivery(month_year(w.locale, year.parse().ok()?, month.parse().ok()?)))
    });
    let regions: Vec<&str> = reward.regions.iter().map(|region| region.region.as_str()).collect();
    let ships_to = (!regions.is_empty()).then(|| w.campaign_ships_to(regions.join(", ")));
    RewardCardView {
        id: reward.id.to_string(),
        price: w.campaign_from_price(price),
        title: reward.title.clone(),
        text: reward.description.clone(),
        lang: lang.map(str::to_owned),
        limit,
        facts: delivery.into_iter().chain(ships_to).collect(),
        state,
    }
}
