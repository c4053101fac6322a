//! What is mailed to backers about their pledges, and from which event it follows.

mod ask;
mod sql;
mod words;

use std::collections::{HashMap, HashSet};

use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::count_email;
use multitude_domain::id::{CampaignId, PledgeId};
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

pub use ask::{ResendError, resend_confirmation};
pub(crate) use words::write;

use super::PledgeEvent;
use crate::campaigns::CampaignEvent;
use crate::db::{StoreError, Tx};
use crate::mail::{LetterKind, NewMail, Proofs, Ripening, letters};
use crate::{find_many, on};

letters! {
    /// A letter to a backer about their pledge.
    PledgeLetter {
        /// Prove the address.
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
    }
}

impl PledgeLetter {
    /// Whether it asks its reader to prove the address. Indexes of mails name the same.
    const fn asks_for_a_proof(self) -> bool {
        matches!(self, Self::Confirm | Self::Bank)
    }
}

const fn reminder(name: &'static str, after: Span) -> Ripening {
    let kind = LetterKind::Pledge(PledgeLetter::Reminder);
    let (happened, has_happened) = (sql::ASKED_FOR_A_PROOF, sql::HAS_ASKED_FOR_A_PROOF);
    Ripening { name, kind, after, happened, has_happened }
}

/// A backer is asked to confirm a charge with their bank at once and then again, for as long as it waits for
/// that.
const fn action(name: &'static str, after: Span) -> Ripening {
    let kind = LetterKind::Pledge(PledgeLetter::Action);
    let (happened, has_happened) = (sql::ASKED_TO_CONFIRM, sql::HAS_ASKED_TO_CONFIRM);
    Ripening { name, kind, after, happened, has_happened }
}

/// What only time brings.
pub(crate) const RIPENINGS: &[Ripening] = &[
    reminder("reminder_20_h", Span::hours(20)),
    reminder("reminder_1_h", Span::hours(1)),
    action("action_144_h", Span::hours(144)),
    action("action_96_h", Span::hours(96)),
    action("action_48_h", Span::hours(48)),
];

/// Whether the backer's address is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Address {
    Proved,
    Unproved,
}

/// Whether a letter may follow, wherever it goes.
pub(crate) fn may_follow_from(event: PledgeEvent) -> bool {
    let (from, to) = event.states();
    [Address::Proved, Address::Unproved].into_iter().any(|address| letter(from, to, address).is_some())
}

/// What is mailed about a pledge that moved.
fn letter(from: PledgeState, to: PledgeState, address: Address) -> Option<PledgeLetter> {
    match (from, to) {
        // Another amount, another mandate, a review: nothing that the page did not say.
        _ if from == to => None,
        (PledgeState::Draft, PledgeState::AwaitingFunds) => Some(PledgeLetter::Bank),
        (PledgeState::Draft, PledgeState::Secured) if address == Address::Proved => {
            Some(PledgeLetter::Secured)
        }
        (PledgeState::Draft, PledgeState::AwaitingSetup | PledgeState::Secured) => match address {
            Address::Proved => None,
            Address::Unproved => Some(PledgeLetter::Confirm),
        },
        (PledgeState::AwaitingSetup, PledgeState::Secured) => Some(PledgeLetter::Secured),
        (_, PledgeState::Funded) => Some(PledgeLetter::Arrived),
        (_, PledgeState::NeedsReview) => Some(PledgeLetter::Differs),
        // A card that was declined at once: the page said so. A refund that is tried again: it was said
        // before.
        (PledgeState::Draft, PledgeState::Cancelled)
        | (PledgeState::RefundFailed, PledgeState::RefundPending) => None,
        (_, PledgeState::Cancelled | PledgeState::Expired | PledgeState::Dropped) => {
            Some(PledgeLetter::Ended)
        }
        (PledgeState::Secured, PledgeState::Charging) => Some(PledgeLetter::Success),
        (PledgeState::Charging | PledgeState::Funded, PledgeState::Paid) => Some(PledgeLetter::Paid),
        (_, PledgeState::ActionRequired) => Some(PledgeLetter::Action),
        (_, PledgeState::ChargeFailed) => Some(PledgeLetter::Failed),
        (_, PledgeState::Released) => Some(PledgeLetter::Released),
        (_, PledgeState::RefundPending) => Some(PledgeLetter::Returning),
        (_, PledgeState::Refunded | PledgeState::PartiallyRefunded) => Some(PledgeLetter::Refunded),
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
        ) => None,
    }
}

/// Where a pledge's letters go.
#[derive(Debug)]
struct Addressee {
    email: String,
    is_proved: bool,
    /// It was asked to prove itself for this pledge.
    was_asked: bool,
}

/// Where the letters of some pledges go.
#[derive(Debug)]
pub(crate) struct Addressees(HashMap<Uuid, Addressee>);

