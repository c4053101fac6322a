//! What a backer may still do with a pledge.

use leptos::prelude::*;
use multitude_domain::campaign::CampaignState;
use multitude_domain::pledge::{PaymentMethod, PledgeState};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;

use super::choice;
use crate::components::{Button, ButtonKind, Checkbox, Disclosure, FieldView, MoneyInput, RadioGroup};
use crate::i18n::Texts;
use crate::islands::checkout::fault_text;
use crate::load::ReceiptPageView;
use crate::pages::checkout::tokens::tokens;

/// The sandbox stands in for the backer's bank, which asks on a page of its own.
pub(super) fn bank_page(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if one.waiting_attempt.is_none() {
        return ().into_any();
    }
    let action = format!("/{}/p/{token}", w.locale);
    view! {
        <section class="stack receipt__bank" aria-labelledby="bank-page">
            <h2 id="bank-page">{w.receipt_bank_page()}</h2>
            <form method="post" action=action class="cluster">
                <Button name="do" value="bank_yes">{w.receipt_bank_yes()}</Button>
                <Button kind=ButtonKind::Secondary name="do" value="bank_no">{w.receipt_bank_no()}</Button>
            </form>
        </section>
    }
    .into_any()
}

/// Another card in the place of the one before: until the deadline, and after a charge that failed.
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
    let action = format!("/{}/p/{token}", w.locale);
    let (lead, kind) = if has_failed {
        (w.receipt_method_lead_failed(), ButtonKind::Primary)
    } else {
        (w.receipt_method_lead(), ButtonKind::Secondary)
    };
    let options = tokens(w, one.method);
    view! {
        <Disclosure summary=summary is_open=has_failed>
            <form method="post" action=action class="stack">
                <p>{lead}</p>
                <RadioGroup view=choice options=options/>
                <div>
                    <Button kind=kind name="do" value="method">
                        {w.receipt_method_button()}
                    </Button>
                </div>
            </form>
        </Disclosure>
    }
    .into_any()
}

fn is_open(one: &ReceiptView) -> bool {
    matches!(one.campaign_state, CampaignState::Live | CampaignState::Suspended)
        && one.closes_at.is_some_and(|end| one.now < end)
}

/// What the backer may still do: change and cancel until the deadline, pledge again afterwards.
pub(super) fn actions(w: Words, page: &ReceiptPageView, token: &str) -> AnyView {
    let one = &page.receipt;
    if !is_open(one) {
        return ().into_any();
    }
    let action = format!("/{}/p/{token}", w.locale);
    let again = format!("/{}/c/{}/pledge", w.locale, one.slug);
    match one.state {
        // While it pauses, who wants to can still leave.
        PledgeState::Secured if one.campaign_state == CampaignState::Suspended => cancel(w, &action),
        PledgeState::Secured => {
            view! { {change(w, page, &action)} {other_method(w, one, token)} {cancel(w, &action)} }.into_any()
        }
        PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => cancel(w, &action),
        PledgeState::Cancelled | PledgeState::Expired => {
            view! { <p><a href=again>{w.receipt_again()}</a></p> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// What else may be mailed; unticked until the backer ticks it.
pub(super) fn consents(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if one.email.is_none() {
        return ().into_any();
    }
    let action = format!("/{}/p/{token}", w.locale);
    let tick = |name, label: &str, is_ticked: bool| FieldView {
        name,
        label: label.to_owned(),
        value: if is_ticked { "yes".to_owned() } else { String::new() },
        ..FieldView::default()
    };
    let updates = tick("updates", w.receipt_consent_updates(), one.consents.updates);
    let news = tick("news", w.receipt_consent_news(), one.consents.news);
    view! {
        <section class="stack" data-gap="8" aria-labelledby="consents">
            <h2 id="consents">{w.receipt_consents()}</h2>
            <p>{w.receipt_consents_lead()}</p>
            <form method="post" action=action class="stack">
                <Checkbox view=updates/>
                <Checkbox view=news/>
                <div>
                    <Button kind=ButtonKind::Secondary name="do" value="consent">{w.receipt_consent_save()}</Button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn change(w: Words, page: &ReceiptPageView, action: &str) -> AnyView {
    let one = &page.receipt;
    let per_major = one.currency.minor_per_major();
    let value = page.typed.clone().unwrap_or_else(|| {
        let (major, rest) = (one.amount_minor / per_major, one.amount_minor % per_major);
        if rest == 0 { major.to_string() } else { format!("{major}.{rest:02}") }
    });
    let field = FieldView {
        name: "amount",
        label: w.checkout_amount(one.currency.code()),
        hint: None,
        error: page.faults.first().map(|fault| fault_text(w, fault, choice(one))),
        value,
    };
    let is_open = !page.faults.is_empty();
    let currency = one.currency.code();
    let action = action.to_owned();
    view! {
        <Disclosure summary=w.receipt_change() is_open=is_open>
            <form method="post" action=action novalidate class="stack">
                <MoneyInput view=field currency=currency/>
                <div>
                    <Button kind=ButtonKind::Secondary name="do" value="amount">{w.receipt_change_button()}</Button>
                </div>
            </form>
        </Disclosure>
    }
    .into_any()
}

fn cancel(w: Words, action: &str) -> AnyView {
    let action = action.to_owned();
    view! {
        <Disclosure summary=w.receipt_cancel()>
            <form method="post" action=action class="stack">
                <p>{w.receipt_cancel_text()}</p>
                <div>
                    <Button kind=ButtonKind::Danger name="do" value="cancel">{w.receipt_cancel_button()}</Button>
                </div>
            </form>
        </Disclosure>
    }
    .into_any()
}
