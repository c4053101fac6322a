//! What a provider's answer to an attempt does to its pledge.

use std::collections::HashMap;

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::ledger::{BadPosting, Posting, ProviderCode, RefundFrom};
use multitude_domain::pledges::{Arrival, PaymentMethod, PledgeAction, PledgeState, setup_counts};
use multitude_domain::time::{Day, Timestamp};
use uuid::Uuid;

use super::lock::lock_pledges;
use super::moving::move_all;
use super::sql;
use super::to_move::{MovePledgeError, PledgeToMove, find_all_to_move};
use crate::db::{StoreError, Tx};
use crate::keys::Keys;
use crate::ledger::{self, Written};
use crate::payments::{Answer, AttemptKind, account_hash};
use crate::{find_many, on, rows, rows_many};

/// Records an answer, once: a second answer to the same attempt changes nothing.
///
/// # Errors
/// [`MovePledgeError`] where the ledger or the database refuses; nothing is recorded then, and asking the
/// provider again brings the same answer.
pub async fn record_answer(
    tx: &mut Tx,
    keys: &Keys,
    provider: ProviderCode,
    attempt: AttemptId,
    answer: &Answer,
) -> Result<(), MovePledgeError> {
    record_answers(tx, keys, provider, &[(attempt, answer.clone())]).await
}

/// Records answers to attempts of different pledges, at most [`ROWS_MAX`](crate::db::ROWS_MAX) / 3 at once.
///
/// # Errors
/// As [`record_answer`]: where one of them is refused none is recorded. [`StoreError::ChangedMeanwhile`]
/// where somebody else recorded one of several at the same time.
pub async fn record_answers(
    tx: &mut Tx,
    keys: &Keys,
    provider: ProviderCode,
    answers: &[(AttemptId, Answer)],
) -> Result<(), MovePledgeError> {
    let told = find_told(tx, answers).await?;
    let pledges: Vec<Uuid> = told.iter().map(|one| one.pledge.uuid()).collect();
    lock_pledges(tx, &pledges).await?;
    let at = tx.now().await?;
    let mut charged = Vec::new();
    for (record, one) in store_told(tx, keys, told, at).await? {
        let answered =
            Answered { record, provider, attempt: one.attempt, amount_minor: one.amount_minor, at };
        match (one.kind, one.answer) {
            (AttemptKind::Charge, Answer::Done { cost_minor, .. }) => charged.push((answered, *cost_minor)),
            (kind, answer) => answered.apply(tx, kind, answer).await?,
        }
    }
    capture(tx, charged, at).await
}

/// An answer, and what it is about.
struct Told<'a> {
    attempt: AttemptId,
    pledge: PledgeId,
    kind: AttemptKind,
    /// The attempt's state, as it was found.
    before: String,
    amount_minor: i64,
    answer: &'a Answer,
}

impl Told<'_> {
    /// The attempt's state and the provider's name for it.
    fn state(&self) -> (&'static str, Option<&str>) {
        match self.answer {
            Answer::Pending => ("pending", None),
            Answer::ActionRequired => ("action_required", None),
            Answer::Declined => ("declined", None),
            Answer::Done { reference, .. } | Answer::Arrived { entry: reference, .. } => {
                ("succeeded", Some(reference))
            }
        }
    }

    fn payer(&self) -> Option<&str> {
        match self.answer {
            Answer::Done { payer, .. } | Answer::Arrived { payer, .. } => payer.as_deref(),
            Answer::Pending | Answer::ActionRequired | Answer::Declined => None,
        }
    }
}

/// The answers that say something new about an attempt that there is.
async fn find_told<'a>(tx: &mut Tx, answers: &'a [(AttemptId, Answer)]) -> Result<Vec<Told<'a>>, StoreError> {
    let rows = find_many!(tx, sql::FIND_ATTEMPTS, answers, |(id, _)| [id.uuid()]
        => (Uuid, Uuid, String, String, i64))?;
    let mut by_attempt: HashMap<AttemptId, &Answer> =
        answers.iter().map(|(id, answer)| (*id, answer)).collect();
    let mut told = Vec::with_capacity(rows.len());
    for (attempt, pledge, kind, before, amount_minor) in rows {
        let attempt = AttemptId::new(attempt);
        let Some(answer) = by_attempt.remove(&attempt) else { continue };
        let kind = kind.parse().map_err(|_| StoreError::Impossible {
            table: "payment_attempts",
            column: "kind",
            id: attempt.to_string(),
        })?;
        let is_open = match before.as_str() {
            "pending" => *answer != Answer::Pending,
            "action_required" => !matches!(answer, Answer::Pending | Answer::ActionRequired),
            _ => false,
        };
        if is_open {
            told.push(Told { attempt, pledge: PledgeId::new(pledge), kind, before, amount_minor, answer });
        }
    }
    Ok(told)
}

