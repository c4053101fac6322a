//! A campaign's own chain, part by part, each with the block that seals its end.

use std::collections::HashMap;

use multitude_domain::id::CampaignId;
use multitude_domain::ledger::Hash;
use multitude_domain::money::Currency;
use multitude_domain::view::{BlockView, CampaignLedgerView, RecordView};

use super::seal::hash_of;
use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;

#[derive(Debug, sqlx::FromRow)]
struct SealedRow {
    sequence: i64,
    block: i64,
    hash: Vec<u8>,
    kind: String,
    written_on: String,
    commitment: Vec<u8>,
}

/// The next `limit` sealed records of a campaign after a sequence number (the first ones after 0), and
/// whether more follow.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_campaign_ledger(
    tx: &mut Tx,
    campaign: CampaignId,
    currency: Currency,
    after: i64,
    limit: i64,
) -> Result<CampaignLedgerView, StoreError> {
    let mut rows = find_rows(tx, campaign, after, limit.saturating_add(1)).await?;
    let is_cut = cut(&mut rows, limit);
    view(tx, campaign, currency, rows, is_cut).await
}

/// The newest `limit` sealed records of a campaign, in order, and whether there are older ones.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_campaign_ledger_end(
    tx: &mut Tx,
    campaign: CampaignId,
    currency: Currency,
    limit: i64,
) -> Result<CampaignLedgerView, StoreError> {
    let mut rows: Vec<SealedRow> = on!(tx, c => sqlx::query_as(sql::NEWEST_OF_CAMPAIGN)
        .bind(campaign.uuid()).bind(limit.saturating_add(1)).fetch_all(c).await)?;
    let is_cut = cut(&mut rows, limit);
    rows.reverse();
    view(tx, campaign, currency, rows, is_cut).await
}

/// Keeps `limit` of them; whether there were more.
fn cut(rows: &mut Vec<SealedRow>, limit: i64) -> bool {
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_cut = rows.len() > kept;
    rows.truncate(kept);
    is_cut
}

async fn view(
    tx: &mut Tx,
    campaign: CampaignId,
    currency: Currency,
    rows: Vec<SealedRow>,
    is_cut: bool,
) -> Result<CampaignLedgerView, StoreError> {
    let unsealed =
        on!(tx, c => sqlx::query_scalar(sql::COUNT_UNSEALED).bind(campaign.uuid()).fetch_one(c).await)?;
    let block = match rows.last().map(|row| row.block) {
        Some(number) => Some(find_block(tx, number).await?),
        None => None,
    };
    let records = with_entries(tx, campaign, rows).await?;
    Ok(CampaignLedgerView { currency, records, is_cut, block, unsealed })
}

/// The next sealed records of a campaign after a sequence number (none is 0), at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_records(
    tx: &mut Tx,
    campaign: CampaignId,
    after: i64,
    limit: i64,
) -> Result<Vec<RecordView>, StoreError> {
    let rows = find_rows(tx, campaign, after, limit).await?;
    with_entries(tx, campaign, rows).await
}

async fn find_rows(
    tx: &mut Tx,
    campaign: CampaignId,
    after: i64,
    limit: i64,
) -> Result<Vec<SealedRow>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(sql::OF_CAMPAIGN)
        .bind(campaign.uuid()).bind(after).bind(limit).fetch_all(c).await)?)
}

async fn with_entries(
    tx: &mut Tx,
    campaign: CampaignId,
    rows: Vec<SealedRow>,
) -> Result<Vec<RecordView>, StoreError> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let entries: Vec<(i64, String, i64)> = on!(tx, c => sqlx::query_as(sql::ENTRIES_OF_CAMPAIGN)
        .bind(campaign.uuid()).bind(first.sequence).bind(last.sequence).fetch_all(c).await)?;
    let mut by_record: HashMap<i64, Vec<(String, i64)>> = HashMap::new();
    for (sequence, account, amount_minor) in entries {
        by_record.entry(sequence).or_default().push((account, amount_minor));
    }
    let records = rows.into_iter().map(|row| {
        Ok(RecordView {
            entries: by_record.remove(&row.sequence).unwrap_or_default(),
            commitment: hash_of("ledger_transactions", &row.commitment, row.sequence)?,
            hash: hash_of("ledger_seals", &row.hash, row.sequence)?,
            sequence: row.sequence,
            day: row.written_on,
            kind: row.kind,
        })
    });
    records.collect()
}

async fn find_block(tx: &mut Tx, number: i64) -> Result<BlockView, StoreError> {
    let (previous, hash): (Vec<u8>, Vec<u8>) =
        on!(tx, c => sqlx::query_as(sql::BLOCK).bind(number).fetch_one(c).await)?;
    let hashes: Vec<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(sql::HASHES_OF_BLOCK).bind(number).fetch_all(c).await)?;
    let of = |bytes: &[u8]| hash_of("ledger_blocks", bytes, number);
    Ok(BlockView {
        number,
        previous: of(&previous)?,
        hash: of(&hash)?,
        records: hashes.iter().map(|bytes| of(bytes)).collect::<Result<Vec<Hash>, _>>()?,
    })
}
