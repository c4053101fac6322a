//! Which mails there are, and which of them follows from what happened.

use core::str::FromStr;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal)+) => {
        /// One kind of mail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum LetterKind {
            $($(#[$doc])* $kind,)+
        }

        impl LetterKind {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$kind),+];

            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        impl FromStr for LetterKind {
            type Err = UnknownState;

            fn from_str(name: &str) -> Result<Self, UnknownState> {
                match name {
                    $($name => Ok(Self::$kind),)+
                    _ => Err(UnknownState),
                }
            }
        }
    };
}

kinds! {
    /// Link and code to sign in.
    SignIn = "sign_in"
    /// Prove the address of a pledge.
    Confirm = "confirm"
    /// It was not proved yet.
    Reminder = "reminder"
    /// The provider said yes.
    Secured = "secured"
    /// A transfer is awaited.
    Bank = "bank"
    /// It arrived.
    Arrived = "arrived"
    /// Something else arrived, or too late.
    Differs = "differs"
    /// The pledge ended and nothing was charged.
    Ended = "ended"
    /// The goal is reached: it is charged now.
    Success = "success"
    /// It is paid.
    Paid = "paid"
    /// The bank asks its customer.
    Action = "action"
    /// The charge failed.
    Failed = "failed"
    /// The goal is missed, or the campaign was stopped.
    Released = "released"
    /// Money goes back.
    Returning = "returning"
    /// Money went back.
    Refunded = "refunded"
    /// The campaign pauses.
    Suspended = "suspended"
    /// Where its reward is to go.
    Address = "address"
    /// To whoever ticked it: the team tells how it goes.
    Update = "update"
    /// To whoever ticked it: it closes soon.
    ClosesSoon = "closes_soon"
    /// To whoever ticked it: the update that was promised has not come.
    UpdateMissed = "update_missed"
    /// Prove the address of who wants to hear that a campaign opens.
    Follow = "follow"
    /// It has opened.
    Opened = "opened"
    /// To the team: it was sent in.
    Submitted = "submitted"
    /// To the team: changes are asked for.
    Changes = "changes"
    /// To the team: it is not accepted.
    Declined = "declined"
    /// To the team: it is accepted, and starts.
    Accepted = "accepted"
    /// To the team: it starts on another day.
    Start = "start"
    /// To the team: it is open.
    Live = "live"
    /// To the team: it is paused, and why.
    Paused = "paused"
    /// To the team: it goes on.
    Resumed = "resumed"
    /// To the team: it was stopped, and why.
    Stopped = "stopped"
    /// To the team: it has closed, and transfers can still decide.
    Closing = "closing"
    /// To the team: the goal is missed.
    Missed = "missed"
    /// To the team: the goal is reached.
    Reached = "reached"
    /// To the team: how many charges did not work so far.
    Failing = "failing"
    /// To the team: it is to say that it can deliver with less.
    Statement = "statement"
    /// To the team: what was collected, and what is left of it.
    Settled = "settled"
    /// To the team: whose account it is has to be checked before anything is paid out.
    Identity = "identity"
    /// To the team: it is paid out.
    PaidOut = "paid_out"
    /// To the team: the update that it promised is due soon.
    UpdateDue = "update_due"
    /// To the team: its day has passed.
    UpdatePast = "update_past"
}

impl LetterKind {
    /// Whether it asks its reader to prove the address. The index `mails_by_email_counted` names the same.
    pub(super) const fn asks_for_a_proof(self) -> bool {
        matches!(self, Self::Confirm | Self::Bank | Self::Follow)
    }

    /// Whether only those get it who ticked that they want news of their campaign.
    pub(super) const fn is_news(self) -> bool {
        matches!(self, Self::Update | Self::ClosesSoon | Self::UpdateMissed)
    }
}

/// When a team hears how many charges failed: most backers whom that was told have done something about it by
/// then.
const FAILING_AFTER: Span = Span::hours(24);

/// What the team is told of a campaign that came from one state to another, and how long after it did.
pub(super) fn team_letters(from: CampaignState, to: CampaignState) -> Vec<(LetterKind, Span)> {
    let now = |kind| vec![(kind, Span::ZERO)];
    match (from, to) {
        (_, CampaignState::InReview) => now(LetterKind::Submitted),
        (_, CampaignState::ChangesRequested) => now(LetterKind::Changes),
        (_, CampaignState::Declined) => now(LetterKind::Declined),
        (_, CampaignState::Scheduled) => now(LetterKind::Accepted),
        (CampaignState::Scheduled, CampaignState::Live) => now(LetterKind::Live),
        (_, CampaignState::Live) => now(LetterKind::Resumed),
        (_, CampaignState::Suspended) => now(LetterKind::Paused),
        (_, CampaignState::Cancelled) => now(LetterKind::Stopped),
        (_, CampaignState::Closing) => now(LetterKind::Closing),
        (_, CampaignState::Failed) => now(LetterKind::Missed),
        (_, CampaignState::Collecting) => {
            vec![(LetterKind::Reached, Span::ZERO), (LetterKind::Failing, FAILING_AFTER)]
        }
        (_, CampaignState::Settled) => {
            vec![(LetterKind::Settled, Span::ZERO), (LetterKind::Identity, Span::ZERO)]
        }
        (_, CampaignState::Fulfilling) => now(LetterKind::PaidOut),
        (
            _,
            CampaignState::Draft
            | CampaignState::Releasing
            | CampaignState::Closed
            | CampaignState::Completed,
        ) => Vec::new(),
    }
}