/// Stores the answers, and finds their pledges.
async fn store_told<'a>(
    tx: &mut Tx,
    keys: &Keys,
    told: Vec<Told<'a>>,
    at: Timestamp,
) -> Result<Vec<(PledgeToMove, Told<'a>)>, StoreError> {
    let first = rows_many!(tx, sql::ANSWER_ATTEMPTS, told, |one| [
        one.attempt.uuid(),
        one.state().0,
        one.state().1,
        at.as_micros(),
        one.before.as_str(),
    ])?;
    if usize::try_from(first) != Ok(told.len()) {
        // One answer alone comes second and changes nothing; of several nobody knows which one.
        return if told.len() == 1 {
            Ok(Vec::new())
        } else {
            Err(StoreError::ChangedMeanwhile { what: "try" })
        };
    }
    let payers: Vec<(PledgeId, [u8; 32])> =
        told.iter().filter_map(|one| Some((one.pledge, account_hash(keys, one.payer()?)))).collect();
    rows_many!(tx, sql::SET_PAYERS, payers, |(pledge, hash)| [pledge.uuid(), hash.as_slice()])?;
    let pledges: Vec<PledgeId> = told.iter().map(|one| one.pledge).collect();
    let records = find_all_to_move(tx, &pledges).await?;
    let mut by_pledge: HashMap<PledgeId, Told<'a>> = told.into_iter().map(|one| (one.pledge, one)).collect();
    Ok(records
        .into_iter()
        .filter_map(|record| by_pledge.remove(&record.id).map(|one| (record, one)))
        .collect())
}

/// Charges went through, at these costs. One that had waited for its backer's bank is under way again before
/// it ends.
async fn capture(tx: &mut Tx, charged: Vec<(Answered, i64)>, at: Timestamp) -> Result<(), MovePledgeError> {
    let mut written = Vec::with_capacity(charged.len());
    let details: Vec<String> = charged.iter().map(|(one, _)| format!("pledge {}", one.record.id)).collect();
    for ((one, cost_minor), details) in charged.iter().zip(&details) {
        let posting = one.record.books().capture(one.provider, one.record.amount_minor, *cost_minor)?;
        written.push(Written {
            posting,
            livemode: one.record.livemode,
            source: Some(one.source()),
            details,
            reverses: None,
            at,
        });
    }
    ledger::post_all(tx, &written).await?;
    let (mut waited, mut records): (Vec<_>, Vec<_>) = charged
        .into_iter()
        .map(|(one, _)| one.record)
        .partition(|record| record.state == PledgeState::ActionRequired);
    move_all(tx, &mut waited, PledgeAction::Charge, at).await?;
    records.append(&mut waited);
    move_all(tx, &mut records, PledgeAction::Pay, at).await
}

struct Answered {
    record: PledgeToMove,
    provider: ProviderCode,
    attempt: AttemptId,
    /// What the attempt is about.
    amount_minor: i64,
    at: Timestamp,
}

impl Answered {
    /// What any answer but a charge that went through does.
    async fn apply(mut self, tx: &mut Tx, kind: AttemptKind, answer: &Answer) -> Result<(), MovePledgeError> {
        match (kind, answer) {
            (_, Answer::Pending)
            | (AttemptKind::Setup | AttemptKind::Refund, Answer::ActionRequired)
            // Captured together with others.
            | (AttemptKind::Charge, Answer::Done { .. }) => Ok(()),
            (AttemptKind::Setup, Answer::Done { .. }) => self.mandate(tx, PledgeAction::Secure).await,
            (AttemptKind::Setup, Answer::Declined) => self.mandate(tx, PledgeAction::Cancel).await,
            (_, Answer::Arrived { entry, amount_minor, value_day, .. }) => {
                self.arrived(tx, entry, *amount_minor, *value_day).await
            }
            (AttemptKind::Charge, Answer::ActionRequired) => self.charged(tx, PledgeAction::RequireAction).await,
            (AttemptKind::Charge, Answer::Declined) => self.charged(tx, PledgeAction::FailCharge).await,
            (AttemptKind::Refund, Answer::Done { .. }) => self.refunded(tx).await,
            (AttemptKind::Refund, Answer::Declined) => {
                self.record.move_on(tx, PledgeAction::FailRefund, self.at).await
            }
        }
    }

