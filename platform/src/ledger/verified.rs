//! What a recount finds.

use std::fmt;

use super::seal::Head;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: String,
    /// What was expected, what was found.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What was recounted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Sealed records.
    pub records: i64,
    /// Blocks.
    pub blocks: i64,
    /// Campaigns.
    pub campaigns: usize,
    /// The end of the chain.
    pub head: Option<Head>,
    /// What does not fit; nothing in a sound ledger.
    pub findings: Vec<Finding>,
}

impl Verified {
    pub(super) fn find(&mut self, place: impl fmt::Display, what: impl Into<String>) {
        self.findings.push(Finding { place: place.to_string(), what: what.into() });
    }

    pub(super) fn compare(&mut self, place: &str, name: &str, shown: i64, derived: i64) {
        if shown != derived {
            self.find(place, format!("{name} shows {shown}, the books say {derived}"));
        }
    }
}
