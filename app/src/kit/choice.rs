//! Radios and checkboxes: native controls in our colours, bare or as cards.

use leptos::prelude::*;

use super::field::FieldView;

/// One answer of a [`RadioGroup`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// A second line.
    pub hint: Option<String>,
}

/// How choices stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChoiceLayout {
    /// One line each.
    #[default]
    Plain,
    /// A frame each; the chosen one is filled.
    Cards,
}

impl ChoiceLayout {
    fn is_card(self) -> Option<&'static str> {
        (self == Self::Cards).then_some("true")
    }
}

/// One question, one answer; `view.label` is the legend, `view.value` the chosen value.
#[component]
pub fn RadioGroup(
    /// Name, words and the chosen value.
    view: FieldView,
    /// The answers, in order.
    options: Vec<ChoiceOption>,
    /// Plain unless told.
    #[prop(optional)]
    layout: ChoiceLayout,
) -> impl IntoView {
    let (name, group_id, chosen) = (view.name, view.id(), view.value.clone());
    let choice = move |(nth, option): (usize, ChoiceOption)| {
        // The first answer carries the group's id: links of the error summary lead to it.
        let id = if nth == 0 { group_id.clone() } else { format!("{group_id}-{nth}") };
        let hint_id = option.hint.is_some().then(|| format!("{id}-note"));
        view! {
            <div class="choice" data-card=layout.is_card()>
                <input
                    class="choice__control"
                    type="radio"
                    id=id.clone()
                    name=name
                    checked=option.value == chosen
                    value=option.value
                    aria-describedby=hint_id.clone()
                />
                <label for=id>{option.label}</label>
                {option.hint.map(|hint| view! { <p class="choice__hint" id=hint_id>{hint}</p> })}
            </div>
        }
    };
    view! {
        <fieldset class="choice-group" aria-describedby=view.described_by() aria-invalid=view.invalid()>
            <legend>{view.label.clone()}</legend>
            {view.notes()}
            {options.into_iter().enumerate().map(choice).collect_view()}
        </fieldset>
    }
}

/// A yes that may be given; sends `yes` under its name. Never ticked beforehand for consents.
#[component]
pub fn Checkbox(
    /// Name, words; ticked where `view.value` is `yes`.
    view: FieldView,
) -> impl IntoView {
    view! {
        <div class="choice">
            <input
                class="choice__control"
                type="checkbox"
                id=view.id()
                name=view.name
                value="yes"
                checked=view.value == "yes"
                aria-describedby=view.described_by()
                aria-invalid=view.invalid()
            />
            <label for=view.id()>{view.label.clone()}</label>
            <div class="choice__hint">{view.notes()}</div>
        </div>
    }
}
