//! The text in the code of a Swiss QR-bill (SIX, Swiss Implementation Guidelines QR-bill, version 2.3).

use super::{AMOUNT_MINOR_MAX, CodeField, HOLDER_CHARS_MAX, Iban, MESSAGE_CHARS_MAX, Reference, in_groups};
use crate::money::{Currency, Money};

/// The most characters of a street.
const STREET_CHARS_MAX: usize = 70;
/// The most characters of a building number.
const BUILDING_CHARS_MAX: usize = 16;
/// The most characters of a postcode.
const POSTCODE_CHARS_MAX: usize = 16;
/// The most characters of a town.
const TOWN_CHARS_MAX: usize = 35;
/// The most alternative procedures on one bill.
const ALTERNATIVE_PROCEDURES_MAX: usize = 2;
/// The most characters of an alternative procedure.
const ALTERNATIVE_PROCEDURE_CHARS_MAX: usize = 100;
/// Between the lines; none follows the last.
const LINE_BREAK: &str = "\r\n";

/// Whoever pays or is paid, with a structured address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name, as the bank knows it.
    pub name: String,
    /// The street; may be empty.
    pub street: String,
    /// The building number; may be empty.
    pub building: String,
    /// The postcode.
    pub postcode: String,
    /// The town.
    pub town: String,
    /// The country's code of two letters.
    pub country: String,
}

/// A bill, with all that its code can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrBill {
    /// Where the money goes.
    pub account: Iban,
    /// Whose account it is.
    pub creditor: Party,
    /// How much.
    pub amount: Money,
    /// Who pays, where that is known.
    pub debtor: Option<Party>,
    /// What tells the payment from others.
    pub reference: Reference,
    /// Words to the creditor; may be empty.
    pub message: String,
    /// What the creditor's own programs read; may be empty.
    pub billing_information: String,
    /// Other ways to pay it.
    pub alternative_procedures: Vec<String>,
}

/// The bill does not fit into a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrBillError {
    /// The account is neither Swiss nor of Liechtenstein.
    #[error("a QR-bill is paid to an account in Switzerland or Liechtenstein, not in {0}")]
    Account(String),
    /// A QR-IBAN is for bills with a QR reference.
    #[error("a QR-IBAN goes with a QR reference only")]
    NeedsQrReference,
    /// A QR reference is for bills to a QR-IBAN.
    #[error("a QR reference goes with a QR-IBAN only")]
    NeedsQrIban,
    /// Neither francs nor euros.
    #[error("a QR-bill is in CHF or EUR, not in {0}")]
    Currency(Currency),
    /// Nothing, or more than the code holds.
    #[error("a QR-bill does not hold {0}")]
    Amount(Money),
    /// A field is empty that may not be.
    #[error("a QR-bill needs a {0}")]
    Missing(CodeField),
    /// A field is too long.
    #[error("the {field} on a QR-bill has at most {chars_max} characters")]
    TooLong {
        /// Which one.
        field: CodeField,
        /// How long it may be.
        chars_max: usize,
    },
    /// A field has a character that the code does not know.
    #[error("the {field} on a QR-bill cannot hold {character:?}")]
    Character {
        /// Which one.
        field: CodeField,
        /// The first such character.
        character: char,
    },
    /// More other ways to pay than the code holds.
    #[error("a QR-bill holds at most {ALTERNATIVE_PROCEDURES_MAX} alternative procedures")]
    AlternativeProcedures,
}

impl QrBill {
    /// A bill with nothing else on it.
    pub const fn new(account: Iban, creditor: Party, amount: Money) -> Self {
        Self {
            account,
            creditor,
            amount,
            debtor: None,
            reference: Reference::None,
            message: String::new(),
            billing_information: String::new(),
            alternative_procedures: Vec::new(),
        }
    }

    /// The text in its code. What the fields hold is far less than the code does (997 characters).
    ///
    /// # Errors
    /// [`QrBillError`] where the bill breaks a rule of the guidelines.
    pub fn payload(&self) -> Result<String, QrBillError> {
        check_reference(&self.account, &self.reference)?;
        let amount = check_amount(self.amount)?;
        check(CodeField::Message, &self.message, MESSAGE_CHARS_MAX)?;
        // Words and billing information share their room.
        let left = MESSAGE_CHARS_MAX.saturating_sub(self.message.chars().count());
        check(CodeField::BillingInformation, &self.billing_information, left)?;
        let mut lines = vec!["SPC", "0200", "1", self.account.as_str()];
        lines.extend(address(&self.creditor)?);
        // The ultimate creditor is for later.
        lines.extend(NOBODY);
        lines.extend([amount.as_str(), self.amount.currency().code()]);
        lines.extend(self.debtor.as_ref().map_or(Ok(NOBODY), address)?);
        lines.extend([self.reference.kind(), self.reference.as_str(), self.message.as_str(), "EPD"]);
        lines.extend(self.additions()?);
        Ok(lines.join(LINE_BREAK))
    }

