//! Amounts of money: whole minor units of one currency, never a float, never two currencies in one sum.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! currencies {
    ($($code:ident $digits:literal)+) => {
        /// An ISO 4217 currency that campaigns may use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "UPPERCASE")]
        #[expect(missing_docs, reason = "the names are the ISO codes")]
        pub enum Currency { $($code),+ }

        impl Currency {
            /// All of them, by code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The three-letter code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),+ }
            }

            /// Digits after the decimal point (ISO 4217 exponent).
            pub const fn minor_digits(self) -> u32 {
                match self { $(Self::$code => $digits),+ }
            }
        }

        impl FromStr for Currency {
            type Err = UnknownCurrency;

            fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
                match code { $(stringify!($code) => Ok(Self::$code),)+ _ => Err(UnknownCurrency) }
            }
        }
    };
}

currencies! {
    AUD 2 CAD 2 CHF 2 DKK 2 EUR 2 GBP 2 HKD 2 JPY 0 MXN 2 NOK 2 NZD 2 SEK 2 SGD 2 USD 2
}

/// The code is not one of [`Currency::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency")]
pub struct UnknownCurrency;

impl Currency {
    /// How many minor units make one major unit: 100 for CHF, 1 for JPY.
    pub const fn minor_per_major(self) -> i64 {
        10_i64.pow(self.minor_digits())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in one currency; negative amounts occur in books, never in what people enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount in minor units (Rappen, cents).
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a person types it into a field: without the currency, and without `.00`.
    pub fn typed(self) -> String {
        let per_major = self.currency.minor_per_major();
        let (major, rest) = (self.minor / per_major, self.minor % per_major);
        let width = usize::try_from(self.currency.minor_digits()).unwrap_or(0);
        if rest == 0 { major.to_string() } else { format!("{major}.{:0width$}", rest.unsigned_abs()) }
    }
}

/// For logs and errors: `CHF 1234.50`. Pages format by language.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_major = self.currency.minor_per_major().unsigned_abs();
        let (major, rest) = (self.minor.unsigned_abs() / per_major, self.minor.unsigned_abs() % per_major);
        let sign = if self.minor < 0 { "-" } else { "" };
        write!(f, "{} {sign}{major}", self.currency)?;
        match self.currency.minor_digits() {
            0 => Ok(()),
            digits => write!(f, ".{rest:0width$}", width = usize::try_from(digits).unwrap_or(0)),
        }
    }
}

/// Why a typed amount was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// Something other than digits, one decimal mark and grouping marks.
    #[error("not an amount in digits")]
    NotDigits,
    /// More decimals than the currency has.
    #[error("too many decimals")]
    TooManyDecimals,
    /// More than 64 bits hold.
    #[error("amount out of range")]
    OutOfRange,
}

/// Reads an amount as people type it: `60`, `60.50`, `60,5`, `1'234.50`, `1’234,50`, `1 234,50`, `60.-`, and with the
/// currency before or after it: `CHF 60`, `60 chf`, `Fr. 60`.
///
/// The last point or comma is the decimal mark when at most the currency's decimals follow it and it occurs once;
/// apostrophes and spaces group. `1.234` is refused in a currency of two decimals rather than guessed.
///
/// # Errors
/// [`ParseAmountError`] says what was not understood. Negative amounts are not understood.
pub fn parse_amount(typed: &str, currency: Currency) -> Result<Money, ParseAmountError> {
    let text = without_currency(typed.trim(), currency);
    if text.is_empty() {
        return Err(ParseAmountError::Empty);
    }
    let (whole, decimals) = match text.rfind(['.', ',']) {
        Some(at) => {
            let (whole, rest) = text.split_at(at);
            let decimals = rest.trim_start_matches(['.', ',']);
            (whole, if matches!(decimals, "-" | "–" | "—") { "" } else { decimals })
        }
        None => (text, ""),
    };
    let digits: String = whole.chars().filter(|c| !is_grouping(*c)).collect();
    let all_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if digits.is_empty() || !all_digits(&digits) || !all_digits(decimals) {
        return Err(ParseAmountError::NotDigits);
    }
    let width = usize::try_from(currency.minor_digits()).unwrap_or(0);
    if decimals.len() > width {
        return Err(ParseAmountError::TooManyDecimals);
    }
    let minor = format!("{digits}{decimals:0<width$}").parse().map_err(|_| ParseAmountError::OutOfRange)?;
    Ok(Money::new(minor, currency))
}

