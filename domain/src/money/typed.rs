//! Amounts as people type them. What has one reading is read, what has two is asked about, and nothing is
//! guessed.

use super::{Currency, Money};
use crate::typed::trim_typed;

/// Why a typed amount was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// Something other than digits, in groups of three or in none, and one decimal mark.
    #[error("not an amount in digits")]
    NotDigits,
    /// It names another currency than the one that is asked for.
    #[error("not in {wanted}")]
    OtherCurrency {
        /// The one that is asked for.
        wanted: Currency,
    },
    /// Less than nothing.
    #[error("less than nothing")]
    Negative,
    /// More decimals than the currency has.
    #[error("too many decimals")]
    TooManyDecimals,
    /// A mark that either groups or parts decimals.
    #[error("either {grouped} or {decimal}")]
    TwoReadings {
        /// What it is where the mark groups.
        grouped: Money,
        /// What it is where decimals follow the mark, as many of them as the currency has.
        decimal: Money,
    },
    /// More than 64 bits hold.
    #[error("amount out of range")]
    OutOfRange,
}

/// What stands between digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Point,
    Comma,
    Apostrophe,
    Blank,
}

impl Mark {
    const fn of(c: char) -> Option<Self> {
        match c {
            '.' => Some(Self::Point),
            ',' => Some(Self::Comma),
            '\'' | '’' | '‘' | '´' | '`' | 'ʼ' => Some(Self::Apostrophe),
            ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => Some(Self::Blank),
            _ => None,
        }
    }

    const fn may_part_decimals(self) -> bool {
        match self {
            Self::Point | Self::Comma => true,
            Self::Apostrophe | Self::Blank => false,
        }
    }
}

/// Reads an amount as people type it: `60`, `60.50`, `60,5`, `1'234.50`, `1,234.50`, `1.234,50`, `1 234,50`,
/// `60.-`, `60.--`, and with the currency before or after it: `CHF 60`, `60 chf`, `60.- Fr.`.
///
/// Groups have three digits and one mark, the whole amount through. `1.234` and `1,234` have two readings
/// wherever the currency has decimals: nobody pays 1.234 francs, but a slip of the finger makes 12.500 of
/// 12.50, and reading that as twelve thousand would take a thousand times what was meant. In yen, which have
/// no decimals, the mark can only group.
///
/// # Errors
/// [`ParseAmountError`] says what was not understood.
pub fn parse_amount(typed: &str, currency: Currency) -> Result<Money, ParseAmountError> {
    let text = without_currency(trim_typed(typed), currency)?;
    if let Some(rest) = text.strip_prefix(['-', '−', '–'])
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && parse_amount(rest, currency).is_ok()
    {
        return Err(ParseAmountError::Negative);
    }
    let text = without_dash(text);
    if text.is_empty() {
        return Err(ParseAmountError::Empty);
    }
    let marks: Vec<Mark> = text.chars().filter_map(Mark::of).collect();
    let parts: Vec<&str> = text.split(|c| Mark::of(c).is_some()).collect();
    let whole = grouped(&parts, &marks).map(|whole| (whole, ""));
    match (whole, with_decimals(&parts, &marks)) {
        (None, None) => Err(ParseAmountError::NotDigits),
        (Some((whole, decimals)), None) | (None, Some((whole, decimals))) => {
            money(&whole, decimals, currency)
        }
        (Some((whole, _)), Some(_)) if currency.minor_digits() == 0 => money(&whole, "", currency),
        (Some((whole, _)), Some((major, decimals))) => {
            let kept = decimals.get(..digits_of(currency)).unwrap_or(decimals);
            Err(ParseAmountError::TwoReadings {
                grouped: money(&whole, "", currency)?,
                decimal: money(&major, kept, currency)?,
            })
        }
    }
}

/// Reads an amount as programs write it: digits and, where there are decimals, one point before them.
///
/// # Errors
/// [`ParseAmountError`] where it is none.
pub fn parse_decimal(text: &str, currency: Currency) -> Result<Money, ParseAmountError> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return Err(ParseAmountError::NotDigits);
    }
    money(whole, decimals, currency)
}

fn digits_of(currency: Currency) -> usize {
    usize::try_from(currency.minor_digits()).unwrap_or(0)
}

