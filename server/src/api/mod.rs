//! The REST API: thin doors to the use cases, JSON in and out, errors as problem+json (RFC 9457).

mod campaigns;
mod ledger;
mod pledges;
mod problem;

use axum::Router;
use axum::routing::{get, post};
use multitude_app::Services;

/// Every route under `/api/v1`.
pub(crate) fn routes() -> Router<Services> {
    Router::new()
        .route("/campaigns", get(campaigns::list))
        .route("/campaigns/{slug}", get(campaigns::show))
        .route("/campaigns/{slug}/pledges", post(pledges::place))
        .route("/ledger/head", get(ledger::head))
        .fallback(problem::no_route)
}
