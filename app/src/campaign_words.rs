//! A campaign in the words of the reader: its figures, its state, its rewards.

use core::cmp::Ordering;

use multitude_domain::campaign::CampaignState;
#[cfg(feature = "ssr")]
use multitude_domain::money::Currency;
#[cfg(feature = "ssr")]
use multitude_domain::name::isolated;
#[cfg(feature = "ssr")]
use multitude_domain::pledge::charge_window;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{CampaignSummary, RewardView};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money, month_year, percent, time_of_day};

#[cfg(feature = "ssr")]
use crate::components::{CampaignCardView, Topic};
use crate::components::{
    CardMoney, MeterLegend, MeterPart, MeterState, MeterSums, MeterView, RewardCardView, RewardState,
    StateTone,
};
use crate::i18n::Texts;

/// From so few on, a reward is said to run out.
const FEW: i64 = 3;

/// What a card shows of a campaign at an instant.
#[cfg(feature = "ssr")]
pub(crate) fn tile(w: Words, summary: &CampaignSummary, now: Timestamp) -> CampaignCardView {
    let (tone, state) = state_label(w, summary);
    CampaignCardView {
        href: format!("/{}/c/{}", w.locale, summary.slug),
        slug: summary.slug.clone(),
        title: summary.title.clone(),
        blurb: summary.one_liner.clone(),
        lang: (summary.locale != w.locale).then(|| summary.locale.code().to_owned()),
        topic: Topic::from_slug(&summary.topic),
        photo: None,
        meta: vec![summary.place.clone(), isolated(&summary.team_name)],
        tone,
        state: state.to_owned(),
        money: (summary.state != CampaignState::Scheduled).then(|| card_money(w, summary)),
        when: when_on_card(w, summary, now),
    }
}

pub(crate) fn card_money(w: Words, summary: &CampaignSummary) -> CardMoney {
    let show = |minor| money(w.locale, summary.money(minor), Precision::Card);
    let counted = show(summary.counted_minor());
    let goal = show(summary.goal_minor);
    let legend = [
        (MeterPart::Secured, w.campaign_secured(), summary.secured_minor),
        (MeterPart::Matched, w.campaign_matched(), summary.counted_match_minor()),
        (MeterPart::Pledged, w.campaign_pledged(), summary.pledged_minor),
    ];
    CardMoney {
        percent: percent(w.locale, summary.reached_percent().saturating_mul(100)),
        sum: w.campaign_amount_of(&counted, &goal),
        meter: MeterView {
            sums: MeterSums {
                goal_minor: summary.goal_minor,
                secured_minor: summary.secured_minor,
                matched_minor: summary.counted_match_minor(),
                pledged_minor: summary.pledged_minor,
            },
            state: meter_state(summary),
            sentence: w.campaign_meter(
                &counted,
                &goal,
                show(summary.secured_minor),
                show(summary.counted_match_minor()),
                show(summary.pledged_minor),
            ),
            // While it moves, what is nothing yet has its line too: nothing jumps when it comes.
            legend: legend
                .into_iter()
                .filter(|(_, _, minor)| *minor > 0 || summary.state == CampaignState::Live)
                .map(|(part, label, minor)| MeterLegend {
                    part,
                    label: label.to_owned(),
                    amount: show(minor),
                })
                .collect(),
        },
    }
}

fn meter_state(summary: &CampaignSummary) -> MeterState {
    let counted = summary.counted_minor();
    match summary.state {
        CampaignState::Collecting | CampaignState::Settled => MeterState::Collecting,
        CampaignState::Failed
        | CampaignState::Releasing
        | CampaignState::Closed
        | CampaignState::Cancelled => MeterState::Missed,
        CampaignState::Draft
        | CampaignState::InReview
        | CampaignState::ChangesRequested
        | CampaignState::Declined
        | CampaignState::Scheduled
        | CampaignState::Live
        | CampaignState::Suspended
        | CampaignState::Closing
        | CampaignState::Fulfilling
        | CampaignState::Completed => match counted.cmp(&summary.goal_minor) {
            Ordering::Greater => MeterState::Over,
            Ordering::Equal => MeterState::Reached,
            Ordering::Less => MeterState::Running,
        },
    }
}

