//! Why a row of a file was left out.

use std::fmt;

use multitude_domain::money::ParseAmountError;

use super::file::Encoding;

/// How much of a broken value a report shows.
const SHOWN_CHARS_MAX: usize = 40;

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file; the first is 1.
    pub line: u64,
    /// Why.
    pub reason: BadReason,
}

/// A field that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The column.
    pub column: &'static str,
    /// Its beginning.
    pub value: String,
}

impl BadField {
    pub(super) fn new(column: &'static str, value: &str) -> Self {
        Self { column, value: Self::shown(value) }
    }

    /// As much as is shown of what a file holds.
    pub(super) fn shown(value: &str) -> String {
        value.chars().take(SHOWN_CHARS_MAX).collect()
    }
}

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Quoted and escaped: whatever a file holds, it does not reach the terminal raw.
        write!(f, "{} is {:?}", self.column, self.value)
    }
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReason {
    /// It has more or fewer fields than the first line.
    #[error("it has {found} fields, not {expected}")]
    Fields {
        /// As many as the first line.
        expected: u64,
        /// As many as it has.
        found: u64,
    },
    /// It is in another encoding than the rest.
    #[error("it is no {0}: name the file's encoding, as --encoding windows-1252")]
    NotIn(Encoding),
    /// Something that must be there is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Longer than any name, or with characters that are none.
    #[error("{0}, which is too long or no text")]
    Text(BadField),
    /// No whole number of digits.
    #[error("{0}, no id of digits")]
    Id(BadField),
    /// The id occurred before.
    #[error("its id is the one of line {line}")]
    Again {
        /// Where.
        line: u64,
    },
    /// Not a currency that campaigns may use.
    #[error("{0}, no currency known here")]
    Currency(BadField),
    /// Not an amount of its currency.
    #[error("{field}: {error}")]
    Amount {
        /// Which.
        field: BadField,
        /// Why not.
        error: ParseAmountError,
    },
    /// A campaign that asks for nothing.
    #[error("its goal is nothing")]
    NoGoal,
    /// Not a number of people.
    #[error("{0}, no number of backers")]
    Backers(BadField),
    /// Not a date, or one that can be read in two ways.
    #[error("{0}, no date")]
    Date(BadField),
    /// It ends before it begins.
    #[error("its deadline is not after its launch")]
    Backwards,
    /// It has not ended yet, so nothing can be decided.
    #[error("its deadline is still to come")]
    StillToCome,
    /// Not a state of the data set.
    #[error("{0}, no state known here")]
    State(BadField),
    /// It came in before with other figures; a campaign's promise does not change.
    #[error("it was imported before with another goal, currency or deadline")]
    Changed,
    /// Its address is taken.
    #[error("another campaign has the address {slug}")]
    SlugTaken {
        /// The address.
        slug: String,
    },
}