    /// The attempt as the ledger knows it.
    fn source(&self) -> String {
        format!("{}:{}", self.provider.name(), self.attempt)
    }

    /// A mandate that arrives after its pledge has ended changes nothing: it is never charged. The deadline
    /// freezes pledges: one that is not confirmed by then has ended too. One that takes the place of another
    /// does where it was made; where it was not, the other one stays.
    async fn mandate(&mut self, tx: &mut Tx, action: PledgeAction) -> Result<(), MovePledgeError> {
        let is_late = self.record.closes_at.is_some_and(|end| !setup_counts(self.at, end));
        match (self.record.state, action) {
            (PledgeState::AwaitingSetup, PledgeAction::Secure) if is_late => {
                self.record.move_on(tx, PledgeAction::Expire, self.at).await
            }
            (PledgeState::AwaitingSetup, _) => self.record.move_on(tx, action, self.at).await,
            (PledgeState::Secured, PledgeAction::Secure) => {
                self.record.move_on(tx, PledgeAction::ReplaceMethod, self.at).await
            }
            (PledgeState::ChargeFailed | PledgeState::ActionRequired, PledgeAction::Secure) => {
                self.record.note_method(tx, self.at).await?;
                Ok(self.record.rematch(tx, self.at).await?)
            }
            _ => Ok(()),
        }
    }

    /// A transfer arrived: the pledge's, a different amount, or too late. Its money is booked in any case;
    /// where it is not the pledge's, a person or settlement decides about it.
    async fn arrived(
        &mut self,
        tx: &mut Tx,
        entry: &str,
        amount_minor: i64,
        value_day: Day,
    ) -> Result<(), MovePledgeError> {
        let arrival = Arrival { amount_minor, value_day };
        rows!(
            tx,
            sqlx::query(sql::ARRIVED)
                .bind(self.record.id.uuid())
                .bind(amount_minor)
                .bind(value_day.to_string())
        )?;
        let posting = self.record.books().bank_in(amount_minor);
        self.post(tx, posting, Some(format!("{}:{entry}", self.provider.name()))).await?;
        let fits = arrival.fits(self.record.amount_minor, self.record.closes_at);
        let action = match self.record.state {
            PledgeState::AwaitingFunds if fits => PledgeAction::Fund,
            PledgeState::AwaitingFunds | PledgeState::Expired | PledgeState::Cancelled => {
                PledgeAction::Review
            }
            PledgeState::Draft
            | PledgeState::AwaitingSetup
            | PledgeState::Secured
            | PledgeState::Funded
            | PledgeState::NeedsReview
            | PledgeState::Charging
            | PledgeState::ActionRequired
            | PledgeState::ChargeFailed
            | PledgeState::Paid
            | PledgeState::PartiallyRefunded
            | PledgeState::RefundPending
            | PledgeState::Refunded
            | PledgeState::RefundFailed
            | PledgeState::Disputed
            | PledgeState::ChargedBack
            | PledgeState::Dropped
            | PledgeState::Released => return Ok(()),
        };
        self.record.move_on(tx, action, self.at).await
    }

    /// A charge that had waited for its backer's bank is under way again before it ends.
    async fn charged(&mut self, tx: &mut Tx, action: PledgeAction) -> Result<(), MovePledgeError> {
        if self.record.state == PledgeState::ActionRequired {
            self.record.move_on(tx, PledgeAction::Charge, self.at).await?;
        }
        self.record.move_on(tx, action, self.at).await
    }

    /// Money that was never the campaign's goes back to its sender; what was captured comes out of its
    /// escrow.
    async fn refunded(&mut self, tx: &mut Tx) -> Result<(), MovePledgeError> {
        let (books, amount_minor) = (self.record.books(), self.amount_minor);
        let was_paid: bool = on!(tx, c => sqlx::query_scalar(sql::WAS_PAID)
            .bind(self.record.id.uuid()).fetch_one(c).await)?;
        let posting = match (self.record.method, was_paid) {
            (PaymentMethod::Bank, false) => books.bank_returned(amount_minor),
            (PaymentMethod::Bank, true) => books.refund(RefundFrom::Bank, amount_minor),
            (PaymentMethod::Card | PaymentMethod::Twint, _) => {
                books.refund(RefundFrom::Provider(self.provider), amount_minor)
            }
        };
        self.post(tx, posting, Some(self.source())).await?;
        self.record.move_on(tx, PledgeAction::FinishRefund, self.at).await
    }

    async fn post(
        &self,
        tx: &mut Tx,
        posting: Result<Posting, BadPosting>,
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
