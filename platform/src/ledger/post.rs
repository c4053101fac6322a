//! Writing a transaction: its public record, its private details, and what it does to its campaign's totals.

use multitude_domain::id::TransactionId;
use multitude_domain::ledger::{Account, Entry, Posting, TransactionKind, UnbalancedPosting, commitment};
use multitude_domain::time::Timestamp;

use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::rows;

/// A transaction to write.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// What moves.
    pub posting: Posting,
    /// Whether the money is real.
    pub livemode: bool,
    /// The entry outside that causes it, unique among all; none where the cause is inside.
    pub source: Option<String>,
    /// What is not public: which pledge, which reference.
    pub details: &'a str,
    /// What it corrects.
    pub reverses: Option<(TransactionId, TransactionKind)>,
    /// Now.
    pub at: Timestamp,
}

/// Why a transaction was not written.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// What caused it has caused a transaction already.
    #[error("{source_entry} is in the ledger already")]
    Again {
        /// The entry outside.
        source_entry: String,
    },
    /// The entries do not fit together.
    #[error(transparent)]
    Unbalanced(#[from] UnbalancedPosting),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for PostError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for PostError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl CarriesStoreError for PostError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Again { .. } | Self::Unbalanced(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Writes a transaction and moves its campaign's totals.
///
/// # Errors
/// [`PostError::Again`] where its source was booked before: nothing is written then, and the caller's transaction is
/// spent on PostgreSQL.
pub async fn post(tx: &mut Tx, new: &Written<'_>) -> Result<TransactionId, PostError> {
    let id = TransactionId::new(tx.uuid());
    let salt = tx.bytes::<16>();
    let commitment = commitment(&salt, new.details);
    let campaign = new.posting.campaign().map(multitude_domain::id::CampaignId::uuid);
    let added = rows!(
        tx,
        sqlx::query(sql::ADD_TRANSACTION)
            .bind(id.uuid())
            .bind(new.posting.kind().name())
            .bind(new.posting.currency().code())
            .bind(campaign)
            .bind(new.livemode)
            .bind(new.source.as_deref())
            .bind(new.reverses.map(|(reversed, _)| reversed.uuid()))
            .bind(new.at.in_zurich().day.to_string())
            .bind(commitment.0.as_slice())
    );
    if let Err(error) = added.map_err(StoreError::from) {
        return Err(match (&new.source, error.is_unique_violation()) {
            (Some(source), true) => PostError::Again { source_entry: source.clone() },
            _ => PostError::Store(error),
        });
    }
    add_entries(tx, id, new.posting.entries()).await?;
    rows!(tx, sqlx::query(sql::ADD_DETAILS).bind(id.uuid()).bind(salt.as_slice()).bind(new.details))?;
    rows!(tx, sqlx::query(sql::AWAIT_SEAL).bind(id.uuid()))?;
    if let Some(campaign) = campaign {
        let kind = new.reverses.map_or(new.posting.kind(), |(_, kind)| kind);
        let moved = Moved::of(kind, new.posting.entries());
        rows!(tx, moved.bind(sqlx::query(sql::MOVE_TOTALS).bind(campaign)))?;
    }
    Ok(id)
}

async fn add_entries(tx: &mut Tx, id: TransactionId, entries: &[Entry]) -> Result<(), StoreError> {
    match entries {
        [one, two] => {
            rows!(
                tx,
                sqlx::query(sql::ADD_TWO_ENTRIES)
                    .bind(id.uuid())
                    .bind(one.account.to_string())
                    .bind(one.amount_minor)
                    .bind(two.account.to_string())
                    .bind(two.amount_minor)
            )?;
        }
        [one, two, three] => {
            rows!(
                tx,
                sqlx::query(sql::ADD_THREE_ENTRIES)
                    .bind(id.uuid())
                    .bind(one.account.to_string())
                    .bind(one.amount_minor)
                    .bind(two.account.to_string())
                    .bind(two.amount_minor)
                    .bind(three.account.to_string())
                    .bind(three.amount_minor)
            )?;
        }
        _ => unreachable!("every posting of the domain has two or three entries"),
    }
    Ok(())
}

/// What a transaction does to its campaign's totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Moved {
    pub(super) captured: i64,
    pub(super) banked: i64,
    pub(super) posted: i64,
    pub(super) matched: i64,
    pub(super) fees: i64,
    pub(super) cost: i64,
    pub(super) refunded: i64,
    pub(super) charged_back: i64,
    pub(super) paid_out: i64,
    pub(super) waiting: i64,
    pub(super) escrow: i64,
}

impl Moved {
    pub(super) fn of(kind: TransactionKind, entries: &[Entry]) -> Self {
        entries.iter().fold(Self::default(), |mut moved, entry| {
            moved.add(kind, entry.account, entry.amount_minor);
            moved
        })
    }

    /// Liabilities grow by credits, so their signs turn.
    pub(super) fn add(&mut self, kind: TransactionKind, account: Account, amount_minor: i64) {
        match account {
            Account::Waiting(_) => self.waiting -= amount_minor,
            Account::ProviderCost(_) => self.cost += amount_minor,
            Account::PoolReserved(..) => self.matched -= amount_minor,
            Account::Escrow(_) => {
                self.escrow -= amount_minor;
                match kind {
                    TransactionKind::Capture => self.captured -= amount_minor,
                    TransactionKind::BankBooked => self.banked -= amount_minor,
                    TransactionKind::MatchPosted => {
                        self.posted -= amount_minor;
                        // What is posted was reserved before and counts on as matched.
                        self.matched -= amount_minor;
                    }
                    TransactionKind::Fee => self.fees += amount_minor,
                    TransactionKind::Refund => self.refunded += amount_minor,
                    TransactionKind::Chargeback => self.charged_back += amount_minor,
                    TransactionKind::Payout => self.paid_out += amount_minor,
                    TransactionKind::PoolFunded
                    | TransactionKind::MatchReserved
                    | TransactionKind::MatchVoided
                    | TransactionKind::BankIn
                    | TransactionKind::BankReturned
                    | TransactionKind::Unknown
                    | TransactionKind::Reversal => {}
                }
            }
            Account::Provider(_)
            | Account::Bank
            | Account::Suspense
            | Account::PlatformFees
            | Account::PoolFree(_) => {}
        }
    }

    fn bind<'q, DB>(
        self,
        query: sqlx::query::Query<'q, DB, DB::Arguments>,
    ) -> sqlx::query::Query<'q, DB, DB::Arguments>
    where
        DB: sqlx::Database,
        i64: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    {
        [
            self.captured,
            self.banked,
            self.posted,
            self.matched,
            self.fees,
            self.cost,
            self.refunded,
            self.charged_back,
            self.paid_out,
            self.waiting,
            self.escrow,
        ]
        .into_iter()
        .fold(query, sqlx::query::Query::bind)
    }
}
