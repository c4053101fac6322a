//! A campaign in the words of the reader: its figures and its state.

use core::cmp::Ordering;

use multitude_domain::campaigns::CampaignState;
#[cfg(feature = "ssr")]
use multitude_domain::money::Currency;
#[cfg(feature = "ssr")]
use multitude_domain::name::isolated;
#[cfg(feature = "ssr")]
use multitude_domain::pledges::charge_window;
use multitude_domain::time::Timestamp;
use multitude_domain::view::CampaignSummary;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money, percent, time_of_day};

use crate::i18n::Texts;
#[cfg(feature = "ssr")]
use crate::i18n::own_name;
#[cfg(feature = "ssr")]
use crate::kit::{CampaignCardView, Topic};
use crate::kit::{CardMoney, MeterLegend, MeterPart, MeterState, MeterSums, MeterView, StateTone};

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
        meta: [summary.place.clone(), isolated(&summary.team_name)]
            .into_iter()
            .chain((summary.locale != w.locale).then(|| own_name(summary.locale).to_owned()))
            .collect(),
        tone,
        state: state.to_owned(),
        money: (summary.state != CampaignState::Scheduled).then(|| card_money(w, summary)),
        when: when_on_card(w, summary, now),
        totals: summary.totals().mark(),
        is_moving: matches!(
            summary.state,
            CampaignState::Live | CampaignState::Closing | CampaignState::Collecting
        ),
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
        CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed if summary.is_missed() => {
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

/// The first and the last day on which a pledge may be charged.
#[cfg(feature = "ssr")]
pub(crate) fn charge_days(w: Words, closes_at: Timestamp, currency: Currency) -> (String, String) {
    let (from, until) = charge_window(closes_at, currency);
    (day(w.locale, from), day(w.locale, until))
}
