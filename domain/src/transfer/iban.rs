//! Account numbers (ISO 13616), in the countries that transfers in euros reach.

use core::fmt;
use core::str::FromStr;

use super::{electronic, in_groups, remainder_97};

/// How long an account number is in each country of the SEPA schemes (SWIFT's IBAN registry).
const LENGTHS: [(usize, &[&str]); 14] = [
    (15, &["NO"]),
    (16, &["BE"]),
    (18, &["DK", "FI", "NL"]),
    (19, &["MK", "SI"]),
    (20, &["AT", "EE", "LT", "LU"]),
    (21, &["CH", "HR", "LI", "LV"]),
    (22, &["BG", "DE", "GB", "IE", "ME", "RS", "VA"]),
    (23, &["GI"]),
    (24, &["AD", "CZ", "ES", "MD", "RO", "SE", "SK"]),
    (25, &["PT"]),
    (26, &["IS"]),
    (27, &["FR", "GR", "IT", "MC", "SM"]),
    (28, &["AL", "CY", "HU", "PL"]),
    (31, &["MT"]),
];

/// The account number of somebody in a country of the SEPA schemes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

/// The text is no such account number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Something else than letters and digits.
    #[error("an account number has letters and digits only")]
    Character,
    /// It does not begin with a country of the SEPA schemes.
    #[error("the account number begins with no country of the SEPA schemes")]
    Country,
    /// Its country's account numbers are longer or shorter.
    #[error("an account number of this country has {expected} characters, this one has {given}")]
    Length {
        /// What the country says.
        expected: usize,
        /// What it has.
        given: usize,
    },
    /// It is mistyped.
    #[error("the check digits of the account number do not match")]
    CheckDigits,
}

impl Iban {
    /// The electronic form: without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country's code.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// The number of its bank (IID), where it is Swiss or of Liechtenstein.
    pub fn institution(&self) -> Option<u32> {
        if !matches!(self.country(), "CH" | "LI") {
            return None;
        }
        self.0.get(4..9)?.parse().ok()
    }

    /// Whether it is a QR-IBAN: made for QR-bills with a QR reference (SIX, Swiss Implementation Guidelines
    /// QR-bill).
    pub fn is_qr_iban(&self) -> bool {
        self.institution().is_some_and(|institution| (30_000..=31_999).contains(&institution))
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    fn from_str(typed: &str) -> Result<Self, IbanError> {
        let text = electronic(typed);
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(IbanError::Character);
        }
        let (country, given) = (text.get(..2).unwrap_or_default(), text.len());
        let expected = LENGTHS.iter().find(|(_, countries)| countries.contains(&country));
        let (expected, _) = *expected.ok_or(IbanError::Country)?;
        if given != expected {
            return Err(IbanError::Length { expected, given });
        }
        let (start, rest) = text.split_at(4);
        if remainder_97(&format!("{rest}{start}")) != Some(1) {
            return Err(IbanError::CheckDigits);
        }
        Ok(Self(text))
    }
}

/// As it is printed: in fours.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_groups(&self.0, 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iban(typed: &str) -> Result<Iban, IbanError> {
        typed.parse()
    }

    #[test]
    fn account_number_is_the_same_however_it_is_typed() {
        let account = iban("ch93 0076 2011 6238 5295 7").unwrap();
        assert_eq!(account.as_str(), "CH9300762011623852957");
        assert_eq!(account.to_string(), "CH93 0076 2011 6238 5295 7");
        assert_eq!((account.country(), account.institution()), ("CH", Some(762)));
        assert!(!account.is_qr_iban());
        assert!(iban("CH4431999123000889012").unwrap().is_qr_iban());
        assert_eq!(iban("DE89370400440532013000").unwrap().institution(), None);
    }

    #[test]
    fn mistyped_account_number_is_told_as_what_is_wrong() {
        assert_eq!(iban("CH9300762011623852958"), Err(IbanError::CheckDigits));
        assert_eq!(iban("CH930076201162385295"), Err(IbanError::Length { expected: 21, given: 20 }));
        assert_eq!(iban("CH93007620116238529*7"), Err(IbanError::Character));
        for typed in ["", "C", "US9300762011623852957", "9300762011623852957CH"] {
            assert_eq!(iban(typed), Err(IbanError::Country), "{typed}");
        }
        assert_eq!(iban("CH93é0762011623852957"), Err(IbanError::Character));
    }
}
