//! Instants, calendar days and Zurich's civil time. Nothing here knows what time it is.

use core::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, Weekday};

/// An instant: microseconds since 1970-01-01T00:00:00Z, as the database stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A length of time in microseconds; negative lengths point to the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of microseconds.
    pub const fn micros(n: i64) -> Self {
        Self(n)
    }
    /// A span of seconds; saturates.
    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(1_000_000))
    }
    /// A span of minutes; saturates.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n.saturating_mul(60))
    }
    /// A span of hours; saturates.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n.saturating_mul(60))
    }
    /// A span of days of 24 hours; saturates.
    pub const fn days(n: i64) -> Self {
        Self::hours(n.saturating_mul(24))
    }
    /// The span shorter by another; saturates.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
    /// The length in microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
    /// The length in whole seconds, towards zero.
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1_000_000
    }
}

impl Timestamp {
    /// An instant from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The instant a span later; saturates at the ends of the range.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// How long `earlier` lies before this instant; negative when it lies after.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The civil date and time in Zurich.
    pub fn in_zurich(self) -> Civil {
        let utc = self.utc();
        Civil::of(utc.checked_to_offset(zurich_offset(utc)).unwrap_or(utc))
    }

    /// The civil date and time in UTC.
    pub fn in_utc(self) -> Civil {
        Civil::of(self.utc())
    }

    fn utc(self) -> OffsetDateTime {
        // Instants outside years -9999..9999 cannot be shown; the ends of that range stand for them.
        let end = if self.0 < 0 { PrimitiveDateTime::MIN } else { PrimitiveDateTime::MAX };
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).unwrap_or(end.assume_utc())
    }
}

/// RFC 3339 in UTC, to the second: `2027-03-09T22:59:59Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.in_utc();
        write!(f, "{}T{:02}:{:02}:{:02}Z", c.day, c.hour, c.minute, c.second)
    }
}

/// A calendar day without a time zone. Over the wire it is `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(Date);

/// The day does not exist in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such day: {year}-{month}-{day}")]
pub struct NoSuchDay {
    /// The year as given.
    pub year: i32,
    /// The month as given.
    pub month: u8,
    /// The day as given.
    pub day: u8,
}

/// The text is not a day of the calendar, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day as YYYY-MM-DD")]
pub struct MalformedDay;

impl Day {
    /// A day of the Gregorian calendar.
    ///
    /// # Errors
    /// [`NoSuchDay`] where the calendar has no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, NoSuchDay> {
        Month::try_from(month)
            .and_then(|m| Date::from_calendar_date(year, m, day))
            .map(Self)
            .map_err(|_| NoSuchDay { year, month, day })
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.0.year()
    }
    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        u8::from(self.0.month())
    }
    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.0.day()
    }

    /// Days from Monday, 0 to 6.
    pub const fn days_from_monday(self) -> u8 {
        self.0.weekday().number_days_from_monday()
    }

    /// The day `days` later (earlier where negative); saturates at the calendar's ends.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(Duration::days(days)))
    }

    /// How many days `earlier` lies before this day.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_days()
    }

    /// 23:59:59 of this day in Zurich: when campaigns close.
    pub fn end_in_zurich(self) -> Timestamp {
        self.at_in_zurich(23, 59, 59)
    }

    /// A time of this day in Zurich. In the hour that is repeated in autumn, summer time holds: it is the
    /// first of the two. In the hour that is skipped in spring, winter time holds: 02:30 is when clocks show
    /// 03:30. A time that no clock shows on any day counts as midnight.
    pub fn at_in_zurich(self, hour: u8, minute: u8, second: u8) -> Timestamp {
        let local = self.0.with_time(Time::from_hms(hour, minute, second).unwrap_or(Time::MIDNIGHT));
        let summer = local.assume_offset(SUMMER);
        let utc = if zurich_offset(summer) == SUMMER { summer } else { local.assume_offset(WINTER) };
        Timestamp(utc.unix_timestamp().saturating_mul(1_000_000))
    }

    /// A time of this day in UTC. A time that no clock shows counts as midnight.
    pub fn at_in_utc(self, hour: u8, minute: u8, second: u8) -> Timestamp {
        let local = self.0.with_time(Time::from_hms(hour, minute, second).unwrap_or(Time::MIDNIGHT));
        Timestamp(local.assume_utc().unix_timestamp().saturating_mul(1_000_000))
    }
}

/// ISO 8601: `2027-03-09`.
impl core::str::FromStr for Day {
    type Err = MalformedDay;

