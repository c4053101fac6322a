//! The form of what is chosen: an amount that nobody typed becomes what the choice costs, and a line says
//! what is paid in all.

use leptos::prelude::*;
use multitude_domain::money::{Currency, parse_amount};
use multitude_domain::pledges::Offer;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use crate::acts::{Act, Given, Refused, answering};
use crate::i18n::Texts;

/// The form of what is chosen.
#[island]
pub fn ChoiceForm(
    /// What it does.
    act: Act,
    /// What may be chosen.
    offer: Box<Offer>,
    /// What was wrong with it when it was sent.
    refused: Option<Refused>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let form = answering(act, Given::Choice(offer.clone()), refused, children().into_any());
    let known = StoredValue::new(offer);
    view! {
        <div class="act" on:input=move |event| typing(&event, known) on:change=move |event| chosen(&event, known)>
            {form}
        </div>
    }
}

/// What is paid in all, as far as the amount is understood.
pub(crate) fn pays(w: Words, currency: Currency, typed: &str) -> String {
    match parse_amount(typed, currency) {
        Ok(amount) => w.checkout_pays(money(w.locale, amount, Precision::Exact)),
        Err(_) => w.checkout_pays_nothing_more().to_owned(),
    }
}

/// Nothing is typed on the server.
#[cfg(not(feature = "hydrate"))]
const fn typing(_: &leptos::ev::Event, _: StoredValue<Box<Offer>>) {}

/// Nothing is chosen on the server.
#[cfg(not(feature = "hydrate"))]
const fn chosen(_: &leptos::ev::Event, _: StoredValue<Box<Offer>>) {}

#[cfg(feature = "hydrate")]
use browser::{chosen, typing};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::Event;
    use leptos::prelude::*;
    use multitude_domain::pledges::{Offer, PledgeDraft};
    use wasm_bindgen::JsCast as _;
    use web_sys::{HtmlFormElement, HtmlInputElement};

    use crate::acts::form_pairs;
    use crate::i18n::words;

    /// The field that was changed, and its form.
    fn changed(event: &Event) -> Option<(HtmlInputElement, HtmlFormElement)> {
        let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
        let form = field.form()?;
        Some((field, form))
    }

    fn field(form: &HtmlFormElement, name: &str) -> Option<HtmlInputElement> {
        form.elements().get_with_name(name)?.dyn_into().ok()
    }

    fn say(form: &HtmlFormElement, offer: &Offer, amount: &str) {
        if let Ok(Some(line)) = form.query_selector(".checkout__pays") {
            line.set_text_content(Some(&super::pays(words(), offer.currency, amount)));
        }
    }

    /// The amount is being typed.
    pub(super) fn typing(event: &Event, offer: StoredValue<Box<Offer>>) {
        if let Some((field, form)) = changed(event)
            && field.name() == "amount"
        {
            offer.with_value(|offer| say(&form, offer, &field.value()));
        }
    }

    /// Something was chosen: an amount that nobody typed becomes what that costs.
    pub(super) fn chosen(event: &Event, offer: StoredValue<Box<Offer>>) {
        let Some((changed, form)) = changed(event) else { return };
        let Some(filled) = field(&form, "filled") else { return };
        if changed.name() == "amount" {
            filled.set_value("");
            return;
        }
        let mut draft = PledgeDraft::default();
        draft.take(form_pairs(&form).unwrap_or_default());
        offer.with_value(|offer| {
            if let Some(amount) = draft.amount_to_fill(offer) {
                if let Some(field) = field(&form, "amount") {
                    field.set_value(&amount);
                }
                say(&form, offer, &amount);
                filled.set_value(&amount);
            }
        });
    }
}
