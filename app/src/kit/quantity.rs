//! How many: digits, with a step up and down where scripts run.

use leptos::prelude::*;

/// What the two steps are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantitySteps {
    less: String,
    more: String,
}

impl QuantitySteps {
    /// "One less: Seed bag", "One more: Seed bag".
    pub const fn of(less: String, more: String) -> Self {
        Self { less, more }
    }
}

/// A number of things. Its buttons are the island's that the form stands in.
#[component]
pub fn Quantity(
    /// The field's id.
    id: String,
    /// Its name in the form.
    #[prop(into)]
    name: String,
    /// What is counted.
    label: AnyView,
    /// What was typed.
    value: String,
    /// The least that makes sense.
    least: u32,
    /// The ids of what describes it.
    described_by: Option<String>,
    /// Whether it is wrong.
    #[prop(optional)]
    is_invalid: bool,
    /// The names of its buttons.
    steps: QuantitySteps,
) -> impl IntoView {
    let QuantitySteps { less, more } = steps;
    view! {
        <div class="quantity">
            <label class="field__label" for=id.clone()>{label}</label>
            <div class="quantity__field">
                <button class="quantity__step" type="button" data-step="-1" aria-label=less>"−"</button>
                <input
                    class="field__control"
                    type="text"
                    inputmode="numeric"
                    id=id
                    name=name
                    value=value
                    data-least=least
                    aria-describedby=described_by
                    aria-invalid=is_invalid.then_some("true")
                />
                <button class="quantity__step" type="button" data-step="1" aria-label=more>"+"</button>
            </div>
        </div>
    }
}
