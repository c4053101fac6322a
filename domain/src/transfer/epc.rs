//! The text in the code of a euro transfer (European Payments Council, EPC069-12, version 002).

use super::{AMOUNT_MINOR_MAX, CodeField, CreditorReference, HOLDER_CHARS_MAX, Iban, MESSAGE_CHARS_MAX};
use crate::money::{Currency, Money};

/// The most bytes of the whole text.
const PAYLOAD_BYTES_MAX: usize = 331;
/// The most characters of a purpose code.
const PURPOSE_CHARS_MAX: usize = 4;

/// The character set in which a code's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CharacterSet {
    /// UTF-8.
    #[default]
    Utf8,
    /// ISO 8859-1.
    Latin1,
}

impl CharacterSet {
    const fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "1",
            Self::Latin1 => "2",
        }
    }

    /// How many bytes a text has in it; the first character that it does not know.
    fn count_bytes(self, text: &str) -> Result<usize, char> {
        match self {
            Self::Utf8 => Ok(text.len()),
            Self::Latin1 => match text.chars().find(|c| u8::try_from(*c).is_err()) {
                Some(unknown) => Err(unknown),
                None => Ok(text.chars().count()),
            },
        }
    }
}

/// What tells the transfer from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remittance {
    /// A creditor reference.
    Reference(CreditorReference),
    /// Words.
    Text(String),
}

/// A transfer in euros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpcTransfer {
    /// How its bytes are written.
    pub character_set: CharacterSet,
    /// The bank; may be empty.
    pub bic: String,
    /// Whose account it is.
    pub holder: String,
    /// Where the money goes.
    pub account: Iban,
    /// How much.
    pub amount: Money,
    /// What kind of payment it is, in a code of ISO 20022; may be empty.
    pub purpose: String,
    /// What tells it from others.
    pub remittance: Remittance,
}

/// The transfer does not fit into a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EpcError {
    /// Not euros.
    #[error("an EPC code is in EUR, not in {0}")]
    Currency(Currency),
    /// Nothing, or more than the code holds.
    #[error("an EPC code does not hold {0}")]
    Amount(Money),
    /// It has no name of the account's holder.
    #[error("an EPC code needs the name of the account's holder")]
    NoHolder,
    /// A field is too long, or its code is none.
    #[error("the {0} in an EPC code is too long, or none")]
    Field(CodeField),
    /// A character that the code does not know.
    #[error("an EPC code cannot hold {0:?}")]
    Character(char),
    /// All of it together is too long.
    #[error("an EPC code has at most {PAYLOAD_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
}

impl EpcTransfer {
    /// A transfer with nothing else on it.
    pub const fn new(holder: String, account: Iban, amount: Money, remittance: Remittance) -> Self {
        Self {
            character_set: CharacterSet::Utf8,
            bic: String::new(),
            holder,
            account,
            amount,
            purpose: String::new(),
            remittance,
        }
    }

    /// The text in its code. What is empty at its end is left out.
    ///
    /// # Errors
    /// [`EpcError`] where the transfer breaks a rule of the guidelines.
    pub fn payload(&self) -> Result<String, EpcError> {
        self.check()?;
        let (reference, text) = match &self.remittance {
            Remittance::Reference(reference) => (reference.as_str(), ""),
            Remittance::Text(text) => ("", text.as_str()),
        };
        let amount = format!("{}{}", Currency::EUR, shortest(self.amount));
        let lines = [
            "BCD",
            "002",
            self.character_set.code(),
            "SCT",
            &self.bic,
            &self.holder,
            self.account.as_str(),
            &amount,
            &self.purpose,
            reference,
            text,
        ];
        let payload = lines.join("\n").trim_end_matches('\n').to_owned();
        let bytes = self.character_set.count_bytes(&payload).map_err(EpcError::Character)?;
        if bytes > PAYLOAD_BYTES_MAX { Err(EpcError::TooLong(bytes)) } else { Ok(payload) }
    }

