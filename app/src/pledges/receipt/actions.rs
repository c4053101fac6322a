//! What a backer may still do with a pledge.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::pledges::{PaymentMethod, PledgeState};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;

use crate::acts::{Act, FormOf, posted};
use crate::i18n::Texts;
use crate::kit::{Button, ButtonKind, Checkbox, Disclosure, FieldView, RadioGroup};
use crate::page::Page;
use crate::pledges::checkout::tokens::tokens;

/// The sandbox stands in for the backer's bank, which asks on a page of its own.
pub(super) fn bank_page(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if one.waiting_attempt.is_none() {
        return ().into_any();
    }
    let yes = view! { <Button>{w.receipt_bank_yes()}</Button> };
    let no = view! { <Button kind=ButtonKind::Secondary>{w.receipt_bank_no()}</Button> };
    view! {
        <section class="stack receipt__bank" aria-labelledby="bank-page">
            <h2 id="bank-page">{w.receipt_bank_page()}</h2>
            <div class="cluster">
                {posted(FormOf::button(w, Act::BankYes, &[token]), yes.into_any())}
                {posted(FormOf::button(w, Act::BankNo, &[token]), no.into_any())}
            </div>
        </section>
    }
    .into_any()
}

/// Another card in the place of the one before: until the deadline, and where its charge failed or waits for
/// its bank.
pub(super) fn other_method(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    let has_failed = one.state == PledgeState::ChargeFailed;
    let summary = match one.method {
        PaymentMethod::Card => w.receipt_method_card(),
        PaymentMethod::Twint => w.receipt_method_twint(),
        PaymentMethod::Bank => return ().into_any(),
    };
    let choice = FieldView {
        name: "token",
        label: w.checkout_sandbox().to_owned(),
        value: "ok".to_owned(),
        ..FieldView::default()
    };
    let (lead, kind) = if has_failed {
        (w.receipt_method_lead_failed(), ButtonKind::Primary)
    } else if one.state == PledgeState::ActionRequired {
        // Confirming comes first.
        (w.receipt_method_lead_waiting(), ButtonKind::Secondary)
    } else {
        (w.receipt_method_lead(), ButtonKind::Secondary)
    };
    let options = tokens(w, one.method);
    let fields = view! {
        <p>{lead}</p>
        <RadioGroup view=choice options=options/>
        <div>
            <Button kind=kind>{w.receipt_method_button()}</Button>
        </div>
    };
    let form = posted(FormOf::new(w, Act::ReplaceMethod, &[token], None), fields.into_any());
    view! {
        <Disclosure summary=summary is_open=has_failed>
            {form}
        </Disclosure>
    }
    .into_any()
}

/// What the backer may still do: change and cancel until the deadline, pledge again afterwards.
pub(super) fn actions(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if !one.is_before_deadline() {
        return ().into_any();
    }
    let again = Page::Support { slug: &one.slug }.path(w.locale);
    if matches!(one.state, PledgeState::Cancelled | PledgeState::Expired) {
        view! { <p><a href=again>{w.receipt_again()}</a></p> }.into_any()
    } else if one.state.can_be_cancelled() {
        manage(w, one, token)
    } else {
        ().into_any()
    }
}

/// The ways to change and to cancel. While the campaign pauses, who wants to can still leave.
fn manage(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    let is_running = one.campaign_state == CampaignState::Live;
    let is_secured = one.state == PledgeState::Secured;
    view! {
        <section class="stack" aria-labelledby="manage">
            <h2 id="manage">{w.receipt_manage()}</h2>
            {is_running.then(|| way(w, one, token))}
            <div>
                {(is_running && is_secured).then(|| other_method(w, one, token))}
                {cancel(w, one, token)}
            </div>
        </section>
    }
    .into_any()
}

/// What else may be mailed; unticked until the backer ticks it.
pub(super) fn consents(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if one.email.is_none() {
        return ().into_any();
    }
    let tick = |name, label: &str, is_ticked: bool| FieldView {
        name,
        label: label.to_owned(),
        value: if is_ticked { "yes".to_owned() } else { String::new() },
        ..FieldView::default()
    };
    let updates = tick("updates", w.receipt_consent_updates(), one.consents.updates);
    let news = tick("news", w.receipt_consent_news(), one.consents.news);
    let fields = view! {
        <Checkbox view=updates/>
        <Checkbox view=news/>
        <div>
            <Button kind=ButtonKind::Secondary>{w.receipt_consent_save()}</Button>
        </div>
    };
    view! {
        <section class="stack" data-gap="8" aria-labelledby="consents">
            <h2 id="consents">{w.receipt_consents()}</h2>
            <p>{w.receipt_consents_lead()}</p>
            {posted(FormOf::new(w, Act::NoteConsents, &[token], None), fields.into_any())}
        </section>
    }
    .into_any()
}

fn cancel(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    let text = if one.state.has_arrived() { w.receipt_cancel_text_funded() } else { w.receipt_cancel_text() };
    let fields = view! {
        <p>{text}</p>
        <div>
            <Button kind=ButtonKind::Danger>{w.receipt_cancel_button()}</Button>
        </div>
    };
    let form = posted(FormOf::new(w, Act::CancelPledge, &[token], None), fields.into_any());
    view! {
        <Disclosure summary=w.receipt_cancel()>
            {form}
        </Disclosure>
    }
    .into_any()
}

/// The way to change it.
fn way(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    let label = if one.state == PledgeState::Secured { w.receipt_change() } else { w.receipt_change_shown() };
    let href = Page::Change { token }.path(w.locale);
    view! {
        <p>
            <a class="button" data-kind="secondary" href=href>{label}</a>
        </p>
    }
    .into_any()
}
