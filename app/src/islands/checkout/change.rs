//! The form that makes something else of a pledge: the first screen's fields with what is chosen now, and how its backer is
//! shown.

use leptos::prelude::*;
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::date_time;

use super::check::Shown;
use super::{check, parts, support, you};
use crate::components::{Button, ButtonSize, FieldView, RadioGroup};
use crate::i18n::{Texts, words};

/// The form.
#[island]
pub fn ChangeScreen(
    /// What it shows.
    view: CheckoutView,
    /// Where it stands.
    here: String,
    /// The receipt.
    receipt: String,
) -> impl IntoView {
    let w = words();
    let shown = Shown::new(view);
    move || shown.view.with(|view| screen(w, view, shown, (&here, &receipt)))
}

fn screen(w: Words, view: &CheckoutView, shown: Shown, (here, receipt): (&str, &str)) -> AnyView {
    let show_as = FieldView {
        name: "show_as",
        label: w.checkout_show_as().to_owned(),
        value: view.draft.show_as.clone(),
        ..FieldView::default()
    };
    let until = view.campaign.summary.closes_at.map(|end| date_time(w.locale, end));
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                <p class="meta">
                    <a href=receipt.to_owned() rel="external">{w.receipt_change_back()}</a>
                </p>
                <div class="stack">
                    <h1 tabindex="-1">{w.receipt_change()}</h1>
                    {until.map(|until| view! { <p class="lead">{w.receipt_change_lead(until)}</p> })}
                </div>
                {parts::wrong(w, view, shown.is_refused_here.get_untracked(), "#field-reward")}
                <form method="post" action=here.to_owned() novalidate class="stack" data-gap="32" on:input=move |event| check::typing(&event, shown) on:change=move |event| check::chosen(&event, shown) on:submit=move |event| check::change(&event, w, shown)>
                    <input type="hidden" name="stands" value=view.terms.clone()/>
                    {support::fields(w, view, shown)}
                    <RadioGroup view=show_as options=you::show_options(w)/>
                    <div>
                        <Button size=ButtonSize::Large>{w.receipt_change_button()}</Button>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}
