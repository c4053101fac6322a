//! Pledges as their backers see them. Amounts are minor units of the campaign's currency.

use serde::{Deserialize, Serialize};

use crate::campaigns::CampaignState;
use crate::id::AttemptId;
use crate::locale::Locale;
use crate::matching::MatchLimit;
use crate::money::Currency;
use crate::pledges::{CountsAs, PaymentMethod, PledgeState, PostalAddress, ShowAs};
use crate::time::Timestamp;
use crate::transfer::CreditorReference;

/// What a backer wants to be written about, beside the pledge itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Consents {
    /// The campaign's updates.
    pub updates: bool,
    /// News of the platform.
    pub news: bool,
}

/// What happened to a pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PledgeDeed {
    /// It came to stand there.
    Moved(PledgeState),
    /// Its backer changed it.
    Changed {
        /// What it amounts to since then.
        amount_minor: i64,
        /// The title of the reward that it has since then, empty for none, where what it pays for changed
        /// too.
        chosen: Option<String>,
    },
    /// A person looked at it, and it counts.
    Reviewed,
    /// Another card or account took the place of the one before.
    Replaced,
    /// A charge that waited for its bank was taken back, because another card took its card's place.
    Withdrawn,
}

/// A history in which a charge that was taken back for another card is told as that: the books have it under
/// way again, and failed.
pub fn with_withdrawals(history: Vec<(PledgeDeed, Timestamp)>) -> Vec<(PledgeDeed, Timestamp)> {
    let mut told = Vec::with_capacity(history.len());
    for (deed, at) in history {
        if deed == PledgeDeed::Moved(PledgeState::ChargeFailed) && is_withdrawal(&told) {
            told.pop();
            told.push((PledgeDeed::Withdrawn, at));
        } else {
            told.push((deed, at));
        }
    }
    told
}

/// Whether the charge that failed after this had waited for its bank when another card took its card's place.
fn is_withdrawal(told: &[(PledgeDeed, Timestamp)]) -> bool {
    let mut before = told.iter().rev().map(|(deed, _)| deed);
    before.next() == Some(&PledgeDeed::Moved(PledgeState::Charging))
        && before.next() == Some(&PledgeDeed::Replaced)
        && before.find(|deed| **deed != PledgeDeed::Replaced)
            == Some(&PledgeDeed::Moved(PledgeState::ActionRequired))
}

/// A pledge on its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// Where it stands.
    pub state: PledgeState,
    /// All of what is paid.
    pub amount_minor: i64,
    /// The currency of every amount.
    pub currency: Currency,
    /// How it is paid.
    pub method: PaymentMethod,
    /// What to write on the transfer; none where it is paid in another way.
    pub bank_reference: Option<CreditorReference>,
    /// Whether it counts only once a person has looked at it.
    pub awaits_review: bool,
    /// The backer's name.
    pub name: String,
    /// How the campaign's page shows them.
    pub show_as: ShowAs,
    /// Where the receipt went.
    pub email: Option<String>,
    /// Whether that address was proved.
    pub is_email_confirmed: bool,
    /// What they want to be written about.
    pub consents: Consents,
    /// The reward and how many.
    pub reward: Option<(String, i64)>,
    /// Where it goes.
    pub region: Option<String>,
    /// To which address, as far as the backer has said so.
    pub address: Option<PostalAddress>,
    /// Add-ons and how many.
    pub add_ons: Vec<(String, i64)>,
    /// What a pool adds.
    pub matched_minor: i64,
    /// What kept the pool from adding more.
    pub match_limit: Option<MatchLimit>,
    /// The campaign's slug.
    pub slug: String,
    /// The campaign's title.
    pub campaign_title: String,
    /// The campaign's language.
    pub campaign_locale: Locale,
    /// Where the campaign stands.
    pub campaign_state: CampaignState,
    /// When its deadline decided. One that ended without was stopped.
    pub decided_at: Option<Timestamp>,
    /// Whether it collects whatever comes together.
    pub is_flexible: bool,
    /// When it closes or closed.
    pub closes_at: Option<Timestamp>,
    /// The attempt that waits for the backer to confirm it with their bank.
    pub waiting_attempt: Option<AttemptId>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Everything that happened to it.
    pub history: Vec<(PledgeDeed, Timestamp)>,
    /// The time at which this was true.
    pub now: Timestamp,
}

impl ReceiptView {
    /// Whether its campaign still runs, or pauses, before its deadline: until then a pledge is its backer's
    /// to change and cancel.
    pub fn is_before_deadline(&self) -> bool {
        matches!(self.campaign_state, CampaignState::Live | CampaignState::Suspended)
            && self.closes_at.is_some_and(|end| self.now < end)
    }

    /// Whether it stands: promised or counted, not ended.
    pub fn counts(&self) -> bool {
        self.state.counts_as() != CountsAs::Nothing
    }

    /// Where its reward is to be sent, while an address is asked for: from it being paid until everything is
    /// delivered.
    pub fn region_to_send_to(&self) -> Option<&str> {
        let is_sent = matches!(
            self.campaign_state,
            CampaignState::Collecting | CampaignState::Settled | CampaignState::Fulfilling
        );
        self.region.as_deref().filter(|_| is_sent && self.state == PledgeState::Paid)
    }
}

/// A pledge in the list of a person's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeSummary {
    /// The token of its receipt.
    pub receipt: String,
    /// Where it stands.
    pub state: PledgeState,
    /// All of what is paid.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// When it was placed.
    pub created_at: Timestamp,
    /// The campaign's slug.
    pub slug: String,
    /// The campaign's title.
    pub campaign_title: String,
    /// The campaign's language.
    pub campaign_locale: Locale,
    /// When it closes or closed.
    pub closes_at: Option<Timestamp>,
}

/// What somebody backs a campaign with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackingView {
    /// The token of the newest receipt.
    pub receipt: String,
    /// All of it, in minor units.
    pub amount_minor: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use PledgeState::{ActionRequired, ChargeFailed, Charging, Paid};

    fn told(history: &[PledgeDeed]) -> Vec<PledgeDeed> {
        let at = Timestamp::from_micros(0);
        let history = history.iter().map(|deed| (deed.clone(), at)).collect();
        with_withdrawals(history).into_iter().map(|(deed, _)| deed).collect()
    }

    #[test]
    fn charge_taken_back_for_another_card_is_not_told_as_failed() {
        let moved = PledgeDeed::Moved;
        let (replaced, withdrawn) = (PledgeDeed::Replaced, PledgeDeed::Withdrawn);
        let begin = [moved(Charging), moved(ActionRequired), replaced.clone(), replaced.clone()];
        let end = [moved(Charging), moved(Paid)];
        let booked = [begin.as_slice(), &[moved(Charging), moved(ChargeFailed)], &end].concat();
        assert_eq!(told(&booked), [begin.as_slice(), &[withdrawn], &end].concat());
    }

    #[test]
    fn charges_that_failed_stay_failed() {
        let moved = PledgeDeed::Moved;
        let failed = [moved(Charging), moved(ChargeFailed)];
        let again = [failed.as_slice(), &[PledgeDeed::Replaced], &failed].concat();
        let refused = [&[moved(Charging), moved(ActionRequired)], failed.as_slice()].concat();
        for history in [again, refused] {
            assert_eq!(told(&history), history);
        }
    }
}
