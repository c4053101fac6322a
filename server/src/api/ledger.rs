//! The end of the ledger's chain, for whoever wants to keep it, and the books of one campaign, for whoever
//! checks them.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use multitude_app::Services;
use multitude_domain::money::Currency;
use multitude_domain::view::{BlockView, CampaignLedgerView, RecordView};
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::Tx;
use multitude_platform::ledger::{find_campaign_ledger, find_head};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, senseless};
use super::{conditional, schema};
use crate::problem::{Problem, ProblemBody};

/// As many records as one answer holds.
const RECORDS_MAX: i64 = 2_000;

/// Which part of a campaign's books.
#[derive(Debug, Deserialize)]
pub(super) struct BooksQuery {
    after: Option<i64>,
    limit: Option<i64>,
}

/// The published head: null values before the first block.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeadBody {
    /// The newest block's number.
    block: Option<i64>,
    /// Its SHA-256, in hexadecimal digits.
    hash: Option<String>,
    /// How many records the chain holds.
    records: i64,
    #[schema(format = DateTime)]
    sealed_at: Option<String>,
}

/// The end of the ledger's chain: keep it, and nobody can change what came before unseen.
#[utoipa::path(
    get,
    operation_id = "show_ledger_head",
    path = "/ledger/head",
    responses(
        (status = 200, body = HeadBody, headers(("ETag" = String))),
        (status = 304, description = "If-None-Match names what it would be")
    )
)]
pub(super) async fn head(State(services): State<Services>, headers: HeaderMap) -> Result<Response, Problem> {
    let head = services.desk.db.read(async |tx| find_head(tx).await).await?;
    let body = HeadBody {
        block: head.as_ref().map(|head| head.block),
        hash: head.as_ref().map(|head| head.hash.to_string()),
        records: head.as_ref().map_or(0, |head| head.sequence),
        sealed_at: head.map(|head| head.sealed_at.to_string()),
    };
    conditional::json(&headers, &body)
}

/// The books of a campaign. Each record's hash is SHA-256 over the one before and the record; the block's is
/// over the block before and the records in it, of every campaign.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CampaignLedgerBody {
    #[schema(value_type = schema::Currency)]
    currency: Currency,
    /// In order; each one's hash is over that of the one before, which is 64 zeros for the first.
    records: Vec<RecordBody>,
    /// Whether more follow: they are asked for with `after`.
    is_cut: bool,
    /// The block that the last record is in; null before the first.
    block: Option<BlockBody>,
    /// How many transactions wait for the next block.
    unsealed: i64,
}

/// What is public of a transaction.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordBody {
    /// Its place among all records of every campaign, from 1.
    sequence: i64,
    /// The day in Zurich.
    #[schema(format = Date)]
    day: String,
    kind: String,
    /// Account and minor units; credits are negative, and all of them are nothing together.
    entries: Vec<(String, i64)>,
    /// SHA-256 over a salt and the private details, in hexadecimal digits.
    commitment: String,
    hash: String,
}

/// A block of the whole ledger's chain.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlockBody {
    number: i64,
    /// The hash of the block before.
    previous: String,
    /// The hashes of all records in it.
    records: Vec<String>,
    hash: String,
}

impl From<RecordView> for RecordBody {
    fn from(one: RecordView) -> Self {
        let (commitment, hash) = (one.commitment.to_string(), one.hash.to_string());
        Self { sequence: one.sequence, day: one.day, kind: one.kind, entries: one.entries, commitment, hash }
    }
}

impl From<BlockView> for BlockBody {
    fn from(one: BlockView) -> Self {
        Self {
            number: one.number,
            previous: one.previous.to_string(),
            records: one.records.iter().map(ToString::to_string).collect(),
            hash: one.hash.to_string(),
        }
    }
}

impl From<CampaignLedgerView> for CampaignLedgerBody {
    fn from(view: CampaignLedgerView) -> Self {
        Self {
            currency: view.currency,
            records: view.records.into_iter().map(RecordBody::from).collect(),
            is_cut: view.is_cut,
            block: view.block.map(BlockBody::from),
            unsealed: view.unsealed,
        }
    }
}

/// A campaign's books, as anybody can recompute them.
#[utoipa::path(
    get,
    operation_id = "show_campaign_ledger",
    path = "/campaigns/{slug}/ledger",
    params(
        ("slug" = String, Path, description = "its name in addresses"),
        ("after" = Option<i64>, Query, minimum = 0, description = "the sequence of the last record of the part before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 2_000, description = "how many records an answer holds")
    ),
    responses(
        (status = 200, body = CampaignLedgerBody, headers(("ETag" = String))),
        (status = 304, description = "If-None-Match names what it would be"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "the query says nothing"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no such campaign")
    )
)]
pub(super) async fn of_campaign(
    State(services): State<Services>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Asked(query): Asked<BooksQuery>,
) -> Result<Response, Problem> {
    let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(RECORDS_MAX));
    if after < 0 || !(1..=RECORDS_MAX).contains(&limit) {
        return Err(senseless(format!(
            "after is no less than 0, and limit a number from 1 to {RECORDS_MAX}"
        )));
    }
    let read = async move |tx: &mut Tx| {
        let Some(view) = find_campaign(tx, &slug).await? else { return Ok(None) };
        find_campaign_ledger(tx, view.summary.id, view.summary.currency, after, limit).await.map(Some)
    };
    let found = services.desk.db.read(read).await?;
    let body: CampaignLedgerBody = found.ok_or_else(Problem::no_campaign)?.into();
    conditional::json(&headers, &body)
}
