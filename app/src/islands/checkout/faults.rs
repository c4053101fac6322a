//! What is to be put right, in the reader's words.

use multitude_domain::money::Money;
use multitude_domain::pledge::{NAME_CHARS_MAX, PledgeDraft, PledgeFault};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use crate::components::FieldProblem;
use crate::i18n::Texts;

/// What an amount is to pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// One reward and nothing else.
    OneReward,
    /// Several things, or nothing that has a price.
    Other,
}

impl Choice {
    /// What a draft asks for.
    fn of(draft: &PledgeDraft) -> Self {
        let is_one = matches!(draft.qty.trim(), "" | "1");
        let has_add_ons = draft.add_ons.iter().any(|(_, qty)| !matches!(qty.trim(), "" | "0"));
        if is_one && !has_add_ons && !draft.reward.is_empty() { Self::OneReward } else { Self::Other }
    }
}

/// A fault as a sentence that says what to do; the same in the summary and at the field.
fn fault_text(w: Words, fault: &PledgeFault, choice: Choice) -> String {
    let show = |amount: &Money| money(w.locale, *amount, Precision::Card);
    match fault {
        PledgeFault::AmountDigits => w.checkout_fault_amount_digits().to_owned(),
        PledgeFault::AmountDecimals { currency } => {
            w.checkout_fault_amount_decimals(currency.code(), currency.minor_digits())
        }
        PledgeFault::AmountTwoReadings { grouped, decimal } => {
            w.checkout_fault_amount_two(show(grouped), show(decimal))
        }
        PledgeFault::WrongCurrency { wanted } => w.checkout_fault_currency(wanted.code()),
        PledgeFault::TooSmall { min } => w.checkout_fault_too_small(show(min)),
        PledgeFault::TooLarge { max } => w.checkout_fault_too_large(show(max)),
        PledgeFault::UnderReward { least } => match choice {
            Choice::OneReward => w.checkout_fault_under_reward(show(least)),
            Choice::Other => w.checkout_fault_under_choice(show(least)),
        },
        PledgeFault::UnknownReward => w.checkout_fault_unknown_reward().to_owned(),
        PledgeFault::RewardOver => w.checkout_fault_reward_over().to_owned(),
        PledgeFault::Quantity | PledgeFault::AddOnQuantity => w.checkout_fault_quantity().to_owned(),
        PledgeFault::RegionMissing | PledgeFault::UnknownRegion => w.checkout_fault_region().to_owned(),
        PledgeFault::UnknownAddOn => w.checkout_fault_add_on().to_owned(),
        PledgeFault::OverTwint { max } => w.checkout_fault_over_twint(show(max)),
        PledgeFault::TwintCurrency => w.checkout_fault_twint_currency().to_owned(),
        PledgeFault::BankTooLate => w.checkout_fault_bank_too_late().to_owned(),
        PledgeFault::Email => w.checkout_fault_email().to_owned(),
        PledgeFault::EmailLocal => w.checkout_fault_email_local().to_owned(),
        PledgeFault::Name => w.checkout_fault_name().to_owned(),
        PledgeFault::NameTooLong => {
            w.checkout_fault_name_too_long(u64::try_from(NAME_CHARS_MAX).unwrap_or(u64::MAX))
        }
        PledgeFault::NameIsAddress => w.checkout_fault_name_is_address().to_owned(),
    }
}

/// The field a fault belongs to on the screens: a region is chosen with its reward.
fn field_of(fault: &PledgeFault) -> &'static str {
    match fault.field() {
        "region" => "reward",
        "currency" => "amount",
        field => field,
    }
}

/// What the error summary lists.
pub(super) fn problems(w: Words, view: &CheckoutView) -> Vec<FieldProblem> {
    let choice = Choice::of(&view.draft);
    view.faults
        .iter()
        .map(|fault| FieldProblem {
            field_id: format!("field-{}", field_of(fault)),
            text: fault_text(w, fault, choice),
        })
        .collect()
}

/// What stands at one field.
pub(super) fn error_at(w: Words, view: &CheckoutView, field: &str) -> Option<String> {
    let fault = view.faults.iter().find(|fault| field_of(fault) == field)?;
    Some(fault_text(w, fault, Choice::of(&view.draft)))
}