fn money(whole: &str, decimals: &str, currency: Currency) -> Result<Money, ParseAmountError> {
    let width = digits_of(currency);
    if decimals.len() > width {
        return Err(ParseAmountError::TooManyDecimals);
    }
    let minor = format!("{whole}{decimals:0<width$}").parse().map_err(|_| ParseAmountError::OutOfRange)?;
    Ok(Money::new(minor, currency))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// All digits, where they stand in one group or in groups of three with the same mark between them.
fn grouped(parts: &[&str], marks: &[Mark]) -> Option<String> {
    let (first, groups) = parts.split_first()?;
    let is_one_mark = marks.iter().all(|mark| Some(mark) == marks.first());
    let is_first = groups.is_empty() || (first.len() <= 3 && !first.starts_with('0'));
    let is_grouped = is_first && groups.iter().all(|group| group.len() == 3);
    let is_number = !first.is_empty() && parts.iter().all(|part| is_digits(part));
    (is_one_mark && is_grouped && is_number).then(|| parts.concat())
}

/// What stands before and after the last mark, where that one can part decimals and no other is the same.
fn with_decimals<'a>(parts: &[&'a str], marks: &[Mark]) -> Option<(String, &'a str)> {
    let ((decimals, before), (mark, between)) = (parts.split_last()?, marks.split_last()?);
    if !mark.may_part_decimals() || between.contains(mark) || !is_digits(decimals) {
        return None;
    }
    match before {
        // `.50` is half a franc.
        [""] if !decimals.is_empty() => Some(("0".to_owned(), decimals)),
        _ => Some((grouped(before, between)?, decimals)),
    }
}

/// `60.` of `60.-`, `60.--` and `60.–`: dashes after a mark stand for no decimals.
fn without_dash(text: &str) -> &str {
    let rest = text.trim_end_matches(['-', '–', '—', '−']);
    if rest.ends_with(['.', ',']) { rest } else { text }
}

/// How people write a currency: what begins like another comes after it.
const fn names(currency: Currency) -> &'static [&'static str] {
    match currency {
        Currency::CHF => &["CHF", "SFr.", "SFr", "Franken", "francs", "franchi", "Fr.", "Fr"],
        Currency::EUR => &["EUROS", "EURO", "EUR", "€"],
        Currency::GBP => &["GBP", "£"],
        Currency::JPY => &["JPY", "¥"],
        Currency::USD => &["USD", "$"],
        Currency::AUD => &["AUD", "$"],
        Currency::CAD => &["CAD", "$"],
        Currency::HKD => &["HKD", "$"],
        Currency::MXN => &["MXN", "$"],
        Currency::NZD => &["NZD", "$"],
        Currency::SGD => &["SGD", "$"],
        Currency::DKK => &["DKK", "kr."],
        Currency::NOK => &["NOK", "kr."],
        Currency::SEK => &["SEK", "kr."],
    }
}

/// What is left of a typed amount without the currency that was written before or after it.
fn without_currency(text: &str, currency: Currency) -> Result<&str, ParseAmountError> {
    let without = |currency| names(currency).iter().find_map(|name| without_name(text, name));
    match without(currency) {
        Some(rest) => Ok(rest),
        None if Currency::ALL.iter().any(|other| without(*other).is_some()) => {
            Err(ParseAmountError::OtherCurrency { wanted: currency })
        }
        None => Ok(text),
    }
}

