//! Amounts of money: whole minor units of one currency, never a float, never two currencies in one sum.

mod typed;

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

pub use typed::{ParseAmountError, parse_amount, parse_decimal};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_show_their_minor_digits() {
        assert_eq!(Money::new(123_405, Currency::CHF).to_string(), "CHF 1234.05");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "EUR -0.05");
        assert_eq!(Money::new(500, Currency::JPY).to_string(), "JPY 500");
    }
}
