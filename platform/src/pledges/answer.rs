//! What a provider's answer to a try does to its pledge.

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::ledger::{Account, ProviderCode};
use multitude_domain::ledger::{Posting, UnbalancedPosting};
use multitude_domain::pledge::{PaymentMethod, PledgeAction, PledgeState};
use multitude_domain::time::{Day, Timestamp};
use uuid::Uuid;

use super::record::{MovePledgeError, PledgeRecord, find_record};
use super::sql;
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose};
use crate::ledger::{self, Written};
use crate::payments::{Answer, AttemptKind};
use crate::{on, rows};

/// Records an answer, once: a second answer to the same try changes nothing.
///
/// # Errors
/// [`MovePledgeError`] where the ledger or the database refuses; nothing is recorded then, and asking the provider
/// again brings the same answer.
pub async fn record_answer(
    tx: &mut Tx,
    keys: &Keys,
    provider: ProviderCode,
    attempt: AttemptId,
    answer: &Answer,
) -> Result<(), MovePledgeError> {
    let found: Option<(Uuid, String, String, i64)> =
        on!(tx, c => sqlx::query_as(sql::FIND_ATTEMPT).bind(attempt.uuid()).fetch_optional(c).await)?;
    let Some((pledge, kind, before, amount_minor)) = found else { return Ok(()) };
    let kind: AttemptKind = kind.parse().map_err(|_| StoreError::Impossible {
        table: "payment_attempts",
        column: "kind",
        id: attempt.to_string(),
    })?;
    let (state, reference) = match answer {
        Answer::Pending => return Ok(()),
        Answer::ActionRequired if before == "action_required" => return Ok(()),
        Answer::ActionRequired => ("action_required", None),
        Answer::Declined => ("declined", None),
        Answer::Done { reference, .. } | Answer::Arrived { entry: reference, .. } => {
            ("succeeded", Some(reference.as_str()))
        }
    };
    let at = tx.now().await?;
    lock(tx, PledgeId::new(pledge)).await?;
    let first = rows!(
        tx,
        sqlx::query(sql::ANSWER_ATTEMPT)
            .bind(attempt.uuid())
            .bind(state)
            .bind(reference)
            .bind(at.as_micros())
    )?;
    let Some(mut record) = find_record(tx, PledgeId::new(pledge)).await? else { return Ok(()) };
    if first != 1 {
        return Ok(());
    }
    if let Answer::Done { payer: Some(payer), .. } | Answer::Arrived { payer: Some(payer), .. } = answer {
        let hash = keys.hash(Purpose::Payer, payer.as_bytes()).to_vec();
        rows!(tx, sqlx::query(sql::SET_PAYER).bind(pledge).bind(hash.as_slice()))?;
        record.payer_hash = Some(hash);
    }
    let mut answered = Answered { record, provider, attempt, amount_minor, at };
    match (kind, answer) {
        (_, Answer::Pending) | (AttemptKind::Setup | AttemptKind::Refund, Answer::ActionRequired) => Ok(()),
        (AttemptKind::Setup, Answer::Done { .. }) => answered.mandate(tx, PledgeAction::Secure).await,
        (AttemptKind::Setup, Answer::Declined) => answered.mandate(tx, PledgeAction::Cancel).await,
        (_, Answer::Arrived { entry, amount_minor, value_day, .. }) => {
            answered.arrived(tx, entry, *amount_minor, *value_day).await
        }
        (AttemptKind::Charge, Answer::Done { cost_minor, .. }) => answered.captured(tx, *cost_minor).await,
        (AttemptKind::Charge, Answer::ActionRequired) => {
            answered.charged(tx, PledgeAction::RequireAction).await
        }
        (AttemptKind::Charge, Answer::Declined) => answered.charged(tx, PledgeAction::FailCharge).await,
        (AttemptKind::Refund, Answer::Done { .. }) => answered.refunded(tx).await,
        (AttemptKind::Refund, Answer::Declined) => {
            answered.record.move_on(tx, PledgeAction::FailRefund, at).await
        }
    }
}