/// When the backer of an unproved address is reminded.
const REMINDERS: [Span; 2] = [Span::hours(1), Span::hours(20)];

/// When a backer is asked to confirm a charge with their bank, for as long as it waits for that. The hours
/// are those at which a failed charge is made again (docs/RULES.md, T5).
const ACTION_AGAIN: [Span; 4] = [Span::ZERO, Span::hours(48), Span::hours(96), Span::hours(144)];

/// Whether the backer's address is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    Proved,
    Unproved,
}

/// What is mailed about a pledge that moved, and how long after it did.
pub(super) fn letters(from: PledgeState, to: PledgeState, address: Address) -> Vec<(LetterKind, Span)> {
    let now = |kind| vec![(kind, Span::ZERO)];
    let with_reminders = |kind| {
        let reminders = REMINDERS.map(|span| (LetterKind::Reminder, span));
        match address {
            Address::Proved => now(kind),
            Address::Unproved => now(kind).into_iter().chain(reminders).collect(),
        }
    };
    match (from, to) {
        // Another amount, another mandate, a review: nothing that the page did not say.
        _ if from == to => Vec::new(),
        (PledgeState::Draft, PledgeState::AwaitingFunds) => with_reminders(LetterKind::Bank),
        (PledgeState::Draft, PledgeState::Secured) if address == Address::Proved => now(LetterKind::Secured),
        (PledgeState::Draft, PledgeState::AwaitingSetup | PledgeState::Secured) => match address {
            Address::Proved => Vec::new(),
            Address::Unproved => with_reminders(LetterKind::Confirm),
        },
        (PledgeState::AwaitingSetup, PledgeState::Secured) => now(LetterKind::Secured),
        (_, PledgeState::Funded) => now(LetterKind::Arrived),
        (_, PledgeState::NeedsReview) => now(LetterKind::Differs),
        // A card that was declined at once: the page said so. A refund that is tried again: it was said
        // before.
        (PledgeState::Draft, PledgeState::Cancelled)
        | (PledgeState::RefundFailed, PledgeState::RefundPending) => Vec::new(),
        (_, PledgeState::Cancelled | PledgeState::Expired | PledgeState::Dropped) => now(LetterKind::Ended),
        (PledgeState::Secured, PledgeState::Charging) => now(LetterKind::Success),
        (PledgeState::Charging | PledgeState::Funded, PledgeState::Paid) => now(LetterKind::Paid),
        (_, PledgeState::ActionRequired) => ACTION_AGAIN.map(|span| (LetterKind::Action, span)).to_vec(),
        (_, PledgeState::ChargeFailed) => now(LetterKind::Failed),
        (_, PledgeState::Released) => now(LetterKind::Released),
        (_, PledgeState::RefundPending) => now(LetterKind::Returning),
        (_, PledgeState::Refunded | PledgeState::PartiallyRefunded) => now(LetterKind::Refunded),
        (
            _,
            PledgeState::Draft
            | PledgeState::AwaitingSetup
            | PledgeState::AwaitingFunds
            | PledgeState::Secured
            | PledgeState::Charging
            | PledgeState::Paid
            | PledgeState::Disputed
            | PledgeState::ChargedBack
            | PledgeState::RefundFailed,
        ) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(from: PledgeState, to: PledgeState, address: Address) -> Vec<&'static str> {
        letters(from, to, address).into_iter().map(|(kind, _)| kind.name()).collect()
    }

    #[test]
    fn unproved_address_is_asked_for_once_and_reminded_twice() {
        let (draft, secured) = (PledgeState::Draft, PledgeState::Secured);
        assert_eq!(names(draft, secured, Address::Unproved), ["confirm", "reminder", "reminder"]);
        assert_eq!(names(draft, secured, Address::Proved), ["secured"]);
        assert_eq!(names(PledgeState::AwaitingSetup, secured, Address::Unproved), ["secured"]);
        assert!(names(secured, secured, Address::Proved).is_empty(), "another mandate is no news");
    }

    #[test]
    fn success_is_said_once_however_often_a_charge_is_tried() {
        assert_eq!(names(PledgeState::Secured, PledgeState::Charging, Address::Proved), ["success"]);
        assert!(names(PledgeState::ChargeFailed, PledgeState::Charging, Address::Proved).is_empty());
        assert_eq!(names(PledgeState::Charging, PledgeState::ChargeFailed, Address::Proved), ["failed"]);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in LetterKind::ALL {
            assert_eq!(kind.name().parse::<LetterKind>().as_ref(), Ok(kind));
        }
        assert!("hello".parse::<LetterKind>().is_err());
    }
}
