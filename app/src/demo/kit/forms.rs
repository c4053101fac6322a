//! Buttons and fields.

use leptos::prelude::*;

use super::State;
use crate::kit::{
    Button, ButtonKind, ButtonLink, ButtonSize, Checkbox, ChoiceLayout, ChoiceOption, ErrorSummary,
    FieldAccess, FieldKind, FieldProblem, FieldView, FilterBar, FilterBarView, FilterChip, FilterChips,
    MoneyInput, RadioGroup, SelectField, TextArea, TextField,
};

#[component]
pub(super) fn ButtonSection() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Buttons"</h2>
            <div class="stack" data-gap="32">
                <State name="primary, large">
                    <div class="cluster">
                        <Button size=ButtonSize::Large>"Pledge CHF\u{a0}60"</Button>
                        <ButtonLink size=ButtonSize::Large href="#kit">
                            "Find a solution"
                        </ButtonLink>
                    </div>
                </State>
                <State name="primary, secondary, quiet, danger, busy">
                    <div class="cluster">
                        <Button>"Continue"</Button>
                        <Button kind=ButtonKind::Secondary>"Keep it"</Button>
                        <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                        <Button kind=ButtonKind::Danger>"Withdraw pledge"</Button>
                        <Button is_busy=true>"Sending"</Button>
                    </div>
                </State>
            </div>
        </section>
    }
}

const AMOUNT_ERROR: &str = "Enter the amount in digits, for example 60 or 60.50.";
const EMAIL_ERROR: &str = "Enter an email address like name@example.ch. The receipt goes there.";

fn field(name: &'static str, label: &str, value: &str) -> FieldView {
    FieldView { name, label: label.to_owned(), value: value.to_owned(), ..FieldView::default() }
}

fn hinted(name: &'static str, label: &str, value: &str, hint: &str) -> FieldView {
    FieldView { hint: Some(hint.to_owned()), ..field(name, label, value) }
}

fn wrong(view: FieldView, error: &str) -> FieldView {
    FieldView { error: Some(error.to_owned()), ..view }
}

fn options(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

fn choices(list: &[(&str, &str, Option<&str>)]) -> Vec<ChoiceOption> {
    list.iter()
        .map(|(value, label, hint)| ChoiceOption {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            hint: hint.map(str::to_owned),
        })
        .collect()
}

fn problems() -> Vec<FieldProblem> {
    [("field-amount-wrong", AMOUNT_ERROR), ("field-email-wrong", EMAIL_ERROR)]
        .map(|(id, text)| FieldProblem { field_id: id.to_owned(), text: text.to_owned() })
        .to_vec()
}

#[component]
pub(super) fn FieldSection() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Forms"</h2>
            <div class="stack" data-gap="48">
                <State name="search and filters">
                    <FilterBar view=filter_bar()/>
                    <FilterChips chips=vec![FilterChip {
                        label: "Aarwil".to_owned(),
                        remove_href: "#kit".to_owned(),
                        remove_label: "Remove Aarwil".to_owned(),
                    }]/>
                </State>
                <div class="split">
                    <div class="stack" data-gap="32">
                        <ErrorSummary title="There is a problem" problems=problems()/>
                        <MoneyInput
                            view=hinted("amount", "Amount in CHF", "60", "You pay CHF\u{a0}60.00. Nothing is added; fees come out of the campaign.")
                            currency="CHF"
                        />
                        <MoneyInput view=wrong(field("amount-wrong", "Amount in CHF", "sixty"), AMOUNT_ERROR) currency="CHF"/>
                        <TextField view=hinted("email", "Email", "", "The receipt goes there.") kind=FieldKind::Email autocomplete="email"/>
                        <TextField
                            view=wrong(field("email-wrong", "Email", "lea@aarwil"), EMAIL_ERROR)
                            kind=FieldKind::Email
                            autocomplete="off"
                        />
                    </div>
                    <div class="stack" data-gap="32">
                        <RadioGroup
                            view=field("show-as", "Show me as", "initials")
                            options=choices(&[("name", "Lea Brunschwiler", None), ("initials", "L. B.", None), ("anonymous", "Anonymous", Some("Your name is on the receipt only."))])
                        />
                        <RadioGroup
                            view=field("pay-with", "Pay with", "card")
                            layout=ChoiceLayout::Cards
                            options=choices(&[("card", "Card", Some("Nothing is charged before the goal is reached.")), ("twint", "TWINT", Some("CHF, up to 5’000.")), ("bank", "Bank transfer", Some("A QR-bill. Pledged until it arrives."))])
                        />
                        <Checkbox view=hinted("updates", "Send me this campaign’s updates", "", "About one a month. One click ends it.")/>
                        <Checkbox view=field("news", "Tell me about new campaigns", "yes")/>
                        <SelectField view=field("region", "Delivery region", "ch") options=options(&[("ch", "Switzerland"), ("eu", "European Union")])/>
                        <TextArea view=hinted("message", "Message to the team", "", "Public, under your name.") max_chars=500/>
                        <TextField view=field("reference", "Reference", "RF18 5390 0754 7034") access=FieldAccess::ReadOnly/>
                    </div>
                </div>
            </div>
        </section>
    }
}

fn filter_bar() -> FilterBarView {
    FilterBarView {
        action: "#kit".to_owned(),
        search: FieldView {
            hint: Some("Shade, repair, Aarwil …".to_owned()),
            ..field("q", "Search campaigns", "")
        },
        submit: "Search".to_owned(),
        selects: vec![
            (
                field("topic", "Topic", ""),
                options(&[("", "All topics"), ("heat", "Heat"), ("water", "Water")]),
            ),
            (field("place", "Place", "aarwil"), options(&[("", "Everywhere"), ("aarwil", "Aarwil")])),
            (field("sort", "Order", ""), options(&[("", "Ending soon"), ("new", "Newest")])),
        ],
        suggestions: "kit-suggestions",
        unfold: "Filters".to_owned(),
        default: ("sort", ""),
    }
}