/// The campaign must not be decided while one of its pledges is being moved.
async fn lock(tx: &mut Tx, pledge: PledgeId) -> Result<(), StoreError> {
    if let Some(record) = find_record(tx, pledge).await? {
        tx.lock_campaign_shared(record.campaign.uuid()).await?;
    }
    Ok(())
}

struct Answered {
    record: PledgeRecord,
    provider: ProviderCode,
    attempt: AttemptId,
    /// What the try is about.
    amount_minor: i64,
    at: Timestamp,
}

impl Answered {
    /// A mandate that arrives after its pledge has ended changes nothing: it is never charged.
    async fn mandate(&mut self, tx: &mut Tx, action: PledgeAction) -> Result<(), MovePledgeError> {
        match self.record.state {
            PledgeState::AwaitingSetup => self.record.move_on(tx, action, self.at).await,
            _ => Ok(()),
        }
    }

    /// A transfer arrived: the pledge's, a different amount, or too late. Its money is booked in any case.
    async fn arrived(
        &mut self,
        tx: &mut Tx,
        entry: &str,
        amount_minor: i64,
        value_day: Day,
    ) -> Result<(), MovePledgeError> {
        rows!(tx, sqlx::query(sql::ARRIVED).bind(self.record.id.uuid()).bind(amount_minor))?;
        let posting = self.record.books().bank_in(amount_minor);
        self.post(tx, posting, Some(format!("{}:{entry}", self.provider.name()))).await?;
        // Only money with a value date up to the deadline counts.
        let is_in_time = self.record.closes_at.is_none_or(|end| value_day <= end.in_zurich().day);
        let action = match self.record.state {
            PledgeState::AwaitingFunds if is_in_time && amount_minor == self.record.amount_minor => {
                PledgeAction::Fund
            }
            PledgeState::AwaitingFunds | PledgeState::Expired | PledgeState::Cancelled => {
                PledgeAction::Review
            }
            _ => return Ok(()),
        };
        self.record.move_on(tx, action, self.at).await
    }

    async fn captured(&mut self, tx: &mut Tx, cost_minor: i64) -> Result<(), MovePledgeError> {
        let posting = self.record.books().capture(self.provider, self.record.amount_minor, cost_minor);
        self.post(tx, posting, Some(format!("{}:{}", self.provider.name(), self.attempt))).await?;
        self.charged(tx, PledgeAction::Pay).await
    }

    /// A charge that had waited for its backer's bank is under way again before it ends.
    async fn charged(&mut self, tx: &mut Tx, action: PledgeAction) -> Result<(), MovePledgeError> {
        if self.record.state == PledgeState::ActionRequired {
            self.record.move_on(tx, PledgeAction::Charge, self.at).await?;
        }
        self.record.move_on(tx, action, self.at).await
    }

    /// Money that was never the campaign's goes back to its sender; what was captured comes out of its escrow.
    async fn refunded(&mut self, tx: &mut Tx) -> Result<(), MovePledgeError> {
        let (books, amount_minor) = (self.record.books(), self.amount_minor);
        let posting = match (self.record.method, self.record.campaign_state.has_succeeded()) {
            (PaymentMethod::Bank, false) => books.bank_returned(amount_minor),
            (PaymentMethod::Bank, true) => books.refund(Account::Bank, amount_minor),
            (PaymentMethod::Card | PaymentMethod::Twint, _) => {
                books.refund(Account::Provider(self.provider), amount_minor)
            }
        };
        self.post(tx, posting, Some(format!("{}:{}", self.provider.name(), self.attempt))).await?;
        self.record.move_on(tx, PledgeAction::FinishRefund, self.at).await
    }

    async fn post(
        &self,
        tx: &mut Tx,
        posting: Result<Posting, UnbalancedPosting>,
        source: Option<String>,
    ) -> Result<(), MovePledgeError> {
        let details = format!("pledge {}", self.record.id);
        let written = Written {
            posting: posting?,
            livemode: self.record.livemode,
            source,
            details: &details,
            reverses: None,
            at: self.at,
        };
        ledger::post(tx, &written).await?;
        Ok(())
    }
}
