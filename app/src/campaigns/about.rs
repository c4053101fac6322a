//! What a campaign's page says of it: what it is, what it needs, what backers get.

use core::cmp::Ordering;

use leptos::prelude::*;
use multitude_domain::campaigns::{StretchGoal, goals_reached};
use multitude_domain::time::Day;
use multitude_domain::view::{BudgetLineView, CampaignSummary, CampaignView, MilestoneView};
use multitude_words::Words;
use multitude_words::format::{Precision, day, money};

use super::frame::place;
use super::island::{ChooseReward, PledgeLink};
use super::reward_words::reward_card;
use super::talk::{lang, paragraphs};
use crate::i18n::Texts;
use crate::kit::{RewardCard, RewardState, Timeline, TimelineState, TimelineStep};

/// What it is, what it needs, what backers get.
pub(super) fn body(w: Words, campaign: &CampaignView) -> AnyView {
    let lang = lang(w, &campaign.summary);
    let story = [
        (w.campaign_problem(), campaign.problem.clone()),
        (w.campaign_solution(), campaign.solution.clone()),
        (w.campaign_plan(), campaign.plan.clone()),
        (w.campaign_risks(), campaign.risks.clone()),
    ];
    let story = story.into_iter().filter(|(_, text)| !text.is_empty());
    let pledge = campaign.is_open().then(|| {
        view! {
            <div class="campaign-page__again">
                <PledgeLink slug=campaign.summary.slug.clone()/>
            </div>
        }
    });
    view! {
        <div class="stack" data-gap="48">
            {story
                .map(|(title, text)| {
                    view! {
                        <section class="stack" data-gap="8">
                            <h2>{title}</h2>
                            <div class="prose" lang=lang>{paragraphs(&text)}</div>
                        </section>
                    }
                })
                .collect_view()}
            {pledge}
            {rewards(w, lang, campaign)}
            {budget(w, campaign)}
            {stretch_goals(w, campaign)}
            {milestones(w, lang, campaign)}
            {team(w, &campaign.summary)}
        </div>
    }
    .into_any()
}

fn budget(w: Words, campaign: &CampaignView) -> AnyView {
    if campaign.budget.is_empty() {
        return ().into_any();
    }
    let lang = lang(w, &campaign.summary);
    let show = |minor| money(w.locale, campaign.summary.money(minor), Precision::Card);
    let line = |BudgetLineView { label, amount_minor }: BudgetLineView| {
        view! {
            <tr>
                <th scope="row" lang=lang>{label}</th>
                <td class="amount">{show(amount_minor)}</td>
            </tr>
        }
    };
    view! {
        <section class="stack">
            <h2 id="budget">{w.campaign_budget()}</h2>
            <div class="table">
                <table aria-labelledby="budget">
                    <tbody>{campaign.budget.iter().cloned().map(line).collect_view()}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{w.campaign_total()}</th>
                            <td class="amount">{show(campaign.summary.goal_minor)}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// What is promised beyond the goal, and how much of it is reached.
fn stretch_goals(w: Words, campaign: &CampaignView) -> AnyView {
    let summary = &campaign.summary;
    if campaign.stretch_goals.is_empty() {
        return ().into_any();
    }
    let lang = (summary.locale != w.locale).then(|| summary.locale.code());
    let counted = summary.counted_minor();
    let reached = goals_reached(summary.goal_minor, summary.model, &campaign.stretch_goals, counted).stretch;
    let line = |(goal, is_reached): (&StretchGoal, bool)| {
        let amount = money(w.locale, summary.money(goal.amount_minor), Precision::Card);
        let amount = if is_reached { format!("{amount} ({})", w.campaign_stretch_reached()) } else { amount };
        view! {
            <li>
                {w.common_labelled(amount)} " "
                <span lang=lang>{goal.label.clone()}</span>
            </li>
        }
    };
    view! {
        <section class="stack prose">
            <h2>{w.campaign_stretch()}</h2>
            <ul>{campaign.stretch_goals.iter().zip(reached).map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn milestones(w: Words, lang: Option<&'static str>, campaign: &CampaignView) -> AnyView {
    if campaign.milestones.is_empty() {
        return ().into_any();
    }
    let today = campaign.now.in_zurich().day;
    let step = |MilestoneView { label, due_on }: &MilestoneView| {
        let due: Option<Day> = due_on.parse().ok();
        TimelineStep {
            title: label.clone(),
            lang: lang.map(str::to_owned),
            when: due.map_or_else(|| due_on.clone(), |due| day(w.locale, due)),
            datetime: due_on.clone(),
            note: None,
            state: match due.map(|due| due.cmp(&today)) {
                Some(Ordering::Less) => TimelineState::Past,
                Some(Ordering::Equal) => TimelineState::Now,
                Some(Ordering::Greater) | None => TimelineState::Next,
            },
        }
    };
    view! {
        <section class="stack">
            <h2>{w.campaign_milestones()}</h2>
            <Timeline steps=campaign.milestones.iter().map(step).collect()/>
        </section>
    }
    .into_any()
}

/// Who is behind it, and where.
fn team(w: Words, summary: &CampaignSummary) -> AnyView {
    let place = (!summary.place.is_empty()).then(|| {
        view! {
            <p>
                {w.common_labelled(w.campaign_where())}
                " "
                {place(w, summary)}
            </p>
        }
    });
    view! {
        <section class="stack" data-gap="8">
            <h2>{w.campaign_team()}</h2>
            <p>
                <strong><bdi>{summary.team_name.clone()}</bdi></strong>
            </p>
            {place}
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
        let card = reward_card(w, lang, reward, &price, campaign.now);
        let can_be_had =
            campaign.is_open() && matches!(card.state, RewardState::Available | RewardState::Few);
        let link = can_be_had.then(|| {
            let (slug, title) = (campaign.summary.slug.clone(), reward.title.clone());
            let title_lang = lang.map(str::to_owned);
            view! { <ChooseReward slug=slug reward=reward.id.to_string() title=title title_lang=title_lang/> }
        });
        view! { <RewardCard view=card>{link}</RewardCard> }
    });
    view! {
        <section class="stack" data-gap="24">
            <h2>{w.campaign_rewards()}</h2>
            <div class="grid">{cards.collect_view()}</div>
        </section>
    }
    .into_any()
}
