//! The end of the ledger's chain, for whoever wants to keep it.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use multitude_app::Services;
use multitude_platform::ledger::find_head;
use serde::Serialize;

use super::conditional;
use super::problem::Problem;

/// The published head: null values before the first block.
#[derive(Debug, Serialize)]
pub(super) struct HeadBody {
    block: Option<i64>,
    hash: Option<String>,
    records: i64,
    sealed_at: Option<String>,
}

/// `GET /ledger/head`.
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
