//! Meters, cards and rewards.

use leptos::prelude::*;

use super::State;
use super::samples::{cards, meter, shade_plan};
use crate::kit::{
    ButtonKind, ButtonLink, CampaignCard, CardLayout, KeyFigure, KeyFigures, MeterBar, MeterRing, MeterState,
    RewardCard, RewardCardView, RewardState,
};

#[component]
pub(super) fn MoneySection() -> impl IntoView {
    let bars = [
        ("running", MeterState::Running, [48_000, 30_240, 10_000, 3_360]),
        ("just begun", MeterState::Running, [12_400, 992, 0, 60]),
        ("reached", MeterState::Reached, [18_500, 14_500, 4_000, 0]),
        ("over", MeterState::Over, [22_000, 26_880, 4_000, 3_640]),
        ("collecting", MeterState::Collecting, [18_500, 21_830, 0, 0]),
        ("missed", MeterState::Missed, [54_000, 33_480, 0, 0]),
    ];
    let figures = [
        ("CHF\u{a0}184’205", "secured for open campaigns"),
        ("1’204", "people pledged"),
        ("7", "of 9 campaigns reached their goal"),
        ("0.00", "difference in the ledger"),
    ];
    view! {
        <section class="section">
            <h2>"Money"</h2>
            <div class="stack" data-gap="48">
                <KeyFigures figures=figures
                    .map(|(figure, caption)| KeyFigure { figure: figure.to_owned(), caption: caption.to_owned() })
                    .to_vec()/>
                <div class="split">
                    <div class="stack" data-gap="32">
                        {bars
                            .into_iter()
                            .enumerate()
                            .map(|(nth, (name, state, sums))| {
                                view! {
                                    <State name=name>
                                        <MeterBar view=meter(state, sums) id=format!("kit-bar-{nth}")/>
                                    </State>
                                }
                            })
                            .collect_view()}
                    </div>
                    <div class="stack" data-gap="32">
                        <State name="ring, running">
                            <MeterRing
                                view=meter(MeterState::Running, [48_000, 30_240, 10_000, 3_360])
                                id="kit-ring"
                                percent="83\u{a0}%"
                            />
                        </State>
                        <State name="ring, over">
                            <MeterRing
                                view=meter(MeterState::Over, [22_000, 26_880, 0, 640])
                                id="kit-ring-over"
                                percent="122\u{a0}%"
                            />
                        </State>
                    </div>
                </div>
            </div>
        </section>
    }
}

#[component]
pub(super) fn CardSection() -> impl IntoView {
    let mut cards = cards().into_iter();
    let rows: Vec<_> = cards.by_ref().take(2).collect();
    view! {
        <section class="section">
            <h2>"Campaigns"</h2>
            <div class="stack" data-gap="72">
                <div class="split">
                    <CampaignCard view=shade_plan() layout=CardLayout::Lead/>
                    <div class="stack" data-gap="48">
                        {rows
                            .into_iter()
                            .map(|view| view! { <CampaignCard view=view layout=CardLayout::Row/> })
                            .collect_view()}
                    </div>
                </div>
                <div class="grid">{cards.map(|view| view! { <CampaignCard view=view/> }).collect_view()}</div>
            </div>
        </section>
    }
}

/// The ids of two groups on one page must differ; `group` tells them apart.
fn rewards(group: &str) -> Vec<RewardCardView> {
    [
        (
            "CHF\u{a0}90",
            "Patenschaft",
            "Dein Name auf einem Schild am Baum, ein Jahr lang.",
            None,
            RewardState::Available,
        ),
        (
            "CHF\u{a0}600",
            "Bank im Quartier",
            "Eine Bank, ein Sommer, vor deiner Tür.",
            Some("3 of 8 left"),
            RewardState::Few,
        ),
        (
            "CHF\u{a0}120",
            "Begehung",
            "Zwei Stunden im Moor mit Messgerät.",
            Some("Held by others until 14:35"),
            RewardState::Held,
        ),
        (
            "CHF\u{a0}250",
            "Your part scanned",
            "Bring it, take it home the same day.",
            Some("All 20 taken"),
            RewardState::Gone,
        ),
        ("CHF\u{a0}60", "Repair night", "Soup, tools and somebody who knows.", None, RewardState::Chosen),
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, (price, title, text, limit, state))| RewardCardView {
        id: format!("{group}-{nth}"),
        price: price.to_owned(),
        title: title.to_owned(),
        title_in: None,
        text: text.to_owned(),
        lang: None,
        limit: limit.map(str::to_owned),
        facts: vec!["Delivered June 2027".to_owned(), "Switzerland".to_owned()],
        state,
    })
    .collect()
}

#[component]
pub(super) fn RewardSection() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Rewards"</h2>
            <div class="split">
                <State name="in the checkout">
                    <fieldset>
                        <legend class="visually-hidden">"Reward"</legend>
                        {rewards("form").into_iter().map(|view| view! { <RewardCard view=view field="reward"/> }).collect_view()}
                    </fieldset>
                </State>
                <State name="on the campaign’s page">
                    <div>
                        {rewards("page")
                            .into_iter()
                            .take(2)
                            .map(|view| {
                                view! {
                                    <RewardCard view=view>
                                        <ButtonLink href="#pledge" kind=ButtonKind::Secondary>
                                            "Choose this"
                                        </ButtonLink>
                                    </RewardCard>
                                }
                            })
                            .collect_view()}
                    </div>
                </State>
            </div>
        </section>
    }
}