pub(crate) fn state_label(w: Words, summary: &CampaignSummary) -> (StateTone, &'static str) {
    match summary.state {
        CampaignState::Live if summary.counted_minor() >= summary.goal_minor => {
            (StateTone::Good, w.campaign_state_reached())
        }
        CampaignState::Live => (StateTone::Live, w.campaign_state_live()),
        CampaignState::Draft => (StateTone::Quiet, w.campaign_state_draft()),
        CampaignState::InReview => (StateTone::Quiet, w.campaign_state_in_review()),
        CampaignState::ChangesRequested => (StateTone::Warn, w.campaign_state_changes()),
        CampaignState::Declined => (StateTone::Quiet, w.campaign_state_declined()),
        CampaignState::Scheduled => (StateTone::Quiet, w.campaign_state_scheduled()),
        CampaignState::Suspended => (StateTone::Warn, w.campaign_state_suspended()),
        CampaignState::Closing => (StateTone::Warn, w.campaign_state_closing()),
        CampaignState::Collecting => (StateTone::Good, w.campaign_state_collecting()),
        // A team that stayed silent about what it lacks: nothing is left to deliver with.
        CampaignState::Settled if summary.collected_minor == 0 => {
            (StateTone::Quiet, w.campaign_state_refunded())
        }
        CampaignState::Settled | CampaignState::Fulfilling => {
            (StateTone::Good, w.campaign_state_fulfilling())
        }
        CampaignState::Completed => (StateTone::Good, w.campaign_state_completed()),
        CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed if summary.is_decided => {
            (StateTone::Quiet, w.campaign_state_missed())
        }
        CampaignState::Cancelled
        | CampaignState::Failed
        | CampaignState::Releasing
        | CampaignState::Closed => (StateTone::Quiet, w.campaign_state_cancelled()),
    }
}

/// As [`when`], with the day beside the days that are left: a card has no other line that says it.
#[cfg(feature = "ssr")]
fn when_on_card(w: Words, summary: &CampaignSummary, now: Timestamp) -> String {
    match (summary.closes_at, summary.days_left(now).map(u64::try_from)) {
        (Some(closes_at), Some(Ok(days @ 1..))) if summary.state == CampaignState::Live => {
            w.campaign_days_left_until(days, day(w.locale, closes_at.in_zurich().day))
        }
        _ => when(w, summary, now),
    }
}

pub(crate) fn when(w: Words, summary: &CampaignSummary, now: Timestamp) -> String {
    let on = |at: Timestamp| day(w.locale, at.in_zurich().day);
    match (summary.state, summary.opens_at, summary.closes_at) {
        (CampaignState::Scheduled, Some(opens_at), _) => w.campaign_starts_on(on(opens_at)),
        (CampaignState::Live, _, Some(closes_at)) => match summary.days_left(now).map(u64::try_from) {
            Some(Ok(0)) => w.campaign_last_day(time_of_day(w.locale, closes_at)),
            Some(Ok(days)) => w.campaign_days_left(days),
            Some(Err(_)) | None => w.campaign_ended_on(on(closes_at)),
        },
        (CampaignState::Suspended, _, Some(closes_at)) if closes_at > now => {
            w.campaign_closes(date_time(w.locale, closes_at))
        }
        (_, _, Some(closes_at)) if closes_at <= now => w.campaign_ended_on(on(closes_at)),
        // Cancelled before its deadline.
        (_, _, Some(_) | None) => String::new(),
    }
}

/// Where a reward is sent, by name where it has one of ours.
pub(crate) fn region_name(w: Words, region: &str) -> String {
    match region {
        "CH" => w.campaign_region_ch().to_owned(),
        "EU" => w.campaign_region_eu().to_owned(),
        other => other.to_owned(),
    }
}

/// The first and the last day on which a pledge may be charged.
#[cfg(feature = "ssr")]
pub(crate) fn charge_days(w: Words, closes_at: Timestamp, currency: Currency) -> (String, String) {
    let (from, until) = charge_window(closes_at, currency);
    (day(w.locale, from), day(w.locale, until))
}

/// Whether a reward can be had at an instant; an early price that has ended is gone.
pub(crate) fn reward_state(reward: &RewardView, now: Timestamp) -> RewardState {
    match reward.left {
        _ if reward.early_until.is_some_and(|end| now >= end) => RewardState::Gone,
        Some(0) if reward.held == 0 => RewardState::Gone,
        Some(0) => RewardState::Held,
        Some(1..=FEW) => RewardState::Few,
        Some(_) | None => RewardState::Available,
    }
}

