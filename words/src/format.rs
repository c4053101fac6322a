//! Money, numbers, percentages and dates as each language writes them.

use multitude_domain::locale::Locale;
use multitude_domain::money::Money;
use multitude_domain::time::{Day, Timestamp};

const NBSP: char = '\u{a0}';
const NARROW_NBSP: char = '\u{202f}';
const APOSTROPHE: char = '’';
const MINUS: char = '−';

/// How exactly an amount is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// On cards: `.00` is dropped.
    Card,
    /// In ledgers, receipts and mails: never.
    Exact,
}

/// An amount: `CHF 1’234.50`, in French `1 234.50 CHF`.
pub fn money(locale: Locale, amount: Money, precision: Precision) -> String {
    let (currency, digits) = (amount.currency(), digits(locale, amount, precision));
    match locale {
        Locale::Fr => format!("{digits}{NBSP}{currency}"),
        Locale::En | Locale::De | Locale::It => format!("{currency}{NBSP}{digits}"),
    }
}

/// An amount beside another of the same currency, which is not said again: `1’234.50`.
pub fn digits(locale: Locale, amount: Money, precision: Precision) -> String {
    let currency = amount.currency();
    let per_major = currency.minor_per_major().unsigned_abs();
    let minor = amount.minor().unsigned_abs();
    let (major, rest) = (minor / per_major, minor % per_major);
    let mut digits = grouped(locale, major);
    if currency.minor_digits() > 0 && (precision == Precision::Exact || rest > 0) {
        let width = usize::try_from(currency.minor_digits()).unwrap_or(0);
        digits = format!("{digits}.{rest:0width$}");
    }
    if amount.minor() < 0 {
        digits.insert(0, MINUS);
    }
    digits
}

/// A whole number: `1’234`, in French `1 234`.
pub fn number(locale: Locale, n: i64) -> String {
    let digits = grouped(locale, n.unsigned_abs());
    if n < 0 { format!("{MINUS}{digits}") } else { digits }
}

/// Basis points as a percentage: `62.5 %`, in French `62,5 %`; whole ones without decimals.
pub fn percent(locale: Locale, basis_points: i64) -> String {
    let (whole, rest) = (basis_points.abs() / 100, basis_points.unsigned_abs() % 100);
    let mark = if locale == Locale::Fr { ',' } else { '.' };
    let decimals = format!("{rest:02}");
    let decimals = decimals.trim_end_matches('0');
    let sign = if basis_points < 0 { "−" } else { "" };
    let whole = number(locale, whole);
    if decimals.is_empty() {
        format!("{sign}{whole}{NBSP}%")
    } else {
        format!("{sign}{whole}{mark}{decimals}{NBSP}%")
    }
}

/// A day: `9. März 2027`, `9 mars 2027`, `9 marzo 2027`, `9 March 2027`.
pub fn day(locale: Locale, day: Day) -> String {
    format!("{} {} {}", day_of_month(locale, day.day()), month(locale, day.month()), day.year())
}

/// A month: `März 2027`.
pub fn month_year(locale: Locale, year: i32, month_number: u8) -> String {
    format!("{} {year}", month(locale, month_number))
}

/// Zurich's date and time, and whose they are: `9. März 2027, 23:59 Schweizer Zeit`, in French
/// `9 mars 2027 à 23:59 (heure suisse)`.
pub fn date_time(locale: Locale, at: Timestamp) -> String {
    let join = if locale == Locale::Fr { " à " } else { ", " };
    format!("{}{join}{}", day(locale, at.in_zurich().day), time_of_day(locale, at))
}

/// Zurich's time of day, and whose it is: `14:35 Swiss time`. Readers elsewhere have another.
pub fn time_of_day(locale: Locale, at: Timestamp) -> String {
    let civil = at.in_zurich();
    format!("{:02}:{:02} {}", civil.hour, civil.minute, zone(locale))
}

/// Whose time pages and mails name, as it stands behind an hour within a sentence.
const fn zone(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Swiss time",
        Locale::De => "Schweizer Zeit",
        Locale::Fr => "(heure suisse)",
        Locale::It => "(ora svizzera)",
    }
}

