//! Reading the "Kickstarter Projects" data set: strictly, a row at a time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, ParseAmountError, parse_decimal};
use multitude_domain::time::Timestamp;

use super::ImportError;
use super::bad::{BadField, BadReason, BadRow};
use super::date::instant;
use super::file::{Encoding, Format, Record, Records, Separator, is_named};
use crate::campaigns::slug::slug_of;

/// More than this, in minor units, nobody ever asked for or gave; sums of it fit 64 bits in basis points too.
const AMOUNT_MINOR_MAX: i64 = 100_000_000_000_000;
/// More backers than any campaign has had.
const BACKERS_MAX: u64 = 1_000_000;
/// The longest id.
const ID_CHARS_MAX: usize = 20;
/// The longest name of anything.
const TEXT_CHARS_MAX: usize = 300;

macro_rules! recorded_states {
    ($($(#[$doc:meta])* $state:ident = $name:literal,)+) => {
        /// What the record says became of a campaign.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RecordedState { $($(#[$doc])* $state),+ }

        impl RecordedState {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$state),+];

            /// The name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$state => $name),+ }
            }
        }
    };
}

recorded_states! {
    /// Reached its goal.
    Successful = "successful",
    /// Missed its goal.
    Failed = "failed",
    /// Ended by its team.
    Canceled = "canceled",
    /// Ended by the site.
    Suspended = "suspended",
    /// Open on the day of the record.
    Live = "live",
    /// The record does not know.
    Undefined = "undefined",
}

impl RecordedState {
    /// Whether the record says how it ended by itself, so that our decision can be compared.
    pub const fn is_outcome(self) -> bool {
        matches!(self, Self::Successful | Self::Failed)
    }
}

/// A campaign as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) line: u64,
    pub(super) external_id: String,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) country: String,
    pub(super) currency: Currency,
    pub(super) goal_minor: i64,
    pub(super) pledged_minor: i64,
    pub(super) backers: u64,
    pub(super) opens_at: Timestamp,
    pub(super) closes_at: Timestamp,
    pub(super) state: RecordedState,
}

/// What a line of the file is.
#[derive(Debug)]
pub(super) enum Row {
    Good(Box<Recorded>),
    Bad(BadRow),
}

/// What the first line has to name.
const COLUMNS: [&str; 11] = [
    "ID",
    "name",
    "main_category",
    "currency",
    "deadline",
    "goal",
    "launched",
    "pledged",
    "state",
    "backers",
    "country",
];

/// Where each field is.
#[derive(Debug)]
struct Columns {
    id: usize,
    name: usize,
    category: usize,
    currency: usize,
    deadline: usize,
    goal: usize,
    launched: usize,
    pledged: usize,
    state: usize,
    backers: usize,
    country: usize,
}

impl Columns {
    fn of<R: Read>(records: &Records<R>) -> Result<Self, ImportError> {
        let at = COLUMNS.map(|column| records.heads.iter().position(|head| is_named(head, column)));
        let missing = || COLUMNS.into_iter().zip(at).filter(|(_, at)| at.is_none()).map(|(column, _)| column);
        let [
            Some(id),
            Some(name),
            Some(category),
            Some(currency),
            Some(deadline),
            Some(goal),
            Some(launched),
            Some(pledged),
            Some(state),
            Some(backers),
            Some(country),
        ] = at
        else {
            return Err(ImportError::NoColumns {
                missing: missing().collect(),
                heads: BadField::shown(&records.heads.join(", ")),
                format: records.format,
            });
        };
        Ok(Self { id, name, category, currency, deadline, goal, launched, pledged, state, backers, country })
    }
}

/// The rows of a file, read as they are asked for.
pub(super) struct Rows<R: Read> {
    records: Records<R>,
    columns: Columns,
    now: Timestamp,
    lines_by_id: HashMap<String, u64>,
}

impl<R: Read> Rows<R> {
    /// Reads the first line.
    pub(super) fn open(source: R, encoding: Encoding, now: Timestamp) -> Result<Self, ImportError> {
        let records = Records::open(source, encoding, &COLUMNS)?;
        let columns = Columns::of(&records)?;
        Ok(Self { records, columns, now, lines_by_id: HashMap::new() })
    }

    /// How the file is written.
    pub(super) const fn format(&self) -> Format {
        self.records.format
    }

