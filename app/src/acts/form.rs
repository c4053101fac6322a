//! The island that a form stands in. The form itself is the server's, word for word; here it is read before
//! it is sent, sent by its act's function, and told what came of it. Without scripts it is posted as any form
//! is.

use leptos::prelude::*;
use multitude_domain::pledges::{Offer, PledgeDraft};
use multitude_words::Words;
use serde::{Deserialize, Serialize};

use super::said::{field_of, refusal, trouble};
use super::{Act, AppError, Refused, fault_text};
use crate::i18n::{Texts, words};
use crate::kit::{ErrorSummary, FieldProblem, Notice, NoticeKind};

/// What the browser needs beside the form itself to read it as the server does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Given {
    /// Nothing.
    #[default]
    Nothing,
    /// Where a parcel goes.
    Region(String),
    /// What may be chosen.
    Choice(Box<Offer>),
    /// What may be chosen, and what was.
    Contact(Box<(Offer, PledgeDraft)>),
}

/// What stands above a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shown {
    refused: Option<Refused>,
    trouble: Option<AppError>,
    /// Whether it was said in the browser, where the focus is moved by a script.
    is_here: bool,
}

/// A form of one act, with what is to be put right above it.
#[island]
pub fn ActForm(
    /// What it does.
    act: Act,
    /// What is needed to read it.
    given: Given,
    /// What was wrong with it when it was sent.
    refused: Option<Refused>,
    /// The form.
    children: Children,
) -> impl IntoView {
    answering(act, given, refused, children().into_any())
}

/// What [`ActForm`] is made of, for islands that do more.
pub(crate) fn answering(act: Act, given: Given, refused: Option<Refused>, form: AnyView) -> AnyView {
    let shown = RwSignal::new(Shown { refused, ..Shown::default() });
    let given = StoredValue::new(given);
    view! {
        <div
            class="act"
            on:submit=move |event| given.with_value(|given| submit(&event, act, given, shown))
            on:focusout=move |event| given.with_value(|given| left(&event, act, given))
        >
            {move || shown.with(|shown| told(words(), shown))}
            {form}
        </div>
    }
    .into_any()
}

fn told(w: Words, shown: &Shown) -> AnyView {
    let Shown { refused, trouble: broken, is_here } = shown;
    if let Some(error) = broken {
        let (title, more) = trouble(w, error);
        return view! {
            <div class="act__told" tabindex="-1">
                <Notice kind=NoticeKind::Bad title=title>{more.map(|more| view! { <p>{more}</p> })}</Notice>
            </div>
        }
        .into_any();
    }
    let Some(refused) = refused else { return ().into_any() };
    let problems = refused.faults.iter().map(|fault| FieldProblem {
        field_id: format!("field-{}", field_of(fault)),
        text: fault_text(w, &fault.said),
    });
    let notice = refused.refusal.as_ref().map(|said| {
        let said = refusal(w, said);
        let way = said.way.map(|(href, label)| view! { <p><a href=href>{label}</a></p> });
        view! {
            <div class="act__told" tabindex="-1">
                <Notice kind=NoticeKind::Bad title=said.text foreign=said.foreign>{way}</Notice>
            </div>
        }
    });
    view! {
        <ErrorSummary title=w.checkout_problem() problems=problems.collect() is_focused_by_script=*is_here/>
        {notice}
    }
    .into_any()
}

/// Nothing is submitted on the server.
#[cfg(not(feature = "hydrate"))]
const fn submit(_: &leptos::ev::SubmitEvent, _: Act, _: &Given, _: RwSignal<Shown>) {}

/// Nothing is left on the server.
#[cfg(not(feature = "hydrate"))]
const fn left(_: &leptos::ev::FocusEvent, _: Act, _: &Given) {}