    /// What may follow the trailer.
    fn additions(&self) -> Result<Vec<&str>, QrBillError> {
        let procedures = &self.alternative_procedures;
        if procedures.len() > ALTERNATIVE_PROCEDURES_MAX {
            return Err(QrBillError::AlternativeProcedures);
        }
        for procedure in procedures {
            check(CodeField::AlternativeProcedure, procedure, ALTERNATIVE_PROCEDURE_CHARS_MAX)?;
        }
        if procedures.is_empty() && self.billing_information.is_empty() {
            return Ok(Vec::new());
        }
        let information = self.billing_information.as_str();
        Ok([information].into_iter().chain(procedures.iter().map(String::as_str)).collect())
    }
}

/// Whether a bill to this account may have this reference.
///
/// # Errors
/// [`QrBillError`] where it may not.
pub fn check_reference(account: &Iban, reference: &Reference) -> Result<(), QrBillError> {
    if !matches!(account.country(), "CH" | "LI") {
        return Err(QrBillError::Account(account.country().to_owned()));
    }
    match (account.is_qr_iban(), reference) {
        (true, Reference::Qr(_)) | (false, Reference::Creditor(_) | Reference::None) => Ok(()),
        (true, Reference::Creditor(_) | Reference::None) => Err(QrBillError::NeedsQrReference),
        (false, Reference::Qr(_)) => Err(QrBillError::NeedsQrIban),
    }
}

/// An amount as a bill prints it: thousands apart, and always two decimals.
pub fn bill_amount(amount: Money) -> String {
    let typed = decimals(amount);
    let (major, minor) = typed.split_once('.').unwrap_or((&typed, "00"));
    let turned = |text: &str| text.chars().rev().collect::<String>();
    format!("{}.{minor}", turned(&in_groups(&turned(major), 3)))
}

/// An amount in francs or euros with two decimals and nothing else.
fn decimals(amount: Money) -> String {
    format!("{}.{:02}", amount.minor() / 100, amount.minor() % 100)
}

fn check_amount(amount: Money) -> Result<String, QrBillError> {
    if !matches!(amount.currency(), Currency::CHF | Currency::EUR) {
        return Err(QrBillError::Currency(amount.currency()));
    }
    if !(1..=AMOUNT_MINOR_MAX).contains(&amount.minor()) {
        return Err(QrBillError::Amount(amount));
    }
    Ok(decimals(amount))
}

/// The lines of nobody.
const NOBODY: [&str; 7] = [""; 7];

/// The lines of somebody, with a structured address: banks have taken no other since November 2025.
fn address(party: &Party) -> Result<[&str; 7], QrBillError> {
    let Party { name, street, building, postcode, town, country } = party;
    let fields = [
        (CodeField::Name, name, HOLDER_CHARS_MAX, true),
        (CodeField::Street, street, STREET_CHARS_MAX, false),
        (CodeField::Building, building, BUILDING_CHARS_MAX, false),
        (CodeField::Postcode, postcode, POSTCODE_CHARS_MAX, true),
        (CodeField::Town, town, TOWN_CHARS_MAX, true),
        (CodeField::Country, country, 2, true),
    ];
    for (field, text, chars_max, is_needed) in fields {
        if is_needed && text.is_empty() {
            return Err(QrBillError::Missing(field));
        }
        check(field, text, chars_max)?;
    }
    Ok(["S", name, street, building, postcode, town, country])
}

fn check(field: CodeField, text: &str, chars_max: usize) -> Result<(), QrBillError> {
    if let Some(character) = text.chars().find(|c| !is_permitted(*c)) {
        return Err(QrBillError::Character { field, character });
    }
    if text.chars().count() > chars_max {
        return Err(QrBillError::TooLong { field, chars_max });
    }
    Ok(())
}

