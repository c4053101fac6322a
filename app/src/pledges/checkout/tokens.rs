//! What the sandbox can be told to do.

use multitude_domain::pledges::PaymentMethod;
use multitude_words::Words;

use crate::i18n::Texts;
use crate::kit::ChoiceOption;

/// The sandbox's stage directions; the names are its tokens.
pub(in crate::pledges) fn tokens(w: Words, method: PaymentMethod) -> Vec<ChoiceOption> {
    let choices: &[(&str, &str)] = match method {
        PaymentMethod::Bank => &[
            ("ok", w.checkout_bank_ok()),
            ("late", w.checkout_bank_late()),
            ("challenge", w.checkout_bank_challenge()),
            ("declined", w.checkout_bank_declined()),
            ("lost", w.checkout_bank_lost()),
        ],
        PaymentMethod::Card | PaymentMethod::Twint => &[
            ("ok", w.checkout_token_ok()),
            ("challenge", w.checkout_token_challenge()),
            ("declined", w.checkout_token_declined()),
            ("late", w.checkout_token_late()),
            ("lost", w.checkout_token_lost()),
            ("charge_declined", w.checkout_token_charge_declined()),
            ("charge_challenge", w.checkout_token_charge_challenge()),
            ("charge_lost", w.checkout_token_charge_lost()),
            ("charge_recovers", w.checkout_token_charge_recovers()),
        ],
    };
    choices
        .iter()
        .map(|(value, label)| ChoiceOption {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            hint: None,
        })
        .collect()
}
