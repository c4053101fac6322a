//! Labelled fields. Hint and error are tied to the control; the error repeats the summary word for word.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// What every field shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldView {
    /// The form name; the control's id is `field-{name}`.
    pub name: &'static str,
    /// The visible label.
    pub label: String,
    /// Help before an error can happen.
    pub hint: Option<String>,
    /// What to do about what was sent.
    pub error: Option<String>,
    /// What is in it now.
    pub value: String,
}

impl FieldView {
    /// The control's id, for labels and for links of the error summary.
    pub fn id(&self) -> String {
        format!("field-{}", self.name)
    }

    fn hint_id(&self) -> String {
        format!("field-{}-hint", self.name)
    }

    fn error_id(&self) -> String {
        format!("field-{}-error", self.name)
    }

    /// Ids of what describes the control: hint, then error.
    pub(crate) fn described_by(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| self.hint_id());
        let error = self.error.is_some().then(|| self.error_id());
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    /// Hint and error as they stand between label and control.
    pub(crate) fn notes(&self) -> impl IntoView + use<> {
        let hint = self.hint.clone().map(|hint| (self.hint_id(), hint));
        let error = self.error.clone().map(|error| (self.error_id(), error));
        view! {
            {hint.map(|(id, hint)| view! { <p class="field__hint" id=id>{hint}</p> })}
            {error
                .map(|(id, error)| {
                    view! {
                        <p class="field__error" id=id>
                            <Icon name=IconName::Warning/>
                            <span>{error}</span>
                        </p>
                    }
                })}
        }
    }
}

/// What a text field takes, and so which keyboard opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// Any one line.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A code of digits; may be pasted.
    Digits,
}

impl FieldKind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::Text | Self::Digits => "text",
            Self::Email => "email",
        }
    }

    const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Email => None,
            Self::Digits => Some("numeric"),
        }
    }
}

/// Whether a field can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldAccess {
    /// Yes.
    #[default]
    Editable,
    /// It shows its value and is sent with the form.
    ReadOnly,
}

/// A field of one line.
#[component]
pub fn TextField(
    /// Name, words and value.
    view: FieldView,
    /// Plain text unless told.
    #[prop(optional)]
    kind: FieldKind,
    /// The autocomplete token, wherever one exists.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Longest value in characters; the form says so before the server must.
    #[prop(optional)]
    max_chars: Option<usize>,
    /// Editable unless told.
    #[prop(optional)]
    access: FieldAccess,
) -> impl IntoView {
    view! {
        <div class="field" data-error=view.invalid()>
            <label class="field__label" for=view.id()>
                {view.label.clone()}
            </label>
            {view.notes()}
            <input
                class="field__control"
                type=kind.input_type()
                inputmode=kind.input_mode()
                id=view.id()
                name=view.name
                value=view.value.clone()
                autocomplete=autocomplete
                maxlength=max_chars
                readonly=access == FieldAccess::ReadOnly
                aria-describedby=view.described_by()
                aria-invalid=view.invalid()
            />
        </div>
    }
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// Name, words and value.
    view: FieldView,
    /// Longest value in characters.
    #[prop(optional)]
    max_chars: Option<usize>,
) -> impl IntoView {
    view! {
        <div class="field" data-error=view.invalid()>
            <label class="field__label" for=view.id()>
                {view.label.clone()}
            </label>
            {view.notes()}
            <textarea
                class="field__control"
                id=view.id()
                name=view.name
                maxlength=max_chars
                aria-describedby=view.described_by()
                aria-invalid=view.invalid()
            >
                {view.value.clone()}
            </textarea>
        </div>
    }
}

/// A choice from a closed list; `view.value` names the chosen one.
#[component]
pub fn SelectField(
    /// Name, words and the chosen value.
    view: FieldView,
    /// Value and label, in order.
    options: Vec<(String, String)>,
) -> impl IntoView {
    let chosen = view.value.clone();
    view! {
        <div class="field" data-error=view.invalid()>
            <label class="field__label" for=view.id()>
                {view.label.clone()}
            </label>
            {view.notes()}
            <div class="field__select">
                <select
                    class="field__control"
                    id=view.id()
                    name=view.name
                    aria-describedby=view.described_by()
                    aria-invalid=view.invalid()
                >
                    {options
                        .into_iter()
                        .map(|(value, label)| {
                            let is_chosen = value == chosen;
                            view! {
                                <option value=value selected=is_chosen>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <Icon name=IconName::ChevronDown/>
            </div>
        </div>
    }
}

/// An amount of money, typed as people type it.
#[component]
pub fn MoneyInput(
    /// Name, words and value; the label should name the currency for screen readers.
    view: FieldView,
    /// The currency shown before the amount.
    #[prop(into)]
    currency: String,
) -> impl IntoView {
    view! {
        <div class="field" data-error=view.invalid()>
            <label class="field__label" for=view.id()>
                {view.label.clone()}
            </label>
            {view.notes()}
            <div class="money-input">
                <span class="money-input__currency" aria-hidden="true">
                    {currency}
                </span>
                <input
                    class="money-input__control"
                    type="text"
                    inputmode="decimal"
                    autocomplete="transaction-amount"
                    id=view.id()
                    name=view.name
                    value=view.value.clone()
                    aria-describedby=view.described_by()
                    aria-invalid=view.invalid()
                />
            </div>
        </div>
    }
}