    fn check(&self) -> Result<(), EpcError> {
        if self.amount.currency() != Currency::EUR {
            return Err(EpcError::Currency(self.amount.currency()));
        }
        if !(1..=AMOUNT_MINOR_MAX).contains(&self.amount.minor()) {
            return Err(EpcError::Amount(self.amount));
        }
        if self.holder.is_empty() {
            return Err(EpcError::NoHolder);
        }
        let text = match &self.remittance {
            Remittance::Reference(_) => "",
            Remittance::Text(text) => text,
        };
        let typed = [&self.bic, &self.holder, &self.purpose, text];
        if let Some(control) = typed.iter().flat_map(|field| field.chars()).find(|c| c.is_control()) {
            return Err(EpcError::Character(control));
        }
        let is_code =
            |code: &str| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let wrong = [
            (CodeField::Bic, !matches!(self.bic.len(), 0 | 8 | 11) || !is_code(&self.bic)),
            (CodeField::Name, self.holder.chars().count() > HOLDER_CHARS_MAX),
            (CodeField::Purpose, self.purpose.len() > PURPOSE_CHARS_MAX || !is_code(&self.purpose)),
            (CodeField::Message, text.chars().count() > MESSAGE_CHARS_MAX),
        ];
        wrong
            .into_iter()
            .find(|(_, is_wrong)| *is_wrong)
            .map_or(Ok(()), |(field, _)| Err(EpcError::Field(field)))
    }
}

/// An amount in euros without zeros at the end of its decimals: `60`, `60.5`, `60.05`.
fn shortest(amount: Money) -> String {
    let typed = amount.typed();
    if typed.contains('.') { typed.trim_end_matches('0').to_owned() } else { typed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> EpcTransfer {
        let reference = Remittance::Reference("RF18539007547034".parse().unwrap());
        let account = "DE89370400440532013000".parse().unwrap();
        EpcTransfer::new("Verein Brücke".to_owned(), account, Money::new(331_980, Currency::EUR), reference)
    }

    #[test]
    fn payload_ends_with_what_is_said_last() {
        let payload = transfer().payload().unwrap();
        let expected =
            "BCD\n002\n1\nSCT\n\nVerein Brücke\nDE89370400440532013000\nEUR3319.8\n\nRF18539007547034";
        assert_eq!(payload, expected);
        let words = EpcTransfer { remittance: Remittance::Text("Thanks".to_owned()), ..transfer() };
        assert!(words.payload().unwrap().ends_with("EUR3319.8\n\n\nThanks"));
        let nothing = EpcTransfer { remittance: Remittance::Text(String::new()), ..transfer() };
        assert!(nothing.payload().unwrap().ends_with("\nEUR3319.8"));
    }

    #[test]
    fn what_a_code_does_not_hold_is_refused() {
        let refused = |transfer: EpcTransfer| transfer.payload().unwrap_err();
        let text = |text: &str| Remittance::Text(text.to_owned());
        for minor in [0, -1, 100_000_000_000] {
            let amount = Money::new(minor, Currency::EUR);
            assert_eq!(refused(EpcTransfer { amount, ..transfer() }), EpcError::Amount(amount));
        }
        let amount = Money::new(100, Currency::CHF);
        assert_eq!(refused(EpcTransfer { amount, ..transfer() }), EpcError::Currency(Currency::CHF));
        assert_eq!(refused(EpcTransfer { holder: String::new(), ..transfer() }), EpcError::NoHolder);
        let holder = "ö".repeat(71);
        assert_eq!(refused(EpcTransfer { holder, ..transfer() }), EpcError::Field(CodeField::Name));
        let bic = "COBADEF".to_owned();
        assert_eq!(refused(EpcTransfer { bic, ..transfer() }), EpcError::Field(CodeField::Bic));
        let purpose = "CHARI".to_owned();
        assert_eq!(refused(EpcTransfer { purpose, ..transfer() }), EpcError::Field(CodeField::Purpose));
        let remittance = text(&"m".repeat(141));
        assert_eq!(refused(EpcTransfer { remittance, ..transfer() }), EpcError::Field(CodeField::Message));
        let remittance = text("two\nlines");
        assert_eq!(refused(EpcTransfer { remittance, ..transfer() }), EpcError::Character('\n'));
        let remittance = text(&"€".repeat(140));
        assert_eq!(refused(EpcTransfer { remittance, ..transfer() }), EpcError::TooLong(485));
    }

    #[test]
    fn western_character_set_counts_characters_and_knows_no_others() {
        let western = EpcTransfer { character_set: CharacterSet::Latin1, ..transfer() };
        assert!(western.payload().unwrap().starts_with("BCD\n002\n2\nSCT\n"));
        let remittance = Remittance::Text("ä".repeat(140));
        assert!(EpcTransfer { remittance, ..western.clone() }.payload().is_ok());
        let remittance = Remittance::Text("5 €".to_owned());
        assert_eq!(EpcTransfer { remittance, ..western }.payload(), Err(EpcError::Character('€')));
    }
}