    /// The next row; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, ImportError> {
        let Some(Record { line, fields }) = self.records.next()? else { return Ok(None) };
        let row = match fields {
            Some(record) if record.len() == self.records.heads.len() => self.parse(line, &record),
            Some(record) => Err(BadReason::Fields {
                expected: u64::try_from(self.records.heads.len()).unwrap_or(u64::MAX),
                found: u64::try_from(record.len()).unwrap_or(u64::MAX),
            }),
            None => Err(BadReason::NotIn(self.format().encoding)),
        };
        Ok(Some(match row {
            Ok(recorded) => Row::Good(Box::new(recorded)),
            Err(reason) => Row::Bad(BadRow { line, reason }),
        }))
    }

    /// A number with a point before its decimals, whatever stands there.
    fn number<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.format().separator {
            Separator::Comma => Cow::Borrowed(text),
            Separator::Semicolon | Separator::Tab | Separator::Bar if text.contains('.') => {
                Cow::Borrowed(text)
            }
            Separator::Semicolon | Separator::Tab | Separator::Bar => Cow::Owned(text.replacen(',', ".", 1)),
        }
    }

    fn parse(&mut self, line: u64, record: &csv::StringRecord) -> Result<Recorded, BadReason> {
        let of = |at: usize| record.get(at).unwrap_or_default().trim();
        let columns = &self.columns;
        let id = id(of(columns.id))?;
        if let Some(line) = self.lines_by_id.get(&id) {
            return Err(BadReason::Again { line: *line });
        }
        let title = text("name", of(columns.name))?;
        if title.is_empty() {
            return Err(BadReason::Empty("name"));
        }
        let currency = of(columns.currency);
        let currency: Currency =
            currency.parse().map_err(|_| BadReason::Currency(BadField::new("currency", currency)))?;
        let goal_minor = amount("goal", &self.number(of(columns.goal)), currency)?;
        if goal_minor == 0 {
            return Err(BadReason::NoGoal);
        }
        let (opens_at, closes_at) =
            (date("launched", of(columns.launched))?, date("deadline", of(columns.deadline))?);
        if closes_at <= opens_at {
            return Err(BadReason::Backwards);
        }
        if closes_at > self.now {
            return Err(BadReason::StillToCome);
        }
        let state = of(columns.state);
        let recorded = Recorded {
            line,
            slug: slug(&title, &id),
            external_id: format!("kickstarter:{id}"),
            title,
            category: text("main_category", of(columns.category))?,
            country: text("country", of(columns.country))?,
            currency,
            goal_minor,
            pledged_minor: amount("pledged", &self.number(of(columns.pledged)), currency)?,
            backers: backers(&self.number(of(columns.backers)))?,
            opens_at,
            closes_at,
            state: RecordedState::ALL
                .iter()
                .copied()
                .find(|known| known.name() == state)
                .ok_or_else(|| BadReason::State(BadField::new("state", state)))?,
        };
        self.lines_by_id.insert(id, line);
        Ok(recorded)
    }
}

fn id(text: &str) -> Result<String, BadReason> {
    let is_id = !text.is_empty() && text.len() <= ID_CHARS_MAX && text.bytes().all(|b| b.is_ascii_digit());
    if is_id { Ok(text.to_owned()) } else { Err(BadReason::Id(BadField::new("ID", text))) }
}

fn text(column: &'static str, text: &str) -> Result<String, BadReason> {
    if text.chars().any(char::is_control) || text.chars().count() > TEXT_CHARS_MAX {
        return Err(BadReason::Text(BadField::new(column, text)));
    }
    Ok(text.to_owned())
}

