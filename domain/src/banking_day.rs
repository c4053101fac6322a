//! Days on which banks move money: the Swiss clearing's calendar and the Eurosystem's.

use crate::money::Currency;
use crate::time::Day;

/// Whose bank holidays count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankCalendar {
    /// Swiss Interbank Clearing: Zurich's bank holidays (SIX, "Bank holidays").
    Swiss,
    /// T2, the Eurosystem's settlement (ECB, "TARGET closing days", unchanged since 2002).
    Target,
}

impl BankCalendar {
    /// The calendar by which money in this currency arrives here: Swiss for francs, else the Eurosystem's.
    pub const fn for_currency(currency: Currency) -> Self {
        match currency {
            Currency::CHF => Self::Swiss,
            Currency::AUD
            | Currency::CAD
            | Currency::DKK
            | Currency::EUR
            | Currency::GBP
            | Currency::HKD
            | Currency::JPY
            | Currency::MXN
            | Currency::NOK
            | Currency::NZD
            | Currency::SEK
            | Currency::SGD
            | Currency::USD => Self::Target,
        }
    }

    /// Whether banks move money on this day.
    pub fn is_banking_day(self, day: Day) -> bool {
        day.days_from_monday() < 5 && !self.is_holiday(day)
    }

    /// The `n`th banking day after `day`; `day` itself does not count.
    pub fn banking_days_after(self, day: Day, n: u32) -> Day {
        let mut at = day;
        for _ in 0..n {
            at = at.plus_days(1);
            while !self.is_banking_day(at) {
                at = at.plus_days(1);
            }
        }
        at
    }

    /// The `n`th banking day before `day`; `day` itself does not count.
    pub fn banking_days_before(self, day: Day, n: u32) -> Day {
        let mut at = day;
        for _ in 0..n {
            at = at.plus_days(-1);
            while !self.is_banking_day(at) {
                at = at.plus_days(-1);
            }
        }
        at
    }

    fn is_holiday(self, day: Day) -> bool {
        let fixed = (day.month(), day.day());
        let from_easter = easter_sunday(day.year()).map(|easter| day.days_since(easter));
        match self {
            Self::Swiss => {
                matches!(fixed, (1, 1 | 2) | (5 | 8, 1) | (12, 25 | 26))
                    // Good Friday, Easter Monday, Ascension, Whit Monday.
                    || matches!(from_easter, Some(-2 | 1 | 39 | 50))
            }
            Self::Target => {
                matches!(fixed, (1 | 5, 1) | (12, 25 | 26)) || matches!(from_easter, Some(-2 | 1))
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar ("Anonymous Gregorian algorithm", Nature, 20 April 1876).
#[expect(clippy::many_single_char_names, reason = "the letters are the published algorithm's")]
fn easter_sunday(year: i32) -> Option<Day> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Day::new(year, u8::try_from(n / 31).ok()?, u8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for easter in
            ["2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2027-03-28", "2038-04-25", "2285-03-22"]
        {
            assert_eq!(easter_sunday(day(easter).year()), Some(day(easter)));
        }
    }

    #[test]
    fn holidays_of_2027_are_no_banking_days() {
        let closed = |calendar: BankCalendar| {
            let mut days = Vec::new();
            let mut at = day("2027-01-01");
            while at.year() == 2027 {
                if at.days_from_monday() < 5 && !calendar.is_banking_day(at) {
                    days.push(at.to_string());
                }
                at = at.plus_days(1);
            }
            days
        };
        assert_eq!(
            closed(BankCalendar::Swiss),
            ["2027-01-01", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17"],
            "1 May, 1 August and Christmas fall on weekends"
        );
        assert_eq!(closed(BankCalendar::Target), ["2027-01-01", "2027-03-26", "2027-03-29"]);
        assert!(!BankCalendar::Swiss.is_banking_day(day("2028-08-01")));
        assert!(BankCalendar::Target.is_banking_day(day("2028-08-01")));
    }

    #[test]
    fn banking_days_skip_weekends_and_easter() {
        let swiss = BankCalendar::Swiss;
        // Maundy Thursday: Good Friday, the weekend and Easter Monday do not count.
        assert_eq!(swiss.banking_days_after(day("2027-03-25"), 3), day("2027-04-01"));
        assert_eq!(swiss.banking_days_after(day("2027-03-09"), 3), day("2027-03-12"));
        assert_eq!(swiss.banking_days_before(day("2027-03-31"), 3), day("2027-03-24"));
        assert_eq!(swiss.banking_days_after(day("2027-03-09"), 0), day("2027-03-09"));
    }
}
