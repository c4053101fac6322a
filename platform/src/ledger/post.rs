//! Writing a transaction: its public record, its private details, and what it does to its campaign's totals.

use std::collections::BTreeMap;

use multitude_domain::id::{CampaignId, TransactionId};
use multitude_domain::ledger::{Account, BadPosting, Entry, Hash, Posting, TransactionKind, commitment};
use multitude_domain::time::{Day, Timestamp};
use uuid::Uuid;

use super::seal::find_head;
use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{rows, rows_many};

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
    Bad(#[from] BadPosting),
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
            Self::Again { .. } | Self::Bad(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Writes a transaction and moves its campaign's totals.
///
/// # Errors
/// [`PostError::Again`] where its source was booked before: nothing is written then, and the caller's
/// transaction is spent on PostgreSQL.
pub async fn post(tx: &mut Tx, new: &Written<'_>) -> Result<(), PostError> {
    post_all(tx, std::slice::from_ref(new)).await
}

/// Writes transactions, at most [`ROWS_MAX`](crate::db::ROWS_MAX) entries of them, and moves their campaigns'
/// totals.
///
/// # Errors
/// As [`post`]; where one of them cannot be written none is.
pub async fn post_all(tx: &mut Tx, all: &[Written<'_>]) -> Result<(), PostError> {
    // A clock that was set back does not put into the book what stands before its last block.
    let not_before = if tx.is_told() { None } else { find_head(tx).await?.map(|head| head.sealed_at) };
    let rows: Vec<NewTransaction<'_>> =
        all.iter().map(|new| NewTransaction::of(tx, new, not_before)).collect();
    add_transactions(tx, &rows).await?;
    let entries: Vec<(Uuid, i64, &Entry)> = rows
        .iter()
        .flat_map(|row| {
            (0..).zip(row.new.posting.entries()).map(|(position, entry)| (row.id, position, entry))
        })
        .collect();
    rows_many!(tx, sql::ADD_ENTRIES, entries, |(id, position, entry)| [
        *id,
        *position,
        entry.account.to_string(),
        entry.amount_minor,
    ])?;
    rows_many!(tx, sql::ADD_DETAILS, rows, |row| [row.id, row.salt.as_slice(), row.new.details])?;
    rows_many!(tx, sql::AWAIT_SEAL, rows, |row| [row.id])?;
    let mut moved: BTreeMap<Uuid, Moved> = BTreeMap::new();
    for new in all {
        let Some(campaign) = new.posting.campaign() else { continue };
        let kind = new.reverses.map_or(new.posting.kind(), |(_, kind)| kind);
        moved.entry(campaign.uuid()).or_default().add_all(kind, new.posting.entries());
    }
    for (campaign, moved) in moved {
        rows!(tx, moved.bind(sqlx::query(sql::MOVE_TOTALS).bind(campaign)))?;
    }
    Ok(())
}

/// A transaction with what is made for it when it is written.
struct NewTransaction<'a> {
    id: Uuid,
    salt: [u8; 16],
    commitment: Hash,
    day: Day,
    new: &'a Written<'a>,
}

impl<'a> NewTransaction<'a> {
    fn of(tx: &Tx, new: &'a Written<'a>, not_before: Option<Timestamp>) -> Self {
        let salt = tx.bytes::<16>();
        let day = not_before.map_or(new.at, |last| new.at.max(last)).in_zurich().day;
        Self { id: tx.uuid(), salt, commitment: commitment(&salt, new.details), day, new }
    }
}

async fn add_transactions(tx: &mut Tx, rows: &[NewTransaction<'_>]) -> Result<(), PostError> {
    let added = rows_many!(tx, sql::ADD_TRANSACTIONS, rows, |row| [
        row.id,
        row.new.posting.kind().name(),
        row.new.posting.currency().code(),
        row.new.posting.campaign().map(CampaignId::uuid),
        row.new.livemode,
        row.new.source.as_deref(),
        row.new.reverses.map(|(reversed, _)| reversed.uuid()),
        row.day.to_string(),
        row.commitment.0.as_slice(),
    ]);
    let Err(error) = added.map_err(StoreError::from) else { return Ok(()) };
    let sources: Vec<&str> = rows.iter().filter_map(|row| row.new.source.as_deref()).collect();
    if error.is_unique_violation() && !sources.is_empty() {
        return Err(PostError::Again { source_entry: sources.join(" or ") });
    }
    Err(PostError::Store(error))
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
    fn add_all(&mut self, kind: TransactionKind, entries: &[Entry]) {
        for entry in entries {
            self.add(kind, entry.account, entry.amount_minor);
        }
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