/// A number as the data set writes it, `1180.0`, without what says nothing.
fn plain(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// An amount in major units; never rounded.
fn amount(column: &'static str, text: &str, currency: Currency) -> Result<i64, BadReason> {
    let bad = |error| BadReason::Amount { field: BadField::new(column, text), error };
    let minor = parse_decimal(plain(text), currency).map_err(bad)?.minor();
    if minor > AMOUNT_MINOR_MAX { Err(bad(ParseAmountError::OutOfRange)) } else { Ok(minor) }
}

fn backers(text: &str) -> Result<u64, BadReason> {
    let count = plain(text).parse().ok().filter(|count| *count <= BACKERS_MAX);
    count.ok_or_else(|| BadReason::Backers(BadField::new("backers", text)))
}

fn date(column: &'static str, text: &str) -> Result<Timestamp, BadReason> {
    instant(text).ok_or_else(|| BadReason::Date(BadField::new(column, text)))
}

/// The title in plain letters, then the id: titles repeat, and a later campaign's own address stays free.
fn slug(title: &str, id: &str) -> String {
    let words = slug_of(title, Locale::En);
    let words = if words.is_empty() { "kickstarter" } else { &words };
    format!("{words}-{id}")
}

#[cfg(test)]
mod tests {
    use multitude_domain::time::Day;

    use super::*;

    const HEAD: &str = ",ID,name,main_category,currency,deadline,goal,launched,pledged,state,backers,country";

    fn rows(lines: &[&str]) -> Vec<Result<Recorded, (u64, String)>> {
        let text = format!("{HEAD}\n{}\n", lines.join("\n"));
        let now = Day::new(2020, 1, 1).unwrap().at_in_utc(0, 0, 0);
        let mut rows = Rows::open(text.as_bytes(), Encoding::default(), now).unwrap();
        let mut read = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            read.push(match row {
                Row::Good(recorded) => Ok(*recorded),
                Row::Bad(bad) => Err((bad.line, bad.reason.to_string())),
            });
        }
        read
    }

    fn row(change: impl FnOnce(&mut [&str; 12])) -> String {
        let mut fields = [
            "0",
            "7",
            "Bank",
            "Crafts",
            "CHF",
            "2017-11-30 00:00:00",
            "500.0",
            "2017-10-23 19:32:00",
            "15.05",
            "failed",
            "2.0",
            "CH",
        ];
        change(&mut fields);
        fields.join(",")
    }

    #[test]
    fn row_is_read_exactly() {
        let read = rows(&[&row(|_| ())]).remove(0).unwrap();
        assert_eq!((read.goal_minor, read.pledged_minor, read.backers), (50_000, 1_505, 2));
        assert_eq!(
            (read.slug.as_str(), read.external_id.as_str(), read.line),
            ("bank-7", "kickstarter:7", 2)
        );
        assert_eq!(read.closes_at.to_string(), "2017-11-30T00:00:00Z");
    }

    #[test]
    fn what_makes_no_sense_is_named_and_the_next_row_is_read() {
        let refused = |change: fn(&mut [&str; 12])| {
            let mut read = rows(&[&row(change), &row(|fields| fields[1] = "8")]);
            assert!(read.remove(1).is_ok());
            let (line, reason) = read.remove(0).unwrap_err();
            assert_eq!(line, 2);
            reason
        };
        assert_eq!(refused(|f| f[4] = "DOGE"), "currency is \"DOGE\", no currency known here");
        assert_eq!(refused(|f| f[6] = "0.0"), "its goal is nothing");
        assert_eq!(refused(|f| f[6] = "1e+05"), "goal is \"1e+05\": not an amount in digits");
        assert_eq!(refused(|f| f[8] = "1.005"), "pledged is \"1.005\": too many decimals");
        assert_eq!(
            refused(|f| f[8] = "9999999999999.0"),
            "pledged is \"9999999999999.0\": amount out of range"
        );
        assert_eq!(refused(|f| f[10] = "2.5"), "backers is \"2.5\", no number of backers");
        assert_eq!(refused(|f| f[9] = "won\u{1b}"), "state is \"won\\u{1b}\", no state known here");
        assert_eq!(refused(|f| f[5] = "2017-02-30 00:00:00"), "deadline is \"2017-02-30 00:00:00\", no date");
        assert_eq!(refused(|f| f[5] = "2017-10-23 19:32:00"), "its deadline is not after its launch");
        assert_eq!(refused(|f| f[5] = "2021-01-01 00:00:00"), "its deadline is still to come");
        assert_eq!(refused(|f| f[2] = " "), "name is empty");
        assert_eq!(refused(|f| f[2] = "a\0b"), "name is \"a\\0b\", which is too long or no text");
        assert_eq!(refused(|f| f[1] = "7x"), "ID is \"7x\", no id of digits");
        assert_eq!(refused(|f| f[11] = "CH,more"), "it has 13 fields, not 12");
    }

    #[test]
    fn yen_have_no_decimals_even_where_the_file_writes_some() {
        let yen = |goal: &'static str| {
            rows(&[&row(|fields| (fields[4], fields[6], fields[8]) = ("JPY", goal, "7.0"))]).remove(0)
        };
        assert_eq!(yen("500.0").unwrap().goal_minor, 500);
        assert!(yen("500.5").is_err());
    }

    #[test]
    fn same_id_comes_in_once_and_same_title_twice() {
        let read = rows(&[&row(|_| ()), &row(|_| ()), &row(|fields| fields[1] = "8")]);
        assert_eq!(read[1].as_ref().unwrap_err(), &(3, "its id is the one of line 2".to_owned()));
        assert_eq!(read[2].as_ref().unwrap().slug, "bank-8");
    }

    #[test]
    fn addresses_are_plain_letters() {
        assert_eq!(slug("  Dúo del Sol's — first EP™ ", "1"), "duo-del-sol-s-first-eptm-1");
        assert_eq!(slug("日本", "1"), "kickstarter-1");
        assert!(slug(&"word ".repeat(40), "1").len() < 80);
    }
}
