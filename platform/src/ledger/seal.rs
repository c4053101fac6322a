//! The sealer: numbers what was committed and chains it. One process at a time, at least once a second.

use std::collections::HashMap;

use multitude_domain::id::CampaignId;
use multitude_domain::ledger::{Account, Entry, Hash, Record, block_hash, record_hash};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::sql;
use crate::db::{Db, Lock, StoreError, Tx};
use crate::{on, rows, rows_many};

/// The chain's end. Nothing else is locked by whoever seals.
pub(crate) static SEALING: Lock = Lock { name: "chain", rank: 70 };

const SEALING_NUMBER: i64 = 0x5EA1;

/// More than this waits for the next block.
const BLOCK_RECORDS_MAX: i64 = 512;

/// The end of the chain: it stands for everything that was ever sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last block's number.
    pub block: i64,
    /// Its hash.
    pub hash: Hash,
    /// How many records are sealed.
    pub sequence: i64,
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

/// A block that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBlock {
    /// The new end of the chain.
    pub head: Head,
    /// How many records it sealed.
    pub records: usize,
    /// Whose books moved.
    pub campaigns: Vec<CampaignId>,
}

#[derive(Debug, sqlx::FromRow)]
struct UnsealedRow {
    id: Uuid,
    kind: String,
    currency: String,
    campaign_id: Option<Uuid>,
    written_on: String,
    commitment: Vec<u8>,
}

/// The end of the chain; nothing before the first block.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_head(tx: &mut Tx) -> Result<Option<Head>, StoreError> {
    let row: Option<(i64, Vec<u8>, i64, i64)> =
        on!(tx, c => sqlx::query_as(sql::LAST_BLOCK).fetch_optional(c).await)?;
    row.map(|(block, hash, sequence, sealed_at)| {
        Ok(Head {
            block,
            hash: hash_of("ledger_blocks", &hash, block)?,
            sequence,
            sealed_at: Timestamp::from_micros(sealed_at),
        })
    })
    .transpose()
}

pub(super) fn hash_of(table: &'static str, bytes: &[u8], id: i64) -> Result<Hash, StoreError> {
    Hash::from_slice(bytes).map_err(|_| StoreError::Impossible { table, column: "hash", id: id.to_string() })
}

pub(super) fn impossible(column: &'static str, id: Uuid) -> StoreError {
    StoreError::Impossible { table: "ledger_transactions", column, id: id.to_string() }
}

/// Seals what waits, at most one block. Nothing where nothing waits.
///
/// Two sealers at once wait for each other, and could not fork the chain if they did not: both would take the
/// same block number.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn seal(tx: &mut Tx) -> Result<Option<SealedBlock>, StoreError> {
    tx.lock(&SEALING, sql::LOCK_SEALING, SEALING_NUMBER).await?;
    let waiting: Vec<UnsealedRow> =
        on!(tx, c => sqlx::query_as(sql::UNSEALED).bind(BLOCK_RECORDS_MAX).fetch_all(c).await)?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let before = find_head(tx).await?;
    let number = before.as_ref().map_or(0, |head| head.block).saturating_add(1);
    let mut sequence = before.as_ref().map_or(0, |head| head.sequence);
    let previous_block = before.as_ref().map_or(Hash::ZERO, |head| head.hash);
    let mut ends: HashMap<Option<Uuid>, Hash> = HashMap::new();
    let mut seals = Vec::with_capacity(waiting.len());
    let mut entries = entries(tx, &waiting).await?;
    for row in waiting {
        sequence = sequence.saturating_add(1);
        let previous = match ends.get(&row.campaign_id) {
            Some(hash) => *hash,
            None => last_hash(tx, row.campaign_id).await?,
        };
        let record = record(sequence, &row, entries.remove(&row.id).unwrap_or_default())?;
        let hash = record_hash(&previous, &record);
        ends.insert(row.campaign_id, hash);
        seals.push((sequence, row.id, row.campaign_id, previous, hash));
    }
    let hash = block_hash(&previous_block, seals.iter().map(|(_, _, _, _, hash)| hash));
    let now = tx.now().await?;
    // Of a clock that was set back too little for a jump, the time of the block before stays.
    let sealed_at = before.map_or(now, |head| now.max(head.sealed_at));
    rows!(
        tx,
        sqlx::query(sql::ADD_BLOCK)
            .bind(number)
            .bind(previous_block.0.as_slice())
            .bind(hash.0.as_slice())
            .bind(sequence)
            .bind(sealed_at.as_micros())
    )?;
    rows_many!(tx, sql::ADD_SEALS, seals, |(sequence, id, campaign, previous, hash)| [
        *sequence,
        *id,
        number,
        *campaign,
        previous.0.as_slice(),
        hash.0.as_slice(),
    ])?;
    rows!(tx, sqlx::query(sql::SEALED).bind(number))?;
    Ok(Some(SealedBlock {
        head: Head { block: number, hash, sequence, sealed_at },
        records: seals.len(),
        campaigns: ends.into_keys().flatten().map(CampaignId::new).collect(),
    }))
}

async fn last_hash(tx: &mut Tx, campaign: Option<Uuid>) -> Result<Hash, StoreError> {
    let last: Option<Vec<u8>> = match campaign {
        Some(id) => on!(tx, c => sqlx::query_scalar(sql::LAST_OF_CAMPAIGN).bind(id).fetch_optional(c).await)?,
        None => on!(tx, c => sqlx::query_scalar(sql::LAST_OF_NONE).fetch_optional(c).await)?,
    };
    last.map_or(Ok(Hash::ZERO), |bytes| hash_of("ledger_seals", &bytes, 0))
}

async fn entries(tx: &mut Tx, waiting: &[UnsealedRow]) -> Result<HashMap<Uuid, Vec<Entry>>, StoreError> {
    let mut by_transaction: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else { return Ok(by_transaction) };
    let rows: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(sql::UNSEALED_ENTRIES)
        .bind(first.id).bind(last.id).fetch_all(c).await)?;
    for (id, account, amount_minor) in rows {
        let account: Account = account.parse().map_err(|_| impossible("account", id))?;
        by_transaction.entry(id).or_default().push(Entry { account, amount_minor });
    }
    Ok(by_transaction)
}

fn record(sequence: i64, row: &UnsealedRow, entries: Vec<Entry>) -> Result<Record, StoreError> {
    Ok(Record {
        sequence,
        day: row.written_on.parse().map_err(|_| impossible("written_on", row.id))?,
        kind: row.kind.parse().map_err(|_| impossible("kind", row.id))?,
        currency: row.currency.parse().map_err(|_| impossible("currency", row.id))?,
        entries,
        commitment: Hash::from_slice(&row.commitment).map_err(|_| impossible("commitment", row.id))?,
    })
}

/// Seals everything that waits.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn seal_all(db: &Db) -> Result<(), StoreError> {
    // It may jump between two blocks.
    while db.check_clock().await?.is_ok() && db.write(async |tx| seal(tx).await).await?.is_some() {}
    Ok(())
}
