//! The third screen: what is allowed, and the button.

use leptos::prelude::*;
use multitude_domain::campaigns::FundingModel;
use multitude_domain::pledges::{PaymentMethod, PledgeWish};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;

use super::Step;
use super::parts::{show, with_summary};
use super::tokens::tokens;
use crate::acts::{Act, FormOf, Reply, posted};
use crate::campaigns::words::charge_days;
use crate::i18n::Texts;
use crate::kit::addresses::asked;
use crate::kit::{Button, ButtonSize, FieldView, Notice, NoticeKind, RadioGroup};

/// What the last button allows.
pub(in crate::pledges) fn consent(w: Words, view: &CheckoutView, amount: &str) -> String {
    let summary = &view.campaign.summary;
    let window = summary.closes_at.map(|end| charge_days(w, end, summary.currency));
    let is_flexible = summary.model == FundingModel::Flexible;
    match (view.draft.payment_method(), window, is_flexible) {
        (PaymentMethod::Bank, _, true) | (_, None, true) => w.checkout_consent_bank_flexible(amount),
        (PaymentMethod::Bank, _, false) | (_, None, false) => w.checkout_consent_bank(amount),
        (PaymentMethod::Card | PaymentMethod::Twint, Some((from, until)), true) => {
            w.checkout_consent_flexible(amount, from, until)
        }
        (PaymentMethod::Card | PaymentMethod::Twint, Some((from, until)), false) => {
            w.checkout_consent(amount, from, until)
        }
    }
}

pub(super) fn screen(w: Words, view: &CheckoutView, wish: &PledgeWish, reply: Option<&Reply>) -> AnyView {
    let amount = show(w, wish.amount);
    let slug = view.campaign.summary.slug.as_str();
    let form = FormOf { gap: Some("32"), ..FormOf::new(w, Act::Pay, &[slug], reply) };
    let token = FieldView {
        name: "token",
        label: w.checkout_sandbox().to_owned(),
        value: "ok".to_owned(),
        ..FieldView::default()
    };
    let fields = view! {
        <input type="hidden" name="terms" value=view.terms.clone()/>
        <RadioGroup view=token options=tokens(w, view.draft.payment_method())/>
        <p class="checkout__consent">{consent(w, view, &amount)}</p>
        <div>
            <Button size=ButtonSize::Large>{w.checkout_pledge(amount)}</Button>
        </div>
    };
    let changed = asked("changed").filter(|_| reply.is_none());
    let asks = view! {
        {changed.map(|_| view! { <Notice kind=NoticeKind::Bad title=w.checkout_changed()/> })}
        {posted(form, fields.into_any())}
    };
    with_summary(w, Step::Pay, view, Some(wish), asks.into_any())
}