fn grouped(locale: Locale, n: u64) -> String {
    let mark = if locale == Locale::Fr { NARROW_NBSP } else { APOSTROPHE };
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len().saturating_mul(2));
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at) % 3 == 0 {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

fn day_of_month(locale: Locale, day: u8) -> String {
    match (locale, day) {
        (Locale::De, _) => format!("{day}."),
        (Locale::Fr, 1) => "1er".to_owned(),
        (Locale::It, 1) => "1º".to_owned(),
        (Locale::En | Locale::Fr | Locale::It, _) => day.to_string(),
    }
}

fn month(locale: Locale, month: u8) -> &'static str {
    let names: [&str; 12] = match locale {
        Locale::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Locale::De => [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        Locale::Fr => [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        Locale::It => [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
    };
    names.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use multitude_domain::money::{Currency, parse_amount};

    use super::*;

    fn chf(minor: i64) -> Money {
        Money::new(minor, Currency::CHF)
    }

    #[test]
    fn money_is_written_as_each_language_writes_it() {
        for (locale, shown) in [
            (Locale::De, "CHF\u{a0}1’234.50"),
            (Locale::En, "CHF\u{a0}1’234.50"),
            (Locale::It, "CHF\u{a0}1’234.50"),
            (Locale::Fr, "1\u{202f}234.50\u{a0}CHF"),
        ] {
            assert_eq!(money(locale, chf(123_450), Precision::Exact), shown);
        }
        assert_eq!(money(Locale::De, chf(4_800_000), Precision::Card), "CHF\u{a0}48’000");
        assert_eq!(money(Locale::De, chf(4_800_050), Precision::Card), "CHF\u{a0}48’000.50");
        assert_eq!(money(Locale::De, chf(4_800_000), Precision::Exact), "CHF\u{a0}48’000.00");
        assert_eq!(money(Locale::De, chf(-500), Precision::Card), "CHF\u{a0}−5");
        assert_eq!(money(Locale::De, Money::new(1_234, Currency::JPY), Precision::Exact), "JPY\u{a0}1’234");
    }

    #[test]
    fn shown_amounts_are_read_back_when_typed() {
        for (locale, currency) in
            Locale::ALL.into_iter().flat_map(|locale| Currency::ALL.iter().map(move |one| (locale, *one)))
        {
            for minor in [0, 5, 6_000, 123_450, 4_800_000, i64::MAX] {
                let amount = Money::new(minor, currency);
                for precision in [Precision::Exact, Precision::Card] {
                    let shown = money(locale, amount, precision);
                    assert_eq!(parse_amount(&shown, currency), Ok(amount), "{shown}");
                }
            }
        }
    }

    #[test]
    fn percentages_use_the_mark_of_their_language() {
        assert_eq!(percent(Locale::De, 6_250), "62.5\u{a0}%");
        assert_eq!(percent(Locale::Fr, 6_250), "62,5\u{a0}%");
        assert_eq!(percent(Locale::It, 12_300), "123\u{a0}%");
    }

    #[test]
    fn dates_are_zurichs_and_in_the_readers_language() {
        let deadline = Day::new(2027, 3, 9).unwrap().end_in_zurich();
        for (locale, shown) in [
            (Locale::De, "9. März 2027, 23:59 Schweizer Zeit"),
            (Locale::Fr, "9 mars 2027 à 23:59 (heure suisse)"),
            (Locale::It, "9 marzo 2027, 23:59 (ora svizzera)"),
            (Locale::En, "9 March 2027, 23:59 Swiss time"),
        ] {
            assert_eq!(date_time(locale, deadline), shown);
            assert!(shown.ends_with(&time_of_day(locale, deadline)), "a time of day alone has its zone too");
        }
        let first = Day::new(2027, 6, 1).unwrap();
        assert_eq!(day(Locale::Fr, first), "1er juin 2027");
        assert_eq!(day(Locale::It, first), "1º giugno 2027");
    }
}
