//! Codes in the reader's words: what is wrong at a field, what stands in the way, and why a door gave no
//! answer.

use multitude_domain::fault::{Arg, Fault, Said};
use multitude_domain::money::Money;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::AppError;
use super::error::NOT_SAVED;
use crate::i18n::Texts;

/// What an act was refused for, as it stands above a form.
pub(crate) struct Told {
    pub(crate) text: String,
    /// A part of it in another language, and which.
    pub(crate) foreign: Option<(String, String)>,
    /// Where to go on.
    pub(crate) way: Option<(String, &'static str)>,
}

/// A fault as a sentence that says what to do; the same in the summary and at the field. What another build
/// says, and this one does not know, is said in general.
pub(crate) fn fault_text(w: Words, said: &Said) -> String {
    let amount = || said.money().map(|amount| shown(w, amount)).unwrap_or_default();
    let text = match said.code.as_str() {
        "pledge.amount_digits" => w.checkout_fault_amount_digits(),
        "pledge.amount_decimals" => {
            let digits = said.number().unwrap_or_default();
            return w.checkout_fault_amount_decimals(said.text().unwrap_or_default(), digits);
        }
        "pledge.amount_two_readings" => {
            let mut amounts = said.amounts().map(|amount| shown(w, amount));
            let mut next = || amounts.next().unwrap_or_default();
            return w.checkout_fault_amount_two(next(), next());
        }
        "pledge.currency" => return w.checkout_fault_currency(said.text().unwrap_or_default()),
        "pledge.too_small" => return w.checkout_fault_too_small(amount()),
        "pledge.too_large" => return w.checkout_fault_too_large(amount()),
        "pledge.under_reward" => return w.checkout_fault_under_reward(amount()),
        "pledge.under_choice" => return w.checkout_fault_under_choice(amount()),
        "pledge.unknown_reward" => w.checkout_fault_unknown_reward(),
        "pledge.reward_over" => w.checkout_fault_reward_over(),
        "pledge.quantity" | "pledge.add_on_quantity" => w.checkout_fault_quantity(),
        "pledge.region_missing" | "pledge.unknown_region" => w.checkout_fault_region(),
        "pledge.unknown_add_on" => w.checkout_fault_add_on(),
        "pledge.over_twint" => return w.checkout_fault_over_twint(amount()),
        "pledge.twint_currency" => w.checkout_fault_twint_currency(),
        "pledge.bank_too_late" => w.checkout_fault_bank_too_late(),
        "pledge.email" => w.checkout_fault_email(),
        "pledge.email_local" => w.checkout_fault_email_local(),
        "pledge.name_is_address" => w.checkout_fault_name_is_address(),
        "pledge.name" => w.checkout_fault_name(),
        "pledge.name_too_long" => return w.checkout_fault_name_too_long(said.number().unwrap_or_default()),
        "follow.email" => w.notify_fault_email(),
        "account.email" => w.account_email_fault(),
        "code.digits" => w.account_code_digits(),
        "account.wrong_code" => w.account_code_wrong(),
        "account.too_many_codes" => w.account_code_many(),
        "account.ended" => w.account_code_ended(),
        "account.cookies" => w.account_code_cookies(),
        "receipt.wrong_code" => w.receipt_confirm_wrong(),
        "receipt.too_many_codes" => w.receipt_confirm_many(),
        "address.name" => w.address_fault_name(),
        "address.street" => w.address_fault_street(),
        "address.postcode" => w.address_fault_postcode(),
        "address.swiss_postcode" => w.address_fault_swiss_postcode(),
        "address.town" => w.address_fault_town(),
        "address.country" => w.address_fault_country(),
        _ => w.common_not_done(),
    };
    text.to_owned()
}

/// What stands in the way, in words alone.
#[cfg(feature = "ssr")]
pub(crate) fn refusal_text(w: Words, said: &Said) -> String {
    refusal(w, said).text
}

/// What is wrong at one field.
#[cfg(feature = "ssr")]
pub(crate) fn fault_at(w: Words, faults: &[Fault], field: &str) -> Option<String> {
    faults.iter().find(|fault| field_of(fault) == field).map(|fault| fault_text(w, &fault.said))
}

/// The field a fault belongs to on the screens: a region is chosen with its reward.
pub(crate) fn field_of(fault: &Fault) -> &str {
    match fault.field.as_str() {
        "region" => "reward",
        "currency" => "amount",
        field => field,
    }
}

/// What stands in the way.
pub(crate) fn refusal(w: Words, said: &Said) -> Told {
    let mut texts = said.args.iter().filter_map(|arg| match arg {
        Arg::Text(text) => Some(text.clone()),
        Arg::Money(_) | Arg::Number(_) | Arg::Path(_) => None,
    });
    let (title, lang) = (texts.next().unwrap_or_default(), texts.next());
    let (text, label) = match said.code.as_str() {
        "pledge.sold_out" => (w.checkout_sold_out(&title), w.checkout_choose_again()),
        "pledge.unconfirmed_full" => (w.checkout_unconfirmed_full(&title), w.receipt_pay_other()),
        "pledge.add_on_sold_out" => (w.checkout_add_on_sold_out().to_owned(), w.checkout_choose_again()),
        "pledge.changed" => (w.checkout_changed().to_owned(), w.checkout_choose_again()),
        "pledge.overtaken" => {
            let amount = said.money().map(|amount| shown_exactly(w, amount)).unwrap_or_default();
            (w.checkout_overtaken(amount), w.checkout_choose_again())
        }
        "pledge.declined_card" => (w.checkout_declined_card().to_owned(), w.receipt_pay_other()),
        "pledge.declined" => (w.checkout_declined().to_owned(), w.receipt_pay_other()),
        "pledge.key_reused" => (w.checkout_placed().to_owned(), w.checkout_placed_link()),
        "receipt.too_late" => (w.receipt_too_late().to_owned(), ""),
        "receipt.paused" => (w.campaign_outcome_suspended().to_owned(), ""),
        "receipt.sent_often" => (w.receipt_confirm_enough().to_owned(), ""),
        "receipt.declined" => (w.receipt_method_declined().to_owned(), ""),
        "receipt.cards_often" => (w.receipt_method_enough().to_owned(), ""),
        _ => (w.common_not_done().to_owned(), ""),
    };
    let way = said.path().filter(|_| !label.is_empty()).map(|path| (path.to_owned(), label));
    Told { text, foreign: lang.map(|lang| (title, lang)), way }
}

/// Why a door gave no answer, and when to try again.
pub(crate) fn trouble(w: Words, error: &AppError) -> (String, Option<String>) {
    let title = match (error.status, error.code.as_str()) {
        (503, NOT_SAVED) => w.common_read_only(),
        // Nobody knows whether it was done.
        (0 | 503, _) => w.common_lost(),
        (429, _) => w.common_too_often(),
        _ => w.common_not_done(),
    };
    let again = error.seconds.map(u64::from).map(|seconds| match seconds {
        0..=90 => w.common_too_many_seconds(seconds),
        _ => w.common_too_many_minutes(seconds.div_ceil(60)),
    });
    (title.to_owned(), again)
}

fn shown(w: Words, amount: Money) -> String {
    money(w.locale, amount, Precision::Card)
}

fn shown_exactly(w: Words, amount: Money) -> String {
    money(w.locale, amount, Precision::Exact)
}
