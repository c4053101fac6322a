//! What happens next and when, as a small timeline.

use leptos::prelude::*;
use multitude_domain::campaigns::{CampaignState, bank_wait_ends};
use multitude_domain::pledges::{PledgeState, charge_window};
use multitude_domain::time::{Day, Timestamp};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;
use multitude_words::format::{date_time, day};

use super::show;
use crate::i18n::Texts;
use crate::kit::{Timeline, TimelineState, TimelineStep};

/// The way of a pledge that may still be paid, from its first day to its charge; nothing where it has ended
/// or is paid.
pub(super) fn next(w: Words, one: &ReceiptView) -> Option<AnyView> {
    let is_undecided =
        matches!(one.campaign_state, CampaignState::Live | CampaignState::Suspended | CampaignState::Closing);
    let closes_at = one.closes_at.filter(|_| is_undecided && one.counts())?;
    let steps = vec![placed(w, one), counted(w, one, closes_at), paid(w, one, closes_at)];
    let view = view! {
        <section class="stack" data-gap="16">
            <h2>{w.next_heading()}</h2>
            <Timeline steps=steps/>
        </section>
    };
    Some(view.into_any())
}

/// A day of the way.
fn step(w: Words, on: Day, title: String, state: TimelineState) -> TimelineStep {
    TimelineStep { title, lang: None, when: day(w.locale, on), datetime: on.to_string(), note: None, state }
}

fn placed(w: Words, one: &ReceiptView) -> TimelineStep {
    let title = w.next_placed(show(w, one, one.amount_minor));
    let placed = step(w, one.created_at.in_zurich().day, title, TimelineState::Past);
    if one.is_email_confirmed || one.email.is_none() {
        return placed;
    }
    let state = if one.is_before_deadline() { TimelineState::Now } else { TimelineState::Past };
    TimelineStep { note: Some(w.next_confirm().to_owned()), state, ..placed }
}

fn counted(w: Words, one: &ReceiptView, closes_at: Timestamp) -> TimelineStep {
    let state = if one.is_before_deadline() { TimelineState::Next } else { TimelineState::Now };
    let counted = step(w, closes_at.in_zurich().day, w.next_counted().to_owned(), state);
    let is_awaited = one.state == PledgeState::AwaitingFunds && one.is_before_deadline();
    let note = is_awaited.then(|| w.next_transfer().to_owned());
    TimelineStep { when: date_time(w.locale, closes_at), datetime: closes_at.to_string(), note, ..counted }
}

/// A charge has its days; a transfer is the team's or comes back once it is decided, which may wait as long
/// as money can be under way.
fn paid(w: Words, one: &ReceiptView, closes_at: Timestamp) -> TimelineStep {
    let is_transfer = one.method.is_transfer();
    let title = match (one.is_flexible, is_transfer) {
        (false, true) => w.next_sent(),
        (false, false) => w.next_charged(),
        (true, true) => w.next_sent_flexible(),
        (true, false) => w.next_charged_flexible(),
    };
    let (from, until) = if is_transfer {
        let decided = bank_wait_ends(closes_at, one.currency);
        (closes_at.in_zurich().day, decided.in_zurich().day)
    } else {
        charge_window(closes_at, one.currency)
    };
    let when = w.next_between(day(w.locale, from), day(w.locale, until));
    TimelineStep { when, ..step(w, from, title.to_owned(), TimelineState::Next) }
}