    /// Reads `YYYY-MM-DD`, as [`Display`](fmt::Display) writes it, and nothing shorter, longer or signed.
    fn from_str(text: &str) -> Result<Self, MalformedDay> {
        let is_in_place = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(is_in_place) {
            return Err(MalformedDay);
        }
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or(MalformedDay);
        let (year, month, day) = (next()?, next()?, next()?);
        let year = year.parse().map_err(|_| MalformedDay)?;
        let month = month.parse().map_err(|_| MalformedDay)?;
        Self::new(year, month, day.parse().map_err(|_| MalformedDay)?).map_err(|_| MalformedDay)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = MalformedDay;

    fn try_from(text: String) -> Result<Self, MalformedDay> {
        text.parse()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

/// What a calendar and a clock on the wall show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The calendar day.
    pub day: Day,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

impl Civil {
    fn of(at: OffsetDateTime) -> Self {
        Self { day: Day(at.date()), hour: at.hour(), minute: at.minute(), second: at.second() }
    }
}

const WINTER: UtcOffset = offset_hours(1);
const SUMMER: UtcOffset = offset_hours(2);

const fn offset_hours(hours: i8) -> UtcOffset {
    match UtcOffset::from_hms(hours, 0, 0) {
        Ok(offset) => offset,
        Err(_) => UtcOffset::UTC,
    }
}

/// Zurich's offset: summer time from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of
/// October (Swiss Time Ordinance SR 941.299.1, in step with Directive 2000/84/EC; so since 1996).
fn zurich_offset(at: OffsetDateTime) -> UtcOffset {
    let Some(utc) = at.checked_to_offset(UtcOffset::UTC) else { return WINTER };
    let one = Time::MIDNIGHT + Duration::HOUR;
    let turn = |month| last_sunday(utc.year(), month).map(|day| day.with_time(one).assume_utc());
    match (turn(Month::March), turn(Month::October)) {
        (Some(start), Some(end)) if start <= utc && utc < end => SUMMER,
        _ => WINTER,
    }
}

fn last_sunday(year: i32, month: Month) -> Option<Date> {
    let last = Date::from_calendar_date(year, month, 31).ok()?;
    let back = if last.weekday() == Weekday::Sunday { 0 } else { last.weekday().number_from_monday() };
    Some(last - Duration::days(i64::from(back)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        let day = Day::new(2028, 2, 29).unwrap();
        assert_eq!(day.to_string().parse(), Ok(day));
        for broken in [
            "",
            "2027",
            "2027-02",
            "2027-02-29",
            "2027-13-01",
            "2027-1-x",
            "2027-3-9",
            "+2027-03-09",
            "+027-03-09",
            "2027-+3-09",
            "2027-03-09 ",
            "02027-03-9",
        ] {
            assert_eq!(broken.parse::<Day>(), Err(MalformedDay), "{broken}");
        }
    }

    #[test]
    fn instants_beyond_the_calendar_are_its_ends() {
        for (instant, end) in [(i64::MAX, Date::MAX), (i64::MIN, Date::MIN)] {
            let at = Timestamp::from_micros(instant);
            assert_eq!((at.in_utc().day, at.in_zurich().day), (Day(end), Day(end)));
            assert_eq!(Day(end).at_in_zurich(0, 0, 0).in_zurich().day.year(), end.year());
        }
    }

    #[test]
    fn repeated_hour_is_the_first_and_skipped_hour_comes_later() {
        let autumn = Day::new(2027, 10, 31).unwrap();
        assert_eq!(autumn.at_in_zurich(2, 30, 0).to_string(), "2027-10-31T00:30:00Z");
        assert_eq!(autumn.at_in_zurich(3, 0, 0).to_string(), "2027-10-31T02:00:00Z");
        let spring = Day::new(2027, 3, 28).unwrap();
        assert_eq!(spring.at_in_zurich(2, 30, 0), spring.at_in_zurich(3, 30, 0));
    }

    #[test]
    fn zurich_agrees_with_the_time_zone_database() {
        let zurich = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
        // Every seven hours from 2009 to 2039: all turns, both sides.
        let mut seconds = 1_230_768_000_i64;
        while seconds < 2_177_452_800 {
            let ours = Timestamp::from_micros(seconds * 1_000_000).in_zurich();
            let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(zurich.clone());
            let shown = format!("{}T{:02}:{:02}:{:02}", ours.day, ours.hour, ours.minute, ours.second);
            assert_eq!(shown, theirs.strftime("%Y-%m-%dT%H:%M:%S").to_string());
            seconds += 7 * 3_600;
        }
    }

    #[test]
    fn deadline_is_a_second_before_midnight_in_zurich() {
        let winter = Day::new(2027, 3, 9).unwrap().end_in_zurich();
        assert_eq!(winter.to_string(), "2027-03-09T22:59:59Z");
        let summer = Day::new(2027, 7, 9).unwrap().end_in_zurich();
        assert_eq!(summer.to_string(), "2027-07-09T21:59:59Z");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(Day::new(2027, 2, 29).is_err());
        assert!(Day::new(2028, 2, 29).is_ok());
    }
}
