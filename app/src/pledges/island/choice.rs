//! The form of what is chosen: an amount that nobody typed becomes what the choice costs, and a line says
//! what is paid in all.

use leptos::prelude::*;
use multitude_domain::money::{Currency, Money, parse_amount};
use multitude_domain::name::isolated;
use multitude_domain::pledges::Offer;
use multitude_domain::view::MatchOffer;
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
    /// The pool that adds to it, where there is one.
    matching: Option<Box<MatchOffer>>,
    /// What was wrong with it when it was sent.
    refused: Option<Refused>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let form = answering(act, Given::Choice(offer.clone()), refused, children().into_any());
    let known = StoredValue::new(Known { offer, matching });
    view! {
        <div
            class="act"
            on:input=move |event| typing(&event, known)
            on:change=move |event| chosen(&event, known)
            on:click=move |event| step(&event)
        >
            {form}
        </div>
    }
}

/// What is paid in all, and what a pool makes of it, as far as the amount is understood.
pub(crate) fn pays(w: Words, currency: Currency, matching: Option<&MatchOffer>, typed: &str) -> String {
    let Ok(amount) = parse_amount(typed, currency) else {
        return w.checkout_pays_nothing_more().to_owned();
    };
    let pays = w.checkout_pays(money(w.locale, amount, Precision::Exact));
    match matching.and_then(|matching| becomes(w, matching, amount)) {
        Some(becomes) => format!("{pays} {becomes}"),
        None => pays,
    }
}

fn becomes(w: Words, matching: &MatchOffer, amount: Money) -> Option<String> {
    let added = matching.adds(amount.minor()).0;
    let show = |minor| money(w.locale, Money::new(minor, amount.currency()), Precision::Exact);
    let total = amount.minor().saturating_add(added);
    (added > 0).then(|| w.pools_become(isolated(&matching.giver), show(added), show(total)))
}

/// What the form is read by.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing is typed on the server"))]
struct Known {
    offer: Box<Offer>,
    matching: Option<Box<MatchOffer>>,
}

/// Nothing is typed on the server.
#[cfg(not(feature = "hydrate"))]
const fn typing(_: &leptos::ev::Event, _: StoredValue<Known>) {}

/// Nothing is chosen on the server.
#[cfg(not(feature = "hydrate"))]
const fn chosen(_: &leptos::ev::Event, _: StoredValue<Known>) {}

/// Nothing is pressed on the server.
#[cfg(not(feature = "hydrate"))]
const fn step(_: &leptos::ev::MouseEvent) {}

#[cfg(feature = "hydrate")]
use browser::{chosen, step, typing};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::{Event, MouseEvent};
    use leptos::prelude::*;
    use multitude_domain::money::parse_amount;
    use multitude_domain::pledges::{PledgeDraft, QTY_MAX};
    use multitude_words::format::{Precision, money};
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, EventInit, HtmlFormElement, HtmlInputElement};

    use super::Known;
    use crate::acts::form_pairs;
    use crate::i18n::{Texts as _, words};

    /// The field that was changed, and its form.
    fn changed(event: &Event) -> Option<(HtmlInputElement, HtmlFormElement)> {
        let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
        let form = field.form()?;
        Some((field, form))
    }

    fn field(form: &HtmlFormElement, name: &str) -> Option<HtmlInputElement> {
        form.elements().get_with_name(name)?.dyn_into().ok()
    }

    fn say(form: &HtmlFormElement, known: &Known, amount: &str) {
        if let Ok(Some(line)) = form.query_selector(".checkout__pays") {
            let pays = super::pays(words(), known.offer.currency, known.matching.as_deref(), amount);
            line.set_text_content(Some(&pays));
        }
        let total = parse_amount(amount, known.offer.currency)
            .map(|amount| money(words().locale, amount, Precision::Exact));
        show("[data-total]", total.as_deref().unwrap_or(NOTHING));
    }

    /// Stands for what is not known yet.
    const NOTHING: &str = "–";

    /// Says something in the summary beside the form.
    fn show(places: &str, text: &str) {
        let Ok(found) = document().query_selector_all(places) else { return };
        for nth in 0..found.length() {
            if let Some(place) = found.get(nth) {
                place.set_text_content(Some(text));
            }
        }
    }

    /// The title of the reward that is chosen stands beside the form too.
    fn show_chosen(form: &HtmlFormElement) {
        let title = form.query_selector(".reward-card:has(:checked) .reward-card__title").ok().flatten();
        let title = title.and_then(|title| title.text_content()).unwrap_or_else(|| NOTHING.to_owned());
        let qty = field(form, "qty").and_then(|qty| qty.value().trim().parse::<i64>().ok()).unwrap_or(1);
        let is_reward =
            matches!(form.query_selector("input[name=reward]:checked:not([value=''])"), Ok(Some(_)));
        let text = if is_reward && qty > 1 {
            words().receipt_times(title.trim(), qty)
        } else {
            title.trim().to_owned()
        };
        show("[data-chosen]", &text);
    }

    /// One more, or one less.
    pub(super) fn step(event: &MouseEvent) {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = pressed.and_then(|one| one.closest("[data-step]").ok().flatten()) else { return };
        let by = button.get_attribute("data-step").and_then(|by| by.parse::<i64>().ok()).unwrap_or(0);
        let field = button.parent_element().and_then(|around| around.query_selector("input").ok().flatten());
        let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else { return };
        let least: i64 = field.get_attribute("data-least").and_then(|least| least.parse().ok()).unwrap_or(0);
        let typed: i64 = field.value().trim().parse().unwrap_or(least);
        field.set_value(&typed.saturating_add(by).clamp(least, QTY_MAX.into()).to_string());
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        if let Ok(change) = Event::new_with_event_init_dict("change", &bubbles) {
            // Refused only by an event that is under way already.
            let _ = field.dispatch_event(&change);
        }
    }

    /// The amount is being typed.
    pub(super) fn typing(event: &Event, known: StoredValue<Known>) {
        if let Some((field, form)) = changed(event)
            && field.name() == "amount"
        {
            known.with_value(|known| say(&form, known, &field.value()));
        }
    }

    /// Something was chosen: an amount that nobody typed becomes what that costs.
    pub(super) fn chosen(event: &Event, known: StoredValue<Known>) {
        let Some((changed, form)) = changed(event) else { return };
        let Some(filled) = field(&form, "filled") else { return };
        if changed.name() == "amount" {
            filled.set_value("");
            return;
        }
        show_chosen(&form);
        let mut draft = PledgeDraft::default();
        draft.take(form_pairs(&form).unwrap_or_default());
        known.with_value(|known| {
            if let Some(amount) = draft.amount_to_fill(&known.offer) {
                if let Some(field) = field(&form, "amount") {
                    field.set_value(&amount);
                }
                say(&form, known, &amount);
                filled.set_value(&amount);
            }
        });
    }
}
