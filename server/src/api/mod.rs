//! The REST API: thin doors to the use cases, JSON in and out, errors as problem+json (RFC 9457).

mod campaigns;
mod conditional;
mod ledger;
mod live;
mod pledges;
mod problem;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use multitude_app::Services;

pub(crate) use live::Streams;
pub(crate) use problem::Problem;

use crate::limits::{self, Policy};

/// Every route under `/api/v1`.
pub(crate) fn routes() -> Router<Services> {
    Router::new()
        .route("/campaigns", get(campaigns::list))
        .route("/campaigns/{slug}", get(campaigns::show))
        .route("/campaigns/{slug}/live", get(live::follow))
        .route(
            "/campaigns/{slug}/pledges",
            post(pledges::place).layer(from_fn_with_state(Policy::Pledge, limits::by_address)),
        )
        .route("/ledger/head", get(ledger::head))
        .fallback(problem::no_route)
        .layer(from_fn_with_state(Policy::Api, limits::by_address))
}