#[cfg(feature = "hydrate")]
use browser::{left, submit};

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::{FocusEvent, SubmitEvent};
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

    use super::{Given, Shown};
    use crate::acts::check::check;
    use crate::acts::{Act, Answer, AppError, Kind, Refused, Sent, marks};
    use crate::browser::{here, lead_on};

    /// Another tab made something else of what this page shows.
    const CHANGED: &str = "pledge.changed";

    /// Stops the form, reads it, and sends it by the act's function. The task outlives the island: what was
    /// asked for is not forgotten where the page is left meanwhile.
    pub(super) fn submit(event: &SubmitEvent, act: Act, given: &Given, shown: RwSignal<Shown>) {
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
            return;
        };
        let Some(pairs) = marks::pairs(&form) else { return };
        event.prevent_default();
        if marks::is_busy(&form) {
            return;
        }
        let faults = check(act, &pairs, given);
        if !faults.is_empty() {
            refuse(&form, shown, Refused { faults, ..Refused::of(Kind::Invalid) });
            return;
        }
        marks::set_busy(&form, true);
        let at = form.get_attribute("action").unwrap_or_default();
        wasm_bindgen_futures::spawn_local(async move {
            let answered = act.call(Sent { at: at.clone(), pairs }).await;
            // Whoever is elsewhere by now stays there; a receipt alone is worth going back for.
            if !form.is_connected() && act != Act::Pay {
                return;
            }
            match answered {
                // It stays busy until the page is there that comes next.
                Ok(Answer::LeadOn(path)) => lead_on(&path),
                // The page says what it is.
                Ok(Answer::Refused(Refused { faults, refusal: None, .. })) if faults.is_empty() => {
                    lead_on(&here());
                }
                // What is to be agreed to stands there anew.
                Ok(Answer::Refused(refused)) if refused.says(CHANGED) => lead_on(&format!("{at}?changed")),
                // What is wrong stands in fields of another page, which the server shows.
                Ok(Answer::Refused(refused)) if marks::shows_none(&refused.faults) => post(&form),
                Ok(Answer::Refused(refused)) => refuse(&form, shown, refused),
                // Nobody can read what came back: a page may say it.
                Err(AppError { code, .. }) if code.is_empty() => post(&form),
                Err(error) => {
                    marks::clear(&form);
                    tell(&form, shown, Shown { trouble: Some(error), ..Shown::default() });
                }
            }
        });
    }

    /// Reads a field that is left with something in it. Whoever goes on to a button sends the form, or presses
    /// what a note would move away.
    pub(super) fn left(event: &FocusEvent, act: Act, given: &Given) {
        let next = event.related_target().and_then(|next| next.dyn_into::<HtmlElement>().ok());
        let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let Some(field) = field.filter(|field| !field.value().trim().is_empty()) else { return };
        let (name, form) = (field.name(), field.form());
        let Some(form) = form.filter(|_| field.id() == format!("field-{name}")) else { return };
        if next.is_some_and(|next| next.tag_name() == "BUTTON") {
            return;
        }
        let faults = check(act, &marks::pairs(&form).unwrap_or_default(), given);
        marks::mark_field(&name, &faults);
    }

    /// Sends it by the door without scripts.
    fn post(form: &HtmlFormElement) {
        // Refused only by a form that is gone.
        let _ = form.submit();
    }

    fn refuse(form: &HtmlFormElement, shown: RwSignal<Shown>, refused: Refused) {
        marks::mark(form, &refused.faults);
        marks::set_anew(form, &refused.anew);
        marks::let_go(form, refused.refusal.as_ref());
        tell(form, shown, Shown { refused: Some(refused), ..Shown::default() });
    }

    /// Says it above the form, and leads the reader there; where the island is gone there is nobody to tell.
    fn tell(form: &HtmlFormElement, shown: RwSignal<Shown>, new: Shown) {
        marks::set_busy(form, false);
        if shown.try_set(Shown { is_here: true, ..new }).is_none() {
            marks::entitle_fault();
            marks::lead_to_summary(form.clone());
        }
    }
}