/// What is said of a reward's limits: how many are left, or why there is none.
fn limit(w: Words, reward: &RewardView, state: RewardState) -> Option<String> {
    match (state, reward.early_until, reward.stock, reward.left) {
        (RewardState::Gone, _, Some(stock), Some(0)) => {
            Some(w.campaign_gone(u64::try_from(stock).unwrap_or_default()))
        }
        (RewardState::Gone, Some(end), _, _) => {
            Some(w.campaign_reward_ended(day(w.locale, end.in_zurich().day)))
        }
        (RewardState::Held, ..) => Some(w.campaign_held().to_owned()),
        (_, _, Some(stock), Some(left)) => Some(w.campaign_left_of(left, stock)),
        _ => None,
    }
}

/// A reward as its card shows it at an instant.
pub(crate) fn reward_card(
    w: Words,
    lang: Option<&str>,
    reward: &RewardView,
    price: &str,
    now: Timestamp,
) -> RewardCardView {
    let state = reward_state(reward, now);
    let early = reward
        .early_until
        .filter(|_| state != RewardState::Gone)
        .map(|end| w.campaign_early_until(day(w.locale, end.in_zurich().day)));
    let delivery = reward.delivery_month.as_deref().and_then(|month| {
        let (year, month) = month.split_once('-')?;
        Some(w.campaign_delivery(month_year(w.locale, year.parse().ok()?, month.parse().ok()?)))
    });
    let regions: Vec<String> = reward.regions.iter().map(|region| region_name(w, &region.region)).collect();
    let ships_to = (!regions.is_empty()).then(|| w.campaign_ships_to(regions.join(", ")));
    RewardCardView {
        id: reward.id.to_string(),
        price: w.campaign_from_price(price),
        title: reward.title.clone(),
        title_in: None,
        text: reward.description.clone(),
        lang: lang.map(str::to_owned),
        limit: limit(w, reward, state),
        facts: early.into_iter().chain(delivery).chain(ships_to).collect(),
        state,
    }
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests {
    use multitude_domain::locale::Locale;
    use multitude_domain::time::Day;

    use super::*;
    use crate::i18n::words_of;

    fn reward(stock: Option<i64>, left: Option<i64>, held: i64, early_until: Option<Day>) -> RewardView {
        RewardView {
            id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            title: "Bench".to_owned(),
            description: String::new(),
            price_minor: 6_000,
            stock,
            left,
            held,
            early_until: early_until.map(Day::end_in_zurich),
            delivery_month: None,
            is_shipped: false,
            regions: Vec::new(),
        }
    }

    fn shown(reward: &RewardView) -> (RewardState, Option<String>, Vec<String>) {
        let now = Day::new(2027, 3, 9).unwrap().at_in_zurich(9, 0, 0);
        let card = reward_card(words_of(Locale::En), None, reward, "CHF 60", now);
        (card.state, card.limit, card.facts)
    }

    #[test]
    fn early_price_says_until_when_and_is_gone_afterwards() {
        let day = |day| Day::new(2027, 3, day).ok();
        let running = shown(&reward(None, None, 0, day(9)));
        assert_eq!(running, (RewardState::Available, None, vec!["Until 9 March 2027".to_owned()]));
        let ended = shown(&reward(Some(8), Some(8), 0, day(8)));
        assert_eq!(ended, (RewardState::Gone, Some("Ended 8 March 2027".to_owned()), Vec::new()));
    }

    #[test]
    fn held_is_not_gone_and_one_is_not_many() {
        let (state, limit, _) = shown(&reward(Some(8), Some(0), 2, None));
        assert_eq!(
            (state, limit.as_deref()),
            (RewardState::Held, Some("All taken or held just now. One may come free within 15 minutes."))
        );
        assert_eq!(shown(&reward(Some(8), Some(0), 0, None)).1.as_deref(), Some("All 8 taken"));
        assert_eq!(shown(&reward(Some(1), Some(0), 0, None)).1.as_deref(), Some("Taken"));
    }

    #[test]
    fn regions_are_called_by_name() {
        assert_eq!(region_name(words_of(Locale::Fr), "EU"), "Pays de l’UE");
        assert_eq!(region_name(words_of(Locale::It), "CH"), "Svizzera");
        assert_eq!(region_name(words_of(Locale::De), "Worldwide"), "Worldwide");
    }
}