fn without_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let before = text.split_at_checked(name.len()).map(|(first, rest)| (first, rest, rest.chars().next()));
    let at_end = text.len().checked_sub(name.len()).and_then(|at| text.split_at_checked(at));
    let after = at_end.map(|(rest, last)| (last, rest, rest.chars().next_back()));
    [before, after].into_iter().flatten().find_map(|(part, rest, neighbour)| {
        let is_name = part.eq_ignore_ascii_case(name) && !neighbour.is_some_and(char::is_alphabetic);
        is_name.then(|| trim_typed(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chf(typed: &str) -> Result<i64, ParseAmountError> {
        parse_amount(typed, Currency::CHF).map(Money::minor)
    }

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

    #[test]
    fn what_has_one_reading_is_read() {
        for (typed, minor) in [
            ("60", 6_000),
            ("60.5", 6_050),
            ("60.50", 6_050),
            ("60,50", 6_050),
            (".50", 50),
            ("60.", 6_000),
            (" 60 ", 6_000),
            ("1'234.50", 123_450),
            ("1’234,50", 123_450),
            ("1’234", 123_400),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1.234.567", 123_456_700),
            ("1,234,567.8", 123_456_780),
            ("1 234.50", 123_450),
            ("1\u{a0}234,50", 123_450),
            ("1\u{202f}234,5", 123_450),
            ("1\u{2009}234\u{a0}567", 123_456_700),
            ("60.-", 6_000),
            ("60.–", 6_000),
            ("60.--", 6_000),
            ("60,—", 6_000),
            ("1'234.--", 123_400),
            ("1.234,--", 123_400),
            ("0", 0),
        ] {
            assert_eq!(chf(typed), Ok(minor), "{typed}");
        }
        assert_eq!(parse_amount("500", Currency::JPY).map(Money::minor), Ok(500));
        assert_eq!(parse_amount("1,234", Currency::JPY).map(Money::minor), Ok(1_234));
    }

    #[test]
    fn currency_stands_before_or_after() {
        for (typed, currency) in [
            ("CHF 60", Currency::CHF),
            ("60 CHF", Currency::CHF),
            ("chf60.00", Currency::CHF),
            ("Fr. 60", Currency::CHF),
            ("fr 60.-", Currency::CHF),
            ("60.– Fr.", Currency::CHF),
            ("SFr. 60.--", Currency::CHF),
            ("60 Franken", Currency::CHF),
            ("60 francs", Currency::CHF),
            ("CHF\u{a0}60", Currency::CHF),
            ("CHF\u{200b}60", Currency::CHF),
            ("€60", Currency::EUR),
            ("60 €", Currency::EUR),
            ("60 eur", Currency::EUR),
            ("60 Euro", Currency::EUR),
            ("$60", Currency::USD),
            ("$ 60", Currency::CAD),
            ("£ 60", Currency::GBP),
            ("60 kr.", Currency::SEK),
            ("60 sek", Currency::SEK),
        ] {
            assert_eq!(parse_amount(typed, currency), Ok(Money::new(6_000, currency)), "{typed}");
        }
        for typed in ["EUR 60", "60 €", "60 euros", "$60", "USD", "¥ 60"] {
            let wanted = Currency::CHF;
            assert_eq!(chf(typed), Err(ParseAmountError::OtherCurrency { wanted }), "{typed}");
        }
        let wanted = Currency::EUR;
        assert_eq!(parse_amount("Fr. 60", wanted), Err(ParseAmountError::OtherCurrency { wanted }));
    }

    #[test]
    fn mark_that_groups_or_parts_decimals_is_asked_about() {
        for (typed, grouped, decimal) in [
            ("1.234", 123_400, 123),
            ("1,234", 123_400, 123),
            ("12.500", 1_250_000, 1_250),
            ("60.555 CHF", 6_055_500, 6_055),
        ] {
            let (grouped, decimal) = (Money::new(grouped, Currency::CHF), Money::new(decimal, Currency::CHF));
            assert_eq!(chf(typed), Err(ParseAmountError::TwoReadings { grouped, decimal }), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_for_its_own_reason() {
        for (typed, error) in [
            ("", ParseAmountError::Empty),
            ("\u{200b}", ParseAmountError::Empty),
            ("CHF", ParseAmountError::Empty),
            ("Fr.", ParseAmountError::Empty),
            ("CHF 60 CHF", ParseAmountError::NotDigits),
            ("sixty", ParseAmountError::NotDigits),
            ("frozen", ParseAmountError::NotDigits),
            ("-5", ParseAmountError::Negative),
            ("CHF −5.50", ParseAmountError::Negative),
            ("--5", ParseAmountError::NotDigits),
            ("60-", ParseAmountError::NotDigits),
            ("-", ParseAmountError::NotDigits),
            ("5.5.5", ParseAmountError::NotDigits),
            ("10 20", ParseAmountError::NotDigits),
            ("1 2 3", ParseAmountError::NotDigits),
            ("1'2", ParseAmountError::NotDigits),
            ("1'23", ParseAmountError::NotDigits),
            ("1'2345", ParseAmountError::NotDigits),
            ("1234'567", ParseAmountError::NotDigits),
            ("0'123", ParseAmountError::NotDigits),
            ("1'234 567", ParseAmountError::NotDigits),
            ("1,23,456", ParseAmountError::NotDigits),
            ("1''234", ParseAmountError::NotDigits),
            ("10 20.50", ParseAmountError::NotDigits),
            (".", ParseAmountError::NotDigits),
            (".-", ParseAmountError::NotDigits),
            ("1e3", ParseAmountError::NotDigits),
            ("٣", ParseAmountError::NotDigits),
            ("60.5555", ParseAmountError::TooManyDecimals),
            ("0.123", ParseAmountError::TooManyDecimals),
            ("1'234.567", ParseAmountError::TooManyDecimals),
            ("1234.567", ParseAmountError::TooManyDecimals),
            ("99999999999999999999", ParseAmountError::OutOfRange),
        ] {
            assert_eq!(chf(typed), Err(error), "{typed}");
        }
        assert_eq!(parse_amount("5.5", Currency::JPY), Err(ParseAmountError::TooManyDecimals));
    }

    #[test]
    fn programs_write_amounts_without_groups() {
        let read = |text| parse_decimal(text, Currency::CHF).map(Money::minor);
        assert_eq!((read("1180"), read("1180.5")), (Ok(118_000), Ok(118_050)));
        assert_eq!(read("1.234"), Err(ParseAmountError::TooManyDecimals));
        assert_eq!(parse_decimal("1.234", Currency::JPY), Err(ParseAmountError::TooManyDecimals));
        for text in ["", ".5", "1,5", "1 234", "1.2.3", "CHF 1"] {
            assert_eq!(read(text), Err(ParseAmountError::NotDigits), "{text}");
        }
    }
}