/// What is left of a typed amount without the currency that was written before or after it.
fn without_currency(text: &str, currency: Currency) -> &str {
    let marks: &[&str] = match currency {
        Currency::CHF => &["CHF", "Fr.", "Fr"],
        Currency::EUR => &["EUR", "€"],
        Currency::USD => &["USD", "$"],
        Currency::GBP => &["GBP", "£"],
        _ => &[currency.code()],
    };
    let is_mark = |part: &str, mark: &str| part.eq_ignore_ascii_case(mark);
    for mark in marks {
        if let Some((first, rest)) = text.split_at_checked(mark.len())
            && is_mark(first, mark)
        {
            return rest.trim();
        }
        let split = text.len().checked_sub(mark.len()).and_then(|at| text.split_at_checked(at));
        if let Some((rest, last)) = split
            && is_mark(last, mark)
        {
            return rest.trim();
        }
    }
    text
}

const fn is_grouping(c: char) -> bool {
    matches!(c, '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_amount_is_read_back() {
        for (minor, currency, typed) in
            [(6_000, Currency::CHF, "60"), (6_005, Currency::CHF, "60.05"), (60, Currency::JPY, "60")]
        {
            let amount = Money::new(minor, currency);
            assert_eq!(amount.typed(), typed);
            assert_eq!(parse_amount(typed, currency), Ok(amount));
        }
    }

    fn chf(typed: &str) -> Result<i64, ParseAmountError> {
        parse_amount(typed, Currency::CHF).map(Money::minor)
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, minor) in [
            ("60", 6_000),
            ("60.5", 6_050),
            ("60.50", 6_050),
            ("60,50", 6_050),
            (" 60 ", 6_000),
            ("1'234.50", 123_450),
            ("1’234,50", 123_450),
            ("1 234.50", 123_450),
            ("1\u{202f}234,5", 123_450),
            ("CHF 60", 6_000),
            ("60 CHF", 6_000),
            ("chf 60", 6_000),
            ("60.50chf", 6_050),
            ("Fr. 60", 6_000),
            ("fr 60.-", 6_000),
            ("60.– Fr.", 6_000),
            ("CHF\u{a0}1’234.50", 123_450),
            ("1\u{202f}234.50\u{a0}CHF", 123_450),
            ("60.-", 6_000),
            ("60.–", 6_000),
            ("0", 0),
        ] {
            assert_eq!(chf(typed), Ok(minor), "{typed}");
        }
        assert_eq!(parse_amount("500", Currency::JPY).map(Money::minor), Ok(500));
        for (typed, currency) in [
            ("€60", Currency::EUR),
            ("60 €", Currency::EUR),
            ("60 eur", Currency::EUR),
            ("$60", Currency::USD),
            ("£ 60", Currency::GBP),
            ("60 sek", Currency::SEK),
        ] {
            assert_eq!(parse_amount(typed, currency), Ok(Money::new(6_000, currency)), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (typed, error) in [
            ("", ParseAmountError::Empty),
            ("CHF", ParseAmountError::Empty),
            ("Fr.", ParseAmountError::Empty),
            ("EUR 60", ParseAmountError::NotDigits),
            ("60 €", ParseAmountError::NotDigits),
            ("CHF 60 CHF", ParseAmountError::NotDigits),
            ("sixty", ParseAmountError::NotDigits),
            ("-5", ParseAmountError::NotDigits),
            ("5.5.5", ParseAmountError::NotDigits),
            ("1.234", ParseAmountError::TooManyDecimals),
            (".", ParseAmountError::NotDigits),
            ("1e3", ParseAmountError::NotDigits),
            ("99999999999999999999", ParseAmountError::OutOfRange),
            ("٣", ParseAmountError::NotDigits),
        ] {
            assert_eq!(chf(typed), Err(error), "{typed}");
        }
        assert_eq!(parse_amount("5.5", Currency::JPY), Err(ParseAmountError::TooManyDecimals));
    }

    #[test]
    fn amounts_show_their_minor_digits() {
        assert_eq!(Money::new(123_405, Currency::CHF).to_string(), "CHF 1234.05");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "EUR -0.05");
        assert_eq!(Money::new(500, Currency::JPY).to_string(), "JPY 500");
    }
}
