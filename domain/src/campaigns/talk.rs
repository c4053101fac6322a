//! What a team and its readers tell each other: updates, questions, answers, reasons; and the update that is
//! due.

use serde::{Deserialize, Serialize};

use super::CampaignState;
use crate::time::Day;
use crate::typed::trim_typed;

/// The longest title of an update.
pub const UPDATE_TITLE_CHARS_MAX: usize = 120;
/// The longest update.
pub const UPDATE_CHARS_MAX: usize = 10_000;
/// The longest question.
pub const QUESTION_CHARS_MAX: usize = 1_000;
/// A campaign that is sent in is answered within so many banking days.
pub const REVIEW_DAYS: u32 = 5;
/// The longest answer.
pub const ANSWER_CHARS_MAX: usize = 4_000;
/// The longest note or reason to a team.
pub const NOTE_CHARS_MAX: usize = 4_000;
/// As many questions of one person may wait for an answer in one campaign.
pub const OPEN_QUESTIONS_MAX: i64 = 5;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TextFault {
    /// Nothing was written.
    #[error("nothing was written")]
    Empty,
    /// Too much was written.
    #[error("longer than {max} characters")]
    TooLong {
        /// How many characters are allowed.
        max: usize,
    },
}

/// A text as it is kept: without space around it, with plain line ends and no other control characters.
pub fn plain_text(typed: &str) -> String {
    let plain: String =
        typed.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    trim_typed(&plain).to_owned()
}

/// A text as it is kept ([`plain_text`]), where it says something and not too much.
///
/// # Errors
/// [`TextFault`] where nothing is left of it, or more than `max` characters are.
pub fn check_text(typed: &str, max: usize) -> Result<String, TextFault> {
    let text = plain_text(typed);
    match text.chars().count() {
        0 => Err(TextFault::Empty),
        chars if chars > max => Err(TextFault::TooLong { max }),
        _ => Ok(text),
    }
}

/// The next update that a team owes its backers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromisedUpdate {
    /// Nothing is promised, or everything was told.
    None,
    /// By that day.
    By(Day),
    /// By that day, and it has not come.
    Overdue(Day),
}

/// When a campaign is to be heard of next. Each milestone promises an update; any that comes after the
/// milestone before it (after the deadline, for the first) keeps the promise, since who is early may tell so
/// early.
pub fn promised_update(
    state: CampaignState,
    deadline: Option<Day>,
    milestones: &[Day],
    last_update: Option<Day>,
    today: Day,
) -> PromisedUpdate {
    let owes = match state {
        CampaignState::Scheduled
        | CampaignState::Live
        | CampaignState::Suspended
        | CampaignState::Closing
        | CampaignState::Collecting
        | CampaignState::Settled
        | CampaignState::Fulfilling => true,
        CampaignState::Draft
        | CampaignState::InReview
        | CampaignState::ChangesRequested
        | CampaignState::Declined
        | CampaignState::Cancelled
        | CampaignState::Completed
        | CampaignState::Failed
        | CampaignState::Releasing
        | CampaignState::Closed => false,
    };
    if !owes {
        return PromisedUpdate::None;
    }
    let mut since = deadline;
    for due in milestones {
        let is_told = last_update.is_some_and(|told| since.is_none_or(|since| told > since));
        if !is_told {
            return if *due < today { PromisedUpdate::Overdue(*due) } else { PromisedUpdate::By(*due) };
        }
        since = Some(*due);
    }
    PromisedUpdate::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use CampaignState::{Closed, Completed, Fulfilling, Live};

    fn day(month: u8, day: u8) -> Day {
        Day::new(2027, month, day).unwrap()
    }

    fn promised(state: CampaignState, told: Option<Day>, today: Day) -> PromisedUpdate {
        promised_update(state, Some(day(3, 1)), &[day(4, 15), day(8, 1)], told, today)
    }

    #[test]
    fn first_update_is_promised_by_the_first_milestone() {
        assert_eq!(promised(Live, None, day(2, 1)), PromisedUpdate::By(day(4, 15)));
        assert_eq!(
            promised(Live, Some(day(2, 1)), day(2, 2)),
            PromisedUpdate::By(day(4, 15)),
            "talk before the deadline"
        );
        assert_eq!(
            promised(Fulfilling, None, day(4, 15)),
            PromisedUpdate::By(day(4, 15)),
            "the day is not over"
        );
        assert_eq!(promised(Fulfilling, Some(day(2, 1)), day(4, 16)), PromisedUpdate::Overdue(day(4, 15)));
    }

    #[test]
    fn update_keeps_the_promise_of_its_milestone_only() {
        assert_eq!(promised(Fulfilling, Some(day(4, 2)), day(4, 20)), PromisedUpdate::By(day(8, 1)));
        assert_eq!(promised(Fulfilling, Some(day(4, 2)), day(8, 2)), PromisedUpdate::Overdue(day(8, 1)));
        assert_eq!(promised(Fulfilling, Some(day(8, 1)), day(8, 2)), PromisedUpdate::None);
    }

    #[test]
    fn whoever_got_no_money_or_has_delivered_owes_nothing() {
        assert_eq!(promised(Closed, None, day(9, 1)), PromisedUpdate::None);
        assert_eq!(promised(Completed, None, day(9, 1)), PromisedUpdate::None);
    }

    #[test]
    fn texts_are_kept_without_what_nobody_reads() {
        assert_eq!(check_text("  Grüezi\n", 6).as_deref(), Ok("Grüezi"));
        assert_eq!(check_text("a\r\n\r\nb\0", 4).as_deref(), Ok("a\n\nb"));
        assert_eq!(check_text("\u{200b}Grüezi\u{feff} ", 6).as_deref(), Ok("Grüezi"));
        assert_eq!(check_text(" \n\0", 6), Err(TextFault::Empty));
        assert_eq!(check_text("\u{a0}\u{2060}", 6), Err(TextFault::Empty));
        assert_eq!(check_text("Grüezi!", 6), Err(TextFault::TooLong { max: 6 }));
    }
}