/// Whether the code may hold the character: printable ones of the Latin blocks, Romanian's, and the euro.
const fn is_permitted(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{17f}' | '\u{218}'..='\u{21b}' | '€')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        Party {
            name: name.to_owned(),
            street: "Seestrasse".to_owned(),
            building: "113B".to_owned(),
            postcode: "2000".to_owned(),
            town: "Neuchâtel".to_owned(),
            country: "CH".to_owned(),
        }
    }

    fn bill() -> QrBill {
        let account = "CH93 0076 2011 6238 5295 7".parse().unwrap();
        QrBill::new(account, party("Verein Alpenblick"), Money::new(194_975, Currency::CHF))
    }

    #[test]
    fn payload_has_every_line_up_to_the_trailer() {
        let payload = bill().payload().unwrap();
        assert_eq!(payload.split(LINE_BREAK).count(), 31);
        assert!(
            payload.contains("S\r\nVerein Alpenblick\r\nSeestrasse\r\n113B\r\n2000\r\nNeuchâtel\r\nCH\r\n")
        );
        assert!(payload.ends_with("\r\nNON\r\n\r\n\r\nEPD"));
        let debtor = Some(party("Chiara Weiß"));
        let payload = QrBill { debtor, message: "Grazie".to_owned(), ..bill() }.payload().unwrap();
        assert!(payload.contains("1949.75\r\nCHF\r\nS\r\nChiara Weiß\r\n"));
        assert!(payload.ends_with("\r\nGrazie\r\nEPD"));
        let procedures = vec!["eBill/B/1".to_owned()];
        let payload = QrBill { alternative_procedures: procedures, ..bill() }.payload().unwrap();
        assert!(payload.ends_with("\r\nEPD\r\n\r\neBill/B/1"));
    }

    #[test]
    fn reference_goes_with_its_kind_of_account_only() {
        let normal: Iban = "CH5204835012345671000".parse().unwrap();
        let qr: Iban = "CH4431999123000889012".parse().unwrap();
        let qr_reference = Reference::Qr("210000000003139471430009017".parse().unwrap());
        let creditor = Reference::Creditor("RF18539007547034".parse().unwrap());
        assert_eq!(check_reference(&normal, &creditor), Ok(()));
        assert_eq!(check_reference(&normal, &Reference::None), Ok(()));
        assert_eq!(check_reference(&qr, &qr_reference), Ok(()));
        assert_eq!(check_reference(&normal, &qr_reference), Err(QrBillError::NeedsQrIban));
        assert_eq!(check_reference(&qr, &creditor), Err(QrBillError::NeedsQrReference));
        assert_eq!(check_reference(&qr, &Reference::None), Err(QrBillError::NeedsQrReference));
        let german: Iban = "DE89370400440532013000".parse().unwrap();
        assert_eq!(check_reference(&german, &creditor), Err(QrBillError::Account("DE".to_owned())));
    }

    #[test]
    fn what_a_code_does_not_hold_is_refused() {
        let refused = |bill: QrBill| bill.payload().unwrap_err();
        let over = |field, chars_max| QrBillError::TooLong { field, chars_max };
        for minor in [0, -5, 100_000_000_000] {
            let amount = Money::new(minor, Currency::CHF);
            assert_eq!(refused(QrBill { amount, ..bill() }), QrBillError::Amount(amount));
        }
        let amount = Money::new(100, Currency::USD);
        assert_eq!(refused(QrBill { amount, ..bill() }), QrBillError::Currency(Currency::USD));
        let creditor = party("");
        assert_eq!(refused(QrBill { creditor, ..bill() }), QrBillError::Missing(CodeField::Name));
        let creditor = party(&"ä".repeat(71));
        assert_eq!(refused(QrBill { creditor, ..bill() }), over(CodeField::Name, 70));
        let debtor = Some(party("Li\r\nS"));
        let character = QrBillError::Character { field: CodeField::Name, character: '\r' };
        assert_eq!(refused(QrBill { debtor, ..bill() }), character);
        let (message, billing_information) = ("m".repeat(100), "b".repeat(41));
        assert_eq!(
            refused(QrBill { message: message.clone(), billing_information, ..bill() }),
            over(CodeField::BillingInformation, 40)
        );
        assert!(QrBill { message, billing_information: "b".repeat(40), ..bill() }.payload().is_ok());
        let alternative_procedures = vec![String::new(); 3];
        assert_eq!(refused(QrBill { alternative_procedures, ..bill() }), QrBillError::AlternativeProcedures);
    }

    #[test]
    fn characters_of_european_names_are_permitted() {
        for c in "aZ~ éßÖŁőŽſȘț€·".chars() {
            assert!(is_permitted(c), "{c}");
        }
        for c in "\n\t\u{7f}\u{85}Жα\u{2019}".chars() {
            assert!(!is_permitted(c), "{c:?}");
        }
    }

    #[test]
    fn amount_is_printed_with_thousands_apart() {
        for (minor, shown) in [(5, "0.05"), (194_975, "1 949.75"), (100_000_000, "1 000 000.00")] {
            assert_eq!(bill_amount(Money::new(minor, Currency::CHF)), shown);
        }
    }
}
