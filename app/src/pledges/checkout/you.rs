//! The second screen: who, and how it is paid.

use leptos::prelude::*;
use multitude_domain::campaigns::FundingModel;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::{NAME_CHARS_MAX, PaymentMethod, ShowAs};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::{Step, parts};
use crate::acts::{Act, FormOf, Given, Reply, posted};
use crate::i18n::Texts;
use crate::kit::{
    Button, ButtonSize, ChoiceLayout, ChoiceOption, FieldKind, FieldView, RadioGroup, TextField,
};

pub(super) fn screen(w: Words, view: &CheckoutView, reply: Option<&Reply>) -> AnyView {
    let draft = &view.draft;
    let slug = view.campaign.summary.slug.as_str();
    let given = Given::Contact(Box::new((view.campaign.offer(), draft.clone())));
    let form = FormOf { given, gap: Some("32"), ..FormOf::new(w, Act::Contact, &[slug], reply) };
    let field = |name, label: &str, hint: Option<&str>, value: &str| FieldView {
        name,
        label: label.to_owned(),
        hint: hint.map(str::to_owned),
        error: form.fault_at(w, name),
        value: value.to_owned(),
    };
    let email = field("email", w.checkout_email(), Some(w.checkout_email_hint()), &draft.email);
    let name = field("name", w.checkout_name(), Some(w.checkout_name_hint()), &draft.name);
    let show_as_now = if draft.show_as.is_empty() { ShowAs::Name.name() } else { &draft.show_as };
    let show_as = field("show_as", w.checkout_show_as(), None, show_as_now);
    let method = field("method", w.checkout_pay_with(), None, draft.payment_method().name());
    let wish = draft.wish(&view.campaign.offer()).ok();
    let fields = view! {
        <TextField view=email kind=FieldKind::Email autocomplete="email"/>
        <TextField view=name autocomplete="name" max_chars=NAME_CHARS_MAX/>
        <RadioGroup view=show_as options=show_options(w)/>
        <RadioGroup view=method options=methods(w, view) layout=ChoiceLayout::Cards/>
        <div>
            <Button size=ButtonSize::Large>{w.checkout_continue()}</Button>
        </div>
    };
    parts::with_summary(w, Step::You, view, wish.as_ref(), posted(form, fields.into_any()))
}

fn choice(value: &str, label: &str, hint: Option<String>) -> ChoiceOption {
    ChoiceOption { value: value.to_owned(), label: label.to_owned(), hint }
}

pub(crate) fn show_options(w: Words) -> Vec<ChoiceOption> {
    vec![
        choice(ShowAs::Name.name(), w.checkout_show_name(), None),
        choice(ShowAs::Initials.name(), w.checkout_show_initials(), None),
        choice(
            ShowAs::Anonymous.name(),
            w.checkout_show_anonymous(),
            Some(w.checkout_show_anonymous_hint().to_owned()),
        ),
    ]
}

/// What this campaign can be paid with; TWINT carries francs, and a transfer takes its days. What was chosen
/// stays, with what is wrong with it.
fn methods(w: Words, view: &CheckoutView) -> Vec<ChoiceOption> {
    let currency = view.campaign.summary.currency;
    let max = Money::new(view.campaign.policy.policy(currency).twint_minor_max, currency);
    let max = money(w.locale, max, Precision::Card);
    let (card, twint, bank) = match view.campaign.summary.model {
        FundingModel::Flexible => (
            w.checkout_card_hint_flexible(),
            w.checkout_twint_hint_flexible(max),
            w.checkout_bank_hint_flexible(),
        ),
        FundingModel::AllOrNothing | FundingModel::MinimumAndOptimum { .. } => {
            (w.checkout_card_hint(), w.checkout_twint_hint(max), w.checkout_bank_hint())
        }
    };
    let mut methods = vec![choice(PaymentMethod::Card.name(), w.checkout_card(), Some(card.to_owned()))];
    if currency == Currency::CHF {
        methods.push(choice(PaymentMethod::Twint.name(), w.checkout_twint(), Some(twint)));
    }
    if view.campaign.offer().takes_transfers() || view.draft.payment_method() == PaymentMethod::Bank {
        methods.push(choice(PaymentMethod::Bank.name(), w.checkout_bank(), Some(bank.to_owned())));
    }
    methods
}
