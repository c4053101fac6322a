//! Reads a form in the browser before it is sent, by the rules that the server uses: what is wrong is said at once, and
//! nothing is typed twice. The server asks again in any case.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use multitude_domain::pledge::{Offer, PledgeDraft};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
#[cfg(feature = "hydrate")]
use web_sys::FormData;

#[cfg(feature = "hydrate")]
use super::super::form::{form, text};
#[cfg(feature = "hydrate")]
use super::{Step, page_title};
#[cfg(feature = "hydrate")]
use crate::i18n::{Texts, whole_title};
#[cfg(feature = "hydrate")]
use browser::{changed, fill_in, refuse};

/// What a screen shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) view: RwSignal<CheckoutView>,
    /// Whether the browser itself refused what was last typed.
    pub(super) is_refused_here: RwSignal<bool>,
    /// The amount as it stands in its field.
    pub(super) amount: RwSignal<String>,
    /// The amount that was filled in for what was chosen; empty where somebody typed one.
    pub(super) filled: RwSignal<String>,
}

impl Shown {
    /// As the server sent it.
    pub(super) fn new(view: CheckoutView) -> Self {
        Self {
            amount: RwSignal::new(view.draft.amount.clone()),
            filled: RwSignal::new(view.draft.filled.clone()),
            view: RwSignal::new(view),
            is_refused_here: RwSignal::new(false),
        }
    }
}

/// The first screen.
#[cfg(feature = "hydrate")]
pub(super) fn support(event: &SubmitEvent, w: Words, shown: Shown) {
    let Some(data) = form(event) else { return };
    let (draft, offer) = typed(&data, shown);
    if let Err(faults) = draft.wish(&offer) {
        refuse(event, shown, draft, faults);
        document().set_title(&whole_title(&page_title(w, Step::Support, true)));
    }
}

/// The form that changes a pledge.
#[cfg(feature = "hydrate")]
pub(super) fn change(event: &SubmitEvent, w: Words, shown: Shown) {
    let Some(data) = form(event) else { return };
    let (mut draft, offer) = typed(&data, shown);
    draft.show_as = text(&data, "show_as");
    if let Err(faults) = draft.wish(&offer) {
        refuse(event, shown, draft, faults);
        document().set_title(&whole_title(&w.checkout_error_title(w.receipt_change())));
    }
}

/// Something was chosen on the first screen: an amount that nobody typed becomes what that costs.
#[cfg(feature = "hydrate")]
pub(super) fn chosen(event: &Event, shown: Shown) {
    let Some((field, data)) = changed(event) else { return };
    if field == "amount" {
        shown.filled.set(String::new());
        return;
    }
    let (draft, offer) = typed(&data, shown);
    if let Some(amount) = draft.amount_to_fill(&offer) {
        fill_in("field-amount", &amount);
        shown.amount.set(amount.clone());
        shown.filled.set(amount);
    }
}

/// The amount is being typed.
#[cfg(feature = "hydrate")]
pub(super) fn typing(event: &Event, shown: Shown) {
    if let Some((field, data)) = changed(event)
        && field == "amount"
    {
        shown.amount.set(text(&data, "amount"));
    }
}

/// The first screen as it stands.
#[cfg(feature = "hydrate")]
fn typed(data: &FormData, shown: Shown) -> (PledgeDraft, Offer) {
    let (mut draft, offer, add_ons) = shown.view.with_untracked(|view| {
        let add_ons: Vec<String> = view.campaign.add_ons.iter().map(|one| one.id.to_string()).collect();
        (view.draft.clone(), view.campaign.offer(), add_ons)
    });
    draft.reward = text(data, "reward");
    draft.amount = text(data, "amount");
    draft.filled = shown.filled.get_untracked();
    draft.qty = text(data, "qty");
    let add_ons = add_ons.into_iter().map(|id| (id.clone(), text(data, &format!("add_on_{id}"))));
    draft.add_ons = add_ons.filter(|(_, qty)| !matches!(qty.trim(), "" | "0")).collect();
    (draft, offer)
}

/// The second screen.
#[cfg(feature = "hydrate")]
pub(super) fn you(event: &SubmitEvent, w: Words, shown: Shown) {
    let Some(data) = form(event) else { return };
    let (mut draft, offer) = shown.view.with_untracked(|view| (view.draft.clone(), view.campaign.offer()));
    draft.email = text(&data, "email");
    draft.name = text(&data, "name");
    draft.show_as = text(&data, "show_as");
    draft.method = text(&data, "method");
    // Where the first screen is missing the server leads back to it.
    let Ok(wish) = draft.wish(&offer) else { return };
    if let Err(faults) = draft.contact(&offer, &wish) {
        refuse(event, shown, draft, faults);
        document().set_title(&whole_title(&page_title(w, Step::You, true)));
    }
}

/// Nothing is submitted on the server.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn support(_: &SubmitEvent, _: Words, _: Shown) {}

/// Nothing is submitted on the server.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn change(_: &SubmitEvent, _: Words, _: Shown) {}

/// Nothing is chosen on the server.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn chosen(_: &Event, _: Shown) {}

/// Nothing is typed on the server.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn typing(_: &Event, _: Shown) {}

/// Nothing is submitted on the server.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn you(_: &SubmitEvent, _: Words, _: Shown) {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::{Event, SubmitEvent};
    use leptos::prelude::*;
    use multitude_domain::pledge::{PledgeDraft, PledgeFault};
    use wasm_bindgen::JsCast as _;
    use web_sys::{FormData, HtmlInputElement};

    use super::Shown;
    use crate::islands::form::lead_to_summary;

    /// The field that was changed, and what its form holds now.
    pub(super) fn changed(event: &Event) -> Option<(String, FormData)> {
        let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
        Some((field.name(), FormData::new_with_form(&field.form()?).ok()?))
    }

    /// Types a value into a field.
    pub(super) fn fill_in(id: &str, value: &str) {
        let field = document().get_element_by_id(id).and_then(|one| one.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field {
            field.set_value(value);
        }
    }

    /// Keeps the form, shows what is wrong, and leads the reader to it.
    pub(super) fn refuse(event: &SubmitEvent, shown: Shown, draft: PledgeDraft, faults: Vec<PledgeFault>) {
        event.prevent_default();
        shown.is_refused_here.set(true);
        shown.view.update(|view| {
            view.draft = draft;
            view.faults = faults;
            view.refusal = None;
        });
        lead_to_summary();
    }
}
