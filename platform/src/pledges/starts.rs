//! Attempts to charge and to refund: their pledges move on and they are stored, with their idempotency keys,
//! before the provider is asked.

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::pledges::PledgeAction;
use multitude_domain::time::Timestamp;

use super::moving::move_all;
use super::sql;
use super::to_move::{MovePledgeError, PledgeToMove, ToMoveRow};
use super::write::{NewAttempt, add_attempts};
use crate::db::{StoreError, Tx};
use crate::on;
use crate::payments::{AttemptKind, Operation, Payments};

/// A pledge that can be charged or refunded, with the token of the mandate it was secured with.
pub(crate) struct Startable {
    pub(crate) record: PledgeToMove,
    /// Its backer took it back before its money came.
    pub(crate) was_cancelled: bool,
    token: String,
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct StartableRow {
    #[sqlx(flatten)]
    record: ToMoveRow,
    token: Option<String>,
    was_cancelled: bool,
}

impl TryFrom<StartableRow> for Startable {
    type Error = StoreError;

    fn try_from(row: StartableRow) -> Result<Self, StoreError> {
        Ok(Self {
            record: row.record.try_into()?,
            was_cancelled: row.was_cancelled,
            token: row.token.unwrap_or_default(),
        })
    }
}

impl Startable {
    /// Whether what arrived is the pledge's after all: exact, in time, and not taken back.
    pub(crate) fn is_welcome(&self) -> bool {
        let record = &self.record;
        !self.was_cancelled
            && record.arrival.is_some_and(|arrival| arrival.fits(record.amount_minor, record.closes_at))
    }
}

/// The pledge, if there is one.
pub(super) async fn find_startable(tx: &mut Tx, id: PledgeId) -> Result<Option<Startable>, StoreError> {
    let row: Option<StartableRow> =
        on!(tx, c => sqlx::query_as(sql::STARTABLE).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(Startable::try_from).transpose()
}

/// Charges begin, or begin again.
pub(crate) async fn start_charges(
    tx: &mut Tx,
    payments: &Payments,
    pledges: Vec<Startable>,
    now: Timestamp,
) -> Result<Vec<Operation>, MovePledgeError> {
    start(tx, payments, pledges, (PledgeAction::Charge, AttemptKind::Charge), now).await
}

/// Money begins to go back: what arrived, where that differs from what was pledged.
pub(crate) async fn start_refunds(
    tx: &mut Tx,
    payments: &Payments,
    pledges: Vec<Startable>,
    now: Timestamp,
) -> Result<Vec<Operation>, MovePledgeError> {
    start(tx, payments, pledges, (PledgeAction::StartRefund, AttemptKind::Refund), now).await
}

async fn start(
    tx: &mut Tx,
    payments: &Payments,
    pledges: Vec<Startable>,
    (action, kind): (PledgeAction, AttemptKind),
    now: Timestamp,
) -> Result<Vec<Operation>, MovePledgeError> {
    let (mut records, tokens): (Vec<_>, Vec<_>) =
        pledges.into_iter().map(|one| (one.record, one.token)).unzip();
    move_all(tx, &mut records, action, now).await?;
    let operations: Vec<Operation> = records
        .into_iter()
        .zip(tokens)
        .map(|(record, token)| Operation {
            key: AttemptId::new(tx.uuid()),
            kind,
            pledge: record.id,
            amount: match kind {
                AttemptKind::Setup | AttemptKind::Charge => record.amount(),
                AttemptKind::Refund => record.amount_back(),
            },
            method: record.method,
            token,
            email: record.email,
            at: now,
        })
        .collect();
    let pending = |operation| NewAttempt { operation, state: "pending", answer: None };
    add_attempts(tx, payments, &operations.iter().map(pending).collect::<Vec<_>>()).await?;
    Ok(operations)
}
