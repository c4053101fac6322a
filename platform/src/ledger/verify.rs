//! Recounts everything from nothing: the chain and the balances here, every total and row in `recount.rs`.

use std::collections::{BTreeMap, HashMap};

use multitude_domain::ledger::{Balances, Entry, Hash, Record, block_hash, commitment, record_hash};
use multitude_domain::money::Currency;
use uuid::Uuid;

use super::seal::{find_head, hash_of, impossible};
use super::verified::Verified;
use super::{entries, recount, sql};
use crate::db::{StoreError, Tx};
use crate::on;

const PAGE: i64 = 1_000;

#[derive(Debug, sqlx::FromRow)]
struct ChainRow {
    sequence: i64,
    transaction_id: Uuid,
    block: i64,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
    kind: String,
    currency: String,
    campaign_id: Option<Uuid>,
    sealed_for: Option<Uuid>,
    written_on: String,
    commitment: Vec<u8>,
}

/// Recounts the whole ledger in one consistent state of the database.
///
/// # Errors
/// [`StoreError`] where the database does not answer. What does not fit is no error: it is found.
pub async fn verify_ledger(tx: &mut Tx) -> Result<Verified, StoreError> {
    let mut verified = Verified { head: find_head(tx).await?, ..Verified::default() };
    let by_block = check_records(tx, &mut verified).await?;
    check_blocks(tx, &mut verified, &by_block).await?;
    check_details(tx, &mut verified).await?;
    check_balances(tx, &mut verified).await?;
    recount::check_totals(tx, &mut verified).await?;
    recount::check_pools(tx, &mut verified).await?;
    entries::check_entries(tx, &mut verified).await?;
    recount::check_rows(tx, &mut verified).await?;
    Ok(verified)
}

/// Every record hashes to what was sealed, and links to the one before it in its campaign.
async fn check_records(tx: &mut Tx, verified: &mut Verified) -> Result<BTreeMap<i64, Vec<Hash>>, StoreError> {
    let mut by_block: BTreeMap<i64, Vec<Hash>> = BTreeMap::new();
    let mut ends: HashMap<Option<Uuid>, Hash> = HashMap::new();
    let mut after = 0_i64;
    loop {
        let rows: Vec<ChainRow> =
            on!(tx, c => sqlx::query_as(sql::CHAIN).bind(after).bind(PAGE).fetch_all(c).await)?;
        let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(by_block) };
        let mut entries = chain_entries(tx, after, last).await?;
        for row in rows {
            let place = format!("record {}", row.sequence);
            if row.sequence != after.saturating_add(1) {
                verified.find(&place, format!("follows record {after}"));
            }
            after = row.sequence;
            verified.records = verified.records.saturating_add(1);
            if row.sealed_for != row.campaign_id {
                verified.find(&place, "is sealed in a chain that is not its campaign's");
            }
            let end = ends.get(&row.campaign_id).copied().unwrap_or(Hash::ZERO);
            if hash_of("ledger_seals", &row.previous_hash, row.sequence)? != end {
                verified.find(&place, "does not link to the record before it");
            }
            let sealed = hash_of("ledger_seals", &row.hash, row.sequence)?;
            let record = record(&row, entries.remove(&row.sequence).unwrap_or_default())?;
            if record_hash(&end, &record) != sealed {
                verified.find(&place, "was changed after it was sealed");
            }
            ends.insert(row.campaign_id, sealed);
            by_block.entry(row.block).or_default().push(sealed);
        }
    }
}

async fn chain_entries(tx: &mut Tx, after: i64, last: i64) -> Result<HashMap<i64, Vec<Entry>>, StoreError> {
    let rows: Vec<(i64, String, i64)> =
        on!(tx, c => sqlx::query_as(sql::CHAIN_ENTRIES).bind(after).bind(last).fetch_all(c).await)?;
    let mut entries: HashMap<i64, Vec<Entry>> = HashMap::new();
    for (sequence, account, amount_minor) in rows {
        let account = account.parse().map_err(|_| StoreError::Impossible {
            table: "ledger_entries",
            column: "account",
            id: sequence.to_string(),
        })?;
        entries.entry(sequence).or_default().push(Entry { account, amount_minor });
    }
    Ok(entries)
}

