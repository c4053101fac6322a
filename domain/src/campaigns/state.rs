//! The life of a campaign (docs/RULES.md, C1).

use crate::states::state_machine;
use crate::time::Span;

/// A deadline that passes while a campaign is suspended waits so long; then everybody is released.
pub const SUSPENDED_WAIT: Span = Span::days(14);

state_machine! {
    /// Where a campaign stands.
    states CampaignState {
        /// Its team is writing.
        Draft = "draft",
        /// A coach reads it.
        InReview = "in_review",
        /// A coach asked for changes.
        ChangesRequested = "changes_requested",
        /// Not accepted; may go back to draft.
        Declined = "declined",
        /// Accepted, with a start.
        Scheduled = "scheduled",
        /// Open for pledges.
        Live = "live",
        /// Pledging pauses; nobody is charged.
        Suspended = "suspended",
        /// Ended before its deadline; nobody pays.
        Cancelled = "cancelled",
        /// Past its deadline; pledges are frozen and counted.
        Closing = "closing",
        /// Reached; money is being collected.
        Collecting = "collecting",
        /// Everything that could be collected is.
        Settled = "settled",
        /// The team delivers.
        Fulfilling = "fulfilling",
        /// Delivered.
        Completed = "completed",
        /// Missed its goal.
        Failed = "failed",
        /// Promises are released, transfers returned.
        Releasing = "releasing",
        /// Everybody is released.
        Closed = "closed",
    }
    /// What moves a campaign on.
    actions CampaignAction {
        /// The team sends it in, or sends it in again.
        Submit = "submit",
        /// A coach asks for changes.
        RequestChanges = "request_changes",
        /// A coach does not accept it.
        Decline = "decline",
        /// The team starts over.
        Reopen = "reopen",
        /// A coach accepts it and its start is set.
        Schedule = "schedule",
        /// The start has come.
        Launch = "launch",
        /// A moderator pauses it.
        Suspend = "suspend",
        /// A moderator lets it go on.
        Resume = "resume",
        /// The team or a moderator ends it.
        Cancel = "cancel",
        /// The deadline has passed.
        Close = "close",
        /// Counted: reached.
        Succeed = "succeed",
        /// Counted: missed.
        Fail = "fail",
        /// Everything that could be collected is.
        Settle = "settle",
        /// Money is with the team.
        Fulfil = "fulfil",
        /// Everything promised is delivered.
        Complete = "complete",
        /// Releasing begins.
        Release = "release",
        /// Everybody is released.
        FinishRelease = "finish_release",
    }
    changes {
        Draft Submit InReview,
        InReview RequestChanges ChangesRequested,
        ChangesRequested Submit InReview,
        InReview Decline Declined,
        Declined Reopen Draft,
        InReview Schedule Scheduled,
        Scheduled Launch Live,
        Scheduled Reopen Draft,
        Scheduled Cancel Cancelled,
        Live Suspend Suspended,
        Suspended Resume Live,
        Suspended Cancel Cancelled,
        Live Close Closing,
        Closing Succeed Collecting,
        Closing Fail Failed,
        Collecting Settle Settled,
        Settled Fulfil Fulfilling,
        Fulfilling Complete Completed,
        Failed Release Releasing,
        Cancelled Release Releasing,
        Releasing FinishRelease Closed,
    }
}

impl CampaignState {
    /// Whether anybody may see its page.
    pub const fn is_public(self) -> bool {
        match self {
            Self::Draft | Self::InReview | Self::ChangesRequested | Self::Declined => false,
            Self::Scheduled
            | Self::Live
            | Self::Suspended
            | Self::Cancelled
            | Self::Closing
            | Self::Collecting
            | Self::Settled
            | Self::Fulfilling
            | Self::Completed
            | Self::Failed
            | Self::Releasing
            | Self::Closed => true,
        }
    }

    /// Whether its team may write it. Once it is accepted, what backers read stands.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::ChangesRequested)
    }

    /// Whether it has opened, now or in the past.
    pub const fn has_opened(self) -> bool {
        self.is_public() && !matches!(self, Self::Scheduled)
    }

    /// Whether it reached its goal.
    pub const fn has_succeeded(self) -> bool {
        matches!(self, Self::Collecting | Self::Settled | Self::Fulfilling | Self::Completed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reached_campaign_walks_to_completion() {
        use CampaignAction::{Close, Complete, Fulfil, Launch, Schedule, Settle, Submit, Succeed};
        let walk = [Submit, Schedule, Launch, Close, Succeed, Settle, Fulfil, Complete];
        let end = walk.into_iter().try_fold(CampaignState::Draft, CampaignState::apply);

        assert_eq!(end, Ok(CampaignState::Completed));
    }

    #[test]
    fn suspended_campaign_does_not_close() {
        assert!(CampaignState::Suspended.apply(CampaignAction::Close).is_err());
        assert!(CampaignState::Live.apply(CampaignAction::Cancel).is_err(), "a live one is suspended first");
    }

    #[test]
    fn ends_are_ends() {
        for end in [CampaignState::Completed, CampaignState::Closed] {
            assert!(CampaignAction::ALL.iter().all(|action| end.apply(*action).is_err()), "{end}");
        }
    }
}
