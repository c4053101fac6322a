//! The REST API: thin doors to the use cases, JSON in and out, errors as problem+json (RFC 9457).

mod asked;
mod campaigns;
mod conditional;
mod ledger;
mod live;
mod pledges;
mod schema;

use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use multitude_app::Services;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use live::Streams;

use multitude_app::acts::Policy;

use crate::limits;
use crate::problem;

/// What the document says of the whole; each route says the rest beside its code.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Multitude",
        description = "Campaigns, their live totals, pledges and the ledger's head. Amounts are minor units of their currency (5000 is \
            CHF 50.00), instants RFC 3339 in UTC, ids UUIDs. Errors are problem+json (RFC 9457): their `code` is stable, their texts are not. Where \
            too much is asked for, the answer is 429 with Retry-After."
    ),
    servers((url = "/api/v1", description = "This installation"))
)]
struct Document;

fn documented() -> OpenApiRouter<Services> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(campaigns::list))
        .routes(routes!(campaigns::show))
        .routes(routes!(live::watch))
        .routes(routes!(live::watch_listed))
        .routes(routes!(pledges::place))
        .routes(routes!(ledger::head))
        .routes(routes!(ledger::of_campaign))
}

/// The document that describes every route (OpenAPI 3.1), as pretty JSON.
pub(crate) fn document() -> serde_json::Result<String> {
    documented().into_openapi().to_pretty_json().map(|text| text + "\n")
}

/// Every route under `/api/v1`.
pub(crate) fn routes() -> Router<Services> {
    let (router, document) = documented().split_for_parts();
    router
        .route("/openapi.json", get(async move || Json(document)))
        .fallback(problem::no_route)
        .layer(from_fn_with_state(Policy::Api, limits::by_address))
}

#[cfg(test)]
mod tests {
    #[test]
    fn committed_document_is_the_one_that_is_served() {
        let committed = include_str!("../../../docs/openapi.json");
        assert!(
            super::document().unwrap() == committed,
            "write it anew: multitude openapi > /tmp/openapi.json, and put that in its place"
        );
    }
}
