//! What a bank transfer says: whose account, which reference, how much; and the codes from which banking apps
//! read all of it. Whatever the two standards know is here, also what the product does not say yet (a debtor, a
//! message, a QR reference): that is what the recorded payloads of others are compared with.

mod epc;
mod iban;
mod reference;
mod swiss_qr;

use core::fmt;

use crate::money::{Currency, Money};

pub use epc::{CharacterSet, EpcError, EpcTransfer, Remittance};
pub use iban::{Iban, IbanError};
pub use reference::{CreditorReference, QrReference, Reference, ReferenceError};
pub use swiss_qr::{Party, QrBill, QrBillError, bill_amount, check_reference};

/// The longest name of an account's holder, in both codes.
const HOLDER_CHARS_MAX: usize = 70;
/// The longest message to an account's holder, in both codes.
const MESSAGE_CHARS_MAX: usize = 140;
/// The largest amount of both codes, in minor units.
const AMOUNT_MINOR_MAX: i64 = 99_999_999_999;

/// Which of the codes a transfer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The Swiss QR-bill's, with the Swiss cross in its middle.
    QrBill,
    /// The one of the European Payments Council, in Germany called `GiroCode`.
    Epc,
}

/// A code that a banking app reads a whole transfer from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferCode {
    /// Which code it is.
    pub kind: CodeKind,
    /// The text in it.
    pub payload: String,
}

/// A transfer cannot be told by a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferCodeError {
    /// No code carries this currency.
    #[error("no code for transfers in {0}")]
    Currency(Currency),
    /// The QR-bill does not hold it.
    #[error(transparent)]
    QrBill(#[from] QrBillError),
    /// The EPC code does not hold it.
    #[error(transparent)]
    Epc(#[from] EpcError),
}

impl TransferCode {
    /// The code of a transfer in the currency's own country: a QR-bill in francs, an EPC code in euros.
    ///
    /// # Errors
    /// [`TransferCodeError`] where the currency has no code, or the code does not hold the transfer.
    pub fn new(
        holder: &Party,
        account: &Iban,
        amount: Money,
        reference: &CreditorReference,
    ) -> Result<Self, TransferCodeError> {
        match amount.currency() {
            Currency::CHF => {
                let bill = QrBill {
                    reference: Reference::Creditor(reference.clone()),
                    ..QrBill::new(account.clone(), holder.clone(), amount)
                };
                Ok(Self { kind: CodeKind::QrBill, payload: bill.payload()? })
            }
            Currency::EUR => {
                let remittance = Remittance::Reference(reference.clone());
                let transfer = EpcTransfer::new(holder.name.clone(), account.clone(), amount, remittance);
                Ok(Self { kind: CodeKind::Epc, payload: transfer.payload()? })
            }
            other @ (Currency::AUD
            | Currency::CAD
            | Currency::DKK
            | Currency::GBP
            | Currency::HKD
            | Currency::JPY
            | Currency::MXN
            | Currency::NOK
            | Currency::NZD
            | Currency::SEK
            | Currency::SGD
            | Currency::USD) => Err(TransferCodeError::Currency(other)),
        }
    }
}

/// A field of one of the codes, for errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are by their names")]
pub enum CodeField {
    Name,
    Street,
    Building,
    Postcode,
    Town,
    Country,
    Message,
    BillingInformation,
    AlternativeProcedure,
    Bic,
    Purpose,
}

impl fmt::Display for CodeField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::Building => "building number",
            Self::Postcode => "postcode",
            Self::Town => "town",
            Self::Country => "country",
            Self::Message => "message",
            Self::BillingInformation => "billing information",
            Self::AlternativeProcedure => "alternative procedure",
            Self::Bic => "BIC",
            Self::Purpose => "purpose",
        })
    }
}

/// What was typed or printed, in its electronic form: without blanks, in capitals.
fn electronic(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// A text in groups of so many characters, with blanks between them.
fn in_groups(text: &str, size: usize) -> String {
    let mut shown = String::with_capacity(text.len().saturating_mul(2));
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at.is_multiple_of(size) {
            shown.push(' ');
        }
        shown.push(c);
    }
    shown
}

/// The remainder by 97 of a text in which letters are numbers from 10 (ISO 7064, MOD 97-10); none where it
/// has other characters. With the right check digits it is 1.
fn remainder_97(text: &str) -> Option<u32> {
    text.chars().try_fold(0, |so_far: u32, c| {
        let value = c.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((so_far * shift + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Party {
        Party {
            name: "Verein Alpenblick".to_owned(),
            street: String::new(),
            building: String::new(),
            postcode: "3011".to_owned(),
            town: "Bern".to_owned(),
            country: "CH".to_owned(),
        }
    }

    fn code(iban: &str, currency: Currency) -> Result<TransferCode, TransferCodeError> {
        let reference = CreditorReference::of("0C1D2E3F4A5B").unwrap();
        TransferCode::new(&holder(), &iban.parse().unwrap(), Money::new(6_050, currency), &reference)
    }

    #[test]
    fn francs_have_a_qr_bill_and_euros_an_epc_code() {
        let francs = code("CH93 0076 2011 6238 5295 7", Currency::CHF).unwrap();
        assert_eq!(francs.kind, CodeKind::QrBill);
        assert!(francs.payload.starts_with("SPC\r\n0200\r\n1\r\nCH9300762011623852957\r\n"));
        assert!(francs.payload.contains("\r\n60.50\r\nCHF\r\n"));
        assert!(francs.payload.ends_with("\r\nSCOR\r\nRF440C1D2E3F4A5B\r\n\r\nEPD"), "{}", francs.payload);
        let euros = code("DE89 3704 0044 0532 0130 00", Currency::EUR).unwrap();
        assert_eq!(euros.kind, CodeKind::Epc);
        assert_eq!(
            euros.payload,
            "BCD\n002\n1\nSCT\n\nVerein Alpenblick\nDE89370400440532013000\nEUR60.5\n\nRF440C1D2E3F4A5B"
        );
        let dollars = code("CH93 0076 2011 6238 5295 7", Currency::USD);
        assert_eq!(dollars, Err(TransferCodeError::Currency(Currency::USD)));
    }
}