fn record(row: &ChainRow, entries: Vec<Entry>) -> Result<Record, StoreError> {
    let id = row.transaction_id;
    Ok(Record {
        sequence: row.sequence,
        day: row.written_on.parse().map_err(|_| impossible("written_on", id))?,
        kind: row.kind.parse().map_err(|_| impossible("kind", id))?,
        currency: row.currency.parse().map_err(|_| impossible("currency", id))?,
        entries,
        commitment: Hash::from_slice(&row.commitment).map_err(|_| impossible("commitment", id))?,
    })
}

async fn check_blocks(
    tx: &mut Tx,
    verified: &mut Verified,
    by_block: &BTreeMap<i64, Vec<Hash>>,
) -> Result<(), StoreError> {
    let mut previous = Hash::ZERO;
    let (mut after, mut sealed) = (0_i64, 0_i64);
    loop {
        let rows: Vec<(i64, Vec<u8>, Vec<u8>, i64)> =
            on!(tx, c => sqlx::query_as(sql::BLOCKS).bind(after).bind(PAGE).fetch_all(c).await)?;
        if rows.is_empty() {
            return Ok(());
        }
        for (number, linked, hash, last_sequence) in rows {
            let place = format!("block {number}");
            let hash = hash_of("ledger_blocks", &hash, number)?;
            if number != after.saturating_add(1) || hash_of("ledger_blocks", &linked, number)? != previous {
                verified.find(&place, "does not link to the block before it");
            }
            if block_hash(&previous, by_block.get(&number).into_iter().flatten()) != hash {
                verified.find(&place, "does not hold the records it sealed");
            }
            let records = by_block.get(&number).map_or(0, Vec::len);
            sealed = sealed.saturating_add(i64::try_from(records).unwrap_or(i64::MAX));
            if last_sequence != sealed {
                verified.find(&place, format!("ends with record {sealed}, not with {last_sequence}"));
            }
            verified.blocks = verified.blocks.saturating_add(1);
            (previous, after) = (hash, number);
        }
    }
}

/// Details that are still there hash to what stands in the public record.
async fn check_details(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, Vec<u8>, String, Vec<u8>)> =
            on!(tx, c => sqlx::query_as(sql::DETAILS).bind(after).bind(PAGE).fetch_all(c).await)?;
        let Some(last) = rows.last().map(|(id, ..)| *id) else { return Ok(()) };
        for (id, salt, details, committed) in rows {
            let is_true = <[u8; 16]>::try_from(salt.as_slice())
                .is_ok_and(|salt| commitment(&salt, &details).0.as_slice() == committed);
            if !is_true {
                verified.find(format!("transaction {id}"), "its details are not what was committed to");
            }
        }
        after = last;
    }
}

async fn check_balances(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let rows: Vec<(String, String, i64)> = on!(tx, c => sqlx::query_as(sql::BALANCES).fetch_all(c).await)?;
    let mut balances = Balances::default();
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for (account, currency, balance_minor) in rows {
        let bad = |column| StoreError::Impossible { table: "ledger_entries", column, id: account.clone() };
        let currency: Currency = currency.parse().map_err(|_| bad("currency"))?;
        balances.add(account.parse().map_err(|_| bad("account"))?, currency, balance_minor);
        *sums.entry(currency).or_default() += i128::from(balance_minor);
    }
    for overdrawn in balances.overdrawn() {
        verified.find(overdrawn.account, format!("is overdrawn by {}", overdrawn.balance_minor));
    }
    for (currency, sum) in sums {
        if sum != 0 {
            verified.find(currency, format!("all accounts add up to {sum}, not to nothing"));
        }
    }
    Ok(())
}
