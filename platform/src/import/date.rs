//! Dates as files of the data set write them: a day, with a time or without. The data set names no zone;
//! everything counts as UTC, and a day without a time as its beginning, as the editions with times have it.

use multitude_domain::time::{Day, Timestamp};

/// The instant; none where it is no date, or one that can be read in two ways.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, time.trim()),
        None => (text, "00:00"),
    };
    let (hour, minute, second) = time_of(time)?;
    Some(day_of(date)?.at_in_utc(hour, minute, second))
}

/// `2017-11-30` or `30.11.2017`; with slashes day and month could be either.
fn day_of(text: &str) -> Option<Day> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.splitn(3, '.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_year = year.len() == 4;
    let number = |text: &str| -> Option<u8> {
        let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        if is_number { text.parse().ok() } else { None }
    };
    let year = year.parse().ok().filter(|_| is_year)?;
    Day::new(year, number(month)?, number(day)?).ok()
}

/// `19:32`, `19:32:00` or `19:32:00.000`, and UTC where a zone is named.
fn time_of(text: &str) -> Option<(u8, u8, u8)> {
    let text = ["Z", "+00:00", "UTC"].iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(text);
    let text = text.trim_end();
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let is_time = hour < 24 && minute < 60 && second < 60 && fraction.bytes().all(|b| b.is_ascii_digit());
    is_time.then_some((hour, minute, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_a_time_and_without() {
        for (text, read) in [
            ("2017-11-30", "2017-11-30T00:00:00Z"),
            ("2017-11-30 00:00:00", "2017-11-30T00:00:00Z"),
            ("2017-11-30 19:32", "2017-11-30T19:32:00Z"),
            ("2017-11-30T19:32:05Z", "2017-11-30T19:32:05Z"),
            ("2017-11-30T19:32:05.123+00:00", "2017-11-30T19:32:05Z"),
            ("2017-11-30 19:32:05 UTC", "2017-11-30T19:32:05Z"),
            ("30.11.2017", "2017-11-30T00:00:00Z"),
            ("3.1.2017 19:32", "2017-01-03T19:32:00Z"),
        ] {
            assert_eq!(instant(text).map(|at| at.to_string()).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_none() {
        for text in [
            "",
            "2017-02-30",
            "11/12/2017",
            "30.11.17",
            "2017-11-30 24:00:00",
            "2017-11-30 10:00:00+02:00",
            "2017",
            "2017-11-30 x",
            "+1.1.2017",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
