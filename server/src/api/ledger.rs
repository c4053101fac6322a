//! The end of the ledger's chain, for whoever wants to keep it.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use multitude_app::Services;
use multitude_platform::ledger::find_head;
use serde::Serialize;
use utoipa::ToSchema;

use super::conditional;
use crate::problem::Problem;

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
