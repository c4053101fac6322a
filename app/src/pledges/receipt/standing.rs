//! Where a pledge stands, in words.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::pledges::{PaymentMethod, PledgeState};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;
use multitude_words::format::day;

use super::show;
use crate::campaigns::words::charge_days;
use crate::i18n::Texts;
use crate::kit::NoticeKind;

/// What the pledge's state means for its backer: how it sounds, and in a sentence.
pub(super) fn standing(w: Words, one: &ReceiptView) -> (NoticeKind, String) {
    let amount = show(w, one, one.amount_minor);
    let plain = |kind, text: &str| (kind, text.to_owned());
    match one.state {
        PledgeState::AwaitingSetup if one.method == PaymentMethod::Twint => {
            plain(NoticeKind::Warn, w.receipt_text_awaiting_twint())
        }
        PledgeState::Draft | PledgeState::AwaitingSetup => {
            plain(NoticeKind::Warn, w.receipt_text_awaiting_setup())
        }
        PledgeState::AwaitingFunds => {
            let reference = one.bank_reference.as_ref().map(ToString::to_string).unwrap_or_default();
            let until = one.closes_at.map(|end| day(w.locale, end.in_zurich().day)).unwrap_or_default();
            (NoticeKind::Warn, w.receipt_text_awaiting_funds(amount, reference, until))
        }
        PledgeState::NeedsReview => plain(NoticeKind::Warn, w.receipt_text_needs_review()),
        PledgeState::Secured => {
            let (from, until) =
                one.closes_at.map(|end| charge_days(w, end, one.currency)).unwrap_or_default();
            let text = if one.is_flexible {
                w.receipt_text_secured_flexible(amount, from, until)
            } else {
                w.receipt_text_secured(amount, from, until)
            };
            (NoticeKind::Good, text)
        }
        PledgeState::Funded if one.is_flexible => plain(NoticeKind::Good, w.receipt_text_funded_flexible()),
        PledgeState::Funded => plain(NoticeKind::Good, w.receipt_text_funded()),
        PledgeState::Charging => plain(NoticeKind::Info, w.receipt_text_charging()),
        PledgeState::ActionRequired => plain(NoticeKind::Warn, w.receipt_text_action_required()),
        PledgeState::ChargeFailed => plain(NoticeKind::Warn, w.receipt_text_charge_failed()),
        PledgeState::Paid => (NoticeKind::Good, w.receipt_text_paid(amount)),
        PledgeState::Released => plain(NoticeKind::Info, released(w, one)),
        PledgeState::Dropped => plain(NoticeKind::Info, w.receipt_text_dropped()),
        PledgeState::Expired => plain(NoticeKind::Info, w.receipt_text_expired()),
        PledgeState::Cancelled => plain(NoticeKind::Info, w.receipt_text_cancelled()),
        PledgeState::RefundPending | PledgeState::RefundFailed | PledgeState::PartiallyRefunded => {
            plain(NoticeKind::Info, w.receipt_text_refund())
        }
        PledgeState::Refunded | PledgeState::ChargedBack => {
            plain(NoticeKind::Info, w.receipt_text_refunded())
        }
        PledgeState::Disputed => plain(NoticeKind::Warn, w.receipt_text_disputed()),
    }
}

/// Why nobody charged it.
fn released(w: Words, one: &ReceiptView) -> &'static str {
    match one.campaign_state {
        CampaignState::Failed | CampaignState::Releasing | CampaignState::Closed
            if one.decided_at.is_some() =>
        {
            w.receipt_text_released()
        }
        // The goal was reached, and the days in which it could be charged had passed.
        _ if one.decided_at.is_some() => w.receipt_text_released_late(),
        _ => w.receipt_text_released_stopped(),
    }
}

/// The short name of where a pledge stands.
pub(super) fn standing_title(w: Words, one: &ReceiptView) -> &'static str {
    match (one.state, one.method) {
        (PledgeState::AwaitingSetup, PaymentMethod::Twint) => w.receipt_state_awaiting_twint(),
        (state, _) => state_title(w, state),
    }
}

/// The short name of a state.
pub(crate) fn state_title(w: Words, state: PledgeState) -> &'static str {
    match state {
        PledgeState::Draft | PledgeState::AwaitingSetup => w.receipt_state_awaiting_setup(),
        PledgeState::AwaitingFunds => w.receipt_state_awaiting_funds(),
        PledgeState::NeedsReview => w.receipt_state_needs_review(),
        PledgeState::Secured => w.receipt_state_secured(),
        PledgeState::Funded => w.receipt_state_funded(),
        PledgeState::Charging => w.receipt_state_charging(),
        PledgeState::ActionRequired => w.receipt_state_action_required(),
        PledgeState::ChargeFailed => w.receipt_state_charge_failed(),
        PledgeState::Paid => w.receipt_state_paid(),
        PledgeState::Released => w.receipt_state_released(),
        PledgeState::Dropped => w.receipt_state_dropped(),
        PledgeState::Expired => w.receipt_state_expired(),
        PledgeState::Cancelled => w.receipt_state_cancelled(),
        PledgeState::RefundPending | PledgeState::RefundFailed | PledgeState::PartiallyRefunded => {
            w.receipt_state_refund()
        }
        PledgeState::Refunded | PledgeState::ChargedBack => w.receipt_state_refunded(),
        PledgeState::Disputed => w.receipt_state_disputed(),
    }
}
