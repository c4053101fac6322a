//! References of transfers: the creditor reference (ISO 11649), and the QR reference of the Swiss QR-bill.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{electronic, in_groups, remainder_97};

/// What a creditor reference begins with, before its two check digits.
const CREDITOR_MARK: &str = "RF";
/// The most characters of one's own in a creditor reference.
const CREDITOR_OWN_CHARS_MAX: usize = 21;
/// Digits of a QR reference, with the check digit.
const QR_DIGITS: usize = 27;
/// The table of the recursive modulo 10 (SIX, Swiss Implementation Guidelines QR-bill, annex B).
const CARRIES: [u32; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];

/// The text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Characters that it may not have, or not the ones that it begins with.
    #[error("the reference has characters that it may not have, or not the ones that it begins with")]
    Format,
    /// Too long or too short.
    #[error("the reference is too long or too short")]
    Length,
    /// It is mistyped.
    #[error("the check digits of the reference do not match")]
    CheckDigits,
}

/// A creditor reference (ISO 11649): `RF`, two check digits, and up to 21 letters and digits of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditorReference(String);

impl CreditorReference {
    /// The reference with this in it.
    ///
    /// # Errors
    /// [`ReferenceError`] where there is too much or nothing, or where it is not only letters and digits.
    pub fn of(own: &str) -> Result<Self, ReferenceError> {
        let own = electronic(own);
        let remainder = remainder_97(&format!("{own}{CREDITOR_MARK}00")).ok_or(ReferenceError::Format)?;
        format!("{CREDITOR_MARK}{:02}{own}", 98 - remainder).parse()
    }

    /// The electronic form: without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CreditorReference {
    type Err = ReferenceError;

    fn from_str(typed: &str) -> Result<Self, ReferenceError> {
        let text = electronic(typed);
        let is_format = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let rest = text.strip_prefix(CREDITOR_MARK).filter(|_| is_format).ok_or(ReferenceError::Format)?;
        let (digits, own) = rest.split_at_checked(2).ok_or(ReferenceError::Length)?;
        if !(1..=CREDITOR_OWN_CHARS_MAX).contains(&own.len()) {
            return Err(ReferenceError::Length);
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ReferenceError::Format);
        }
        if remainder_97(&format!("{own}{CREDITOR_MARK}{digits}")) != Some(1) {
            return Err(ReferenceError::CheckDigits);
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for CreditorReference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<CreditorReference> for String {
    fn from(reference: CreditorReference) -> Self {
        reference.0
    }
}

/// As it is printed: in fours.
impl fmt::Display for CreditorReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_groups(&self.0, 4))
    }
}

/// A QR reference: 26 digits of one's own and a check digit. It goes with a QR-IBAN only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QrReference(String);

impl QrReference {
    /// The electronic form: without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QrReference {
    type Err = ReferenceError;

    fn from_str(typed: &str) -> Result<Self, ReferenceError> {
        let text = electronic(typed);
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ReferenceError::Format);
        }
        if text.len() != QR_DIGITS {
            return Err(ReferenceError::Length);
        }
        // With the right check digit the last carry is none.
        if carry_10(&text) != Some(0) {
            return Err(ReferenceError::CheckDigits);
        }
        Ok(Self(text))
    }
}

/// As it is printed: two digits, then fives.
impl fmt::Display for QrReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, rest) = self.0.split_at(2);
        write!(f, "{start} {}", in_groups(rest, 5))
    }
}

/// What the recursive modulo 10 carries after the last of these digits; none where they are not only digits.
fn carry_10(digits: &str) -> Option<u32> {
    digits.chars().try_fold(0, |carry: u32, c| {
        let at = (carry + c.to_digit(10)?) % 10;
        CARRIES.get(usize::try_from(at).ok()?).copied()
    })
}

/// The reference on a QR-bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A QR reference.
    Qr(QrReference),
    /// A creditor reference.
    Creditor(CreditorReference),
    /// None.
    None,
}

impl Reference {
    /// The name of its kind in the code.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Qr(_) => "QRR",
            Self::Creditor(_) => "SCOR",
            Self::None => "NON",
        }
    }

    /// The electronic form; empty for none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Qr(reference) => reference.as_str(),
            Self::Creditor(reference) => reference.as_str(),
            Self::None => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creditor_reference_is_made_with_its_check_digits() {
        let reference = CreditorReference::of("5390 0754 7034").unwrap();
        assert_eq!(reference.as_str(), "RF18539007547034");
        assert_eq!(reference.to_string(), "RF18 5390 0754 7034");
        assert_eq!("rf18 5390 0754 7034".parse(), Ok(reference));
        assert_eq!(CreditorReference::of(""), Err(ReferenceError::Length));
        assert_eq!(CreditorReference::of(&"7".repeat(22)), Err(ReferenceError::Length));
        assert_eq!(CreditorReference::of("a-b"), Err(ReferenceError::Format));
    }

    #[test]
    fn creditor_reference_keeps_what_it_was_made_of_in_json() {
        let reference = CreditorReference::of("0C1D2E3F4A5B").unwrap();
        let json = serde_json::to_string(&reference).unwrap();
        assert_eq!(json, "\"RF440C1D2E3F4A5B\"");
        assert_eq!(serde_json::from_str::<CreditorReference>(&json).unwrap(), reference);
        assert!(serde_json::from_str::<CreditorReference>("\"RF450C1D2E3F4A5B\"").is_err());
    }

    #[test]
    fn mistyped_creditor_reference_is_refused() {
        let read = |typed: &str| typed.parse::<CreditorReference>();
        assert_eq!(read("RF19539007547034"), Err(ReferenceError::CheckDigits));
        assert_eq!(read("FR18539007547034"), Err(ReferenceError::Format));
        assert_eq!(read("RFA8539007547034"), Err(ReferenceError::Format));
        assert_eq!(read("RF"), Err(ReferenceError::Length));
        assert_eq!(read("RF18"), Err(ReferenceError::Length));
        assert_eq!(read("RF1é"), Err(ReferenceError::Format));
    }

    #[test]
    fn qr_reference_is_checked_by_its_last_digit() {
        let read = |typed: &str| typed.parse::<QrReference>();
        let reference = read("21 00000 00003 13947 14300 09017").unwrap();
        assert_eq!(reference.as_str(), "210000000003139471430009017");
        assert_eq!(reference.to_string(), "21 00000 00003 13947 14300 09017");
        assert_eq!(read("210000000003139471430009018"), Err(ReferenceError::CheckDigits));
        assert_eq!(read("21000000000313947143000901"), Err(ReferenceError::Length));
        assert_eq!(read("21000000000313947143000901O"), Err(ReferenceError::Format));
    }
}