impl Addressees {
    pub(crate) async fn find(tx: &mut Tx, pledges: &[Uuid]) -> Result<Self, StoreError> {
        let rows = find_many!(tx, sql::ADDRESSEES, pledges, |id| [*id] => (Uuid, String, bool, bool))?;
        let addressee = |(id, email, is_proved, was_asked)| (id, Addressee { email, is_proved, was_asked });
        Ok(Self(rows.into_iter().map(addressee).collect()))
    }

    /// Counted addresses that are not proved.
    pub(crate) fn unproved(&self) -> HashSet<String> {
        self.0.values().filter(|one| !one.is_proved).map(|one| count_email(&one.email)).collect()
    }

    /// What follows from an event of a pledge. A letter that asks for a proof counts, and waits for an hour
    /// that has room; what costs its sender nothing is said only about what a proof was asked for.
    pub(crate) fn letters(
        &mut self,
        pledge: PledgeId,
        event: PledgeEvent,
        at: Timestamp,
        proofs: &mut Proofs,
    ) -> Option<NewMail> {
        let addressee = self.0.get_mut(&pledge.uuid())?;
        let (from, to) = event.states();
        let address = if addressee.is_proved { Address::Proved } else { Address::Unproved };
        let kind = letter(from, to, address)?;
        let mut send_at = at;
        if !addressee.is_proved {
            if kind.asks_for_a_proof() {
                let wait = proofs.wait_for(&addressee.email);
                send_at = at.plus(wait);
                addressee.was_asked = wait == Span::ZERO;
            } else if matches!(kind, PledgeLetter::Secured | PledgeLetter::Ended) && !addressee.was_asked {
                return None;
            }
        }
        let kind = LetterKind::Pledge(kind);
        Some(NewMail::about(pledge.uuid(), kind, addressee.email.clone(), send_at))
    }
}

/// What all backers hear of what happens to their campaign, with the statement that finds them.
pub(crate) fn kind_for_backers(event: CampaignEvent) -> Option<(PledgeLetter, &'static str)> {
    match event {
        CampaignEvent::Moved { to: CampaignState::Suspended, .. } => {
            Some((PledgeLetter::Suspended, sql::CHARGEABLE))
        }
        CampaignEvent::Moved { to: CampaignState::Settled, .. } => {
            Some((PledgeLetter::Address, sql::ADDRESSLESS))
        }
        CampaignEvent::Moved { .. }
        | CampaignEvent::StartChosen
        | CampaignEvent::UpdatePublished { .. }
        | CampaignEvent::QuestionAsked
        | CampaignEvent::QuestionAnswered
        | CampaignEvent::ClosesSoon
        | CampaignEvent::StatementAsked
        | CampaignEvent::UpdateDue
        | CampaignEvent::UpdateMissed => None,
    }
}

/// What follows for backers from what happened to their campaign.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn letters_from_campaign(
    tx: &mut Tx,
    campaign: CampaignId,
    event: CampaignEvent,
    at: Timestamp,
) -> Result<Vec<NewMail>, StoreError> {
    let Some((kind, whom)) = kind_for_backers(event) else { return Ok(Vec::new()) };
    let backers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(whom).bind(campaign.uuid()).fetch_all(c).await)?;
    let mail = |(pledge, email)| NewMail::about(pledge, LetterKind::Pledge(kind), email, at);
    Ok(backers.into_iter().map(mail).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(from: PledgeState, to: PledgeState, address: Address) -> Option<&'static str> {
        letter(from, to, address).map(PledgeLetter::name)
    }

    #[test]
    fn unproved_address_is_asked_for_once() {
        let (draft, secured) = (PledgeState::Draft, PledgeState::Secured);
        assert_eq!(name(draft, secured, Address::Unproved), Some("confirm"));
        assert_eq!(name(draft, secured, Address::Proved), Some("secured"));
        assert_eq!(name(PledgeState::AwaitingSetup, secured, Address::Unproved), Some("secured"));
        assert_eq!(name(secured, secured, Address::Unproved), None, "another mandate is no news");
    }

    #[test]
    fn what_asks_for_a_proof_is_what_indexes_name() {
        let asking = PledgeLetter::ALL.iter().filter(|kind| kind.asks_for_a_proof());
        assert_eq!(asking.map(|kind| kind.name()).collect::<Vec<_>>(), ["confirm", "bank"]);
    }

    #[test]
    fn success_is_said_once_however_often_a_charge_is_tried() {
        assert_eq!(name(PledgeState::Secured, PledgeState::Charging, Address::Proved), Some("success"));
        assert_eq!(name(PledgeState::ChargeFailed, PledgeState::Charging, Address::Proved), None);
        assert_eq!(name(PledgeState::Charging, PledgeState::ChargeFailed, Address::Proved), Some("failed"));
    }
}
