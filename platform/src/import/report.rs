//! What an import says at its end.

use std::collections::BTreeMap;

use multitude_domain::money::Money;

use super::bad::BadRow;
use super::file::Format;
use super::kickstarter::{Recorded, RecordedState};

/// How a campaign ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It reached its goal, and everybody paid.
    Reached,
    /// It missed its goal or was stopped; nobody paid.
    Missed,
    /// It has not ended.
    Unfinished,
}

/// A row that has become a campaign, and how that ended.
#[derive(Debug)]
pub(super) struct Imported {
    pub(super) recorded: Recorded,
    pub(super) was_whole: bool,
    pub(super) pledges: u64,
    pub(super) placed: u64,
    pub(super) secured_minor: i64,
    pub(super) ended: Ended,
    pub(super) remark: Option<Remark>,
}

impl Imported {
    /// Why it ended otherwise than recorded; nothing where it did not.
    pub(super) fn disagreement(&self) -> Option<WhyDisagree> {
        let money = |minor| Money::new(minor, self.recorded.currency);
        let (pledged, goal) = (money(self.recorded.pledged_minor), money(self.recorded.goal_minor));
        match (self.recorded.state, self.ended) {
            (RecordedState::Successful, Ended::Missed) if pledged.minor() < goal.minor() => {
                Some(WhyDisagree::BelowGoal { pledged, goal })
            }
            (RecordedState::Successful, Ended::Missed) => {
                Some(WhyDisagree::WithoutBackers { pledged, secured: money(self.secured_minor), goal })
            }
            (RecordedState::Failed, Ended::Reached) => Some(WhyDisagree::ReachesGoal { pledged, goal }),
            (_, Ended::Unfinished) => Some(WhyDisagree::Unfinished),
            (RecordedState::Successful, Ended::Reached)
            | (RecordedState::Failed, Ended::Missed)
            | (
                RecordedState::Canceled
                | RecordedState::Suspended
                | RecordedState::Live
                | RecordedState::Undefined,
                Ended::Reached | Ended::Missed,
            ) => None,
        }
    }
}

/// What became of the rows with one recorded state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many there are.
    pub rows: u64,
    /// How many reached their goal here.
    pub reached: u64,
    /// How many missed it, or were stopped.
    pub missed: u64,
    /// How many ended as recorded.
    pub agree: u64,
}

/// A campaign that ended otherwise than recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Its line in the file.
    pub line: u64,
    /// Its title.
    pub title: String,
    /// How it ended there.
    pub recorded: RecordedState,
    /// Why it ended otherwise here.
    pub why: WhyDisagree,
}

/// Why a campaign ended otherwise than recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhyDisagree {
    /// The record itself is below its goal.
    #[error("the record itself has only {pledged} of a goal of {goal}")]
    BelowGoal {
        /// What was recorded.
        pledged: Money,
        /// What was to be reached.
        goal: Money,
    },
    /// The record itself reaches its goal.
    #[error("the record itself has {pledged} and reaches its goal of {goal}")]
    ReachesGoal {
        /// What was recorded.
        pledged: Money,
        /// What was to be reached.
        goal: Money,
    },
    /// What was recorded could not all be placed as pledges.
    #[error("of {pledged} only {secured} has backers; the goal was {goal}")]
    WithoutBackers {
        /// What was recorded.
        pledged: Money,
        /// What was secured here.
        secured: Money,
        /// What was to be reached.
        goal: Money,
    },
    /// It was never decided here.
    #[error("it has not ended here")]
    Unfinished,
}

/// A row that came in, but not with all that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its line in the file.
    pub line: u64,
    /// What is missing.
    pub why: WhyRemark,
}

/// What of a record cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhyRemark {
    /// Money without anybody who gave it.
    #[error("{0} recorded without a single backer: no pledge stands for it")]
    NoBackers(Money),
    /// More backers than units of money.
    #[error("{without} of {backers} backers have no part in {pledged}: a pledge is at least one unit")]
    TooManyBackers {
        /// Who got nothing in the split.
        without: u64,
        /// How many were recorded.
        backers: u64,
        /// What was recorded.
        pledged: Money,
    },
}

/// What became of every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How the file turned out to be written.
    pub format: Format,
    /// Rows that became campaigns, by now or before.
    pub campaigns: u64,
    /// Of those, campaigns that had come in whole before this run.
    pub found: u64,
    /// Their pledges.
    pub pledges: u64,
    /// Of those, pledges that this run placed.
    pub placed: u64,
    /// By recorded state.
    pub tallies: BTreeMap<RecordedState, Tally>,
    /// Who ended otherwise than recorded.
    pub disagreements: Vec<Disagreement>,
    /// What could not come in with its row.
    pub remarks: Vec<Remark>,
    /// Rows that were left out.
    pub bad: Vec<BadRow>,
}

impl Report {
    /// How many recorded outcomes could be compared.
    pub fn compared(&self) -> u64 {
        self.tallies.iter().filter(|(state, _)| state.is_outcome()).map(|(_, tally)| tally.rows).sum()
    }

    /// How many of them ended here as recorded.
    pub fn agree(&self) -> u64 {
        self.tallies.values().map(|tally| tally.agree).sum()
    }

    pub(super) fn add_bad(&mut self, bad: BadRow) {
        self.bad.push(bad);
    }

    pub(super) fn add(&mut self, one: Imported) {
        self.campaigns = self.campaigns.saturating_add(1);
        self.found = self.found.saturating_add(u64::from(one.was_whole));
        self.pledges = self.pledges.saturating_add(one.pledges);
        self.placed = self.placed.saturating_add(one.placed);
        self.remarks.extend(one.remark.clone());
        let state = one.recorded.state;
        let tally = self.tallies.entry(state).or_default();
        tally.rows = tally.rows.saturating_add(1);
        match one.ended {
            Ended::Reached => tally.reached = tally.reached.saturating_add(1),
            Ended::Missed => tally.missed = tally.missed.saturating_add(1),
            Ended::Unfinished => {}
        }
        if !state.is_outcome() {
            return;
        }
        match one.disagreement() {
            None => tally.agree = tally.agree.saturating_add(1),
            Some(why) => self.disagreements.push(Disagreement {
                line: one.recorded.line,
                title: one.recorded.title,
                recorded: state,
                why,
            }),
        }
    }

    /// Campaigns end in any order; the report follows the file.
    pub(super) fn sort(&mut self) {
        self.disagreements.sort_by_key(|one| one.line);
        self.remarks.sort_by_key(|one| one.line);
        self.bad.sort_by_key(|one| one.line);
    }
}
