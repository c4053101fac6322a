//! The demo world's clock: forward only.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use multitude_app::Services;
use multitude_platform::demo::{SKIP_SECONDS_MAX, advance_clock};
use serde::{Deserialize, Serialize};

/// How far.
#[derive(Debug, Deserialize)]
pub(super) struct Advance {
    advance_seconds: i64,
}

/// What time it is then, in UTC.
#[derive(Debug, Serialize)]
struct Now {
    now: String,
}

/// `POST /demo/clock`.
pub(super) async fn advance(
    State(services): State<Services>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Response {
    let Ok(Json(Advance { advance_seconds })) = body else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "Send {\"advance_seconds\": n}.\n").into_response();
    };
    match services.desk.db.write(async move |tx| advance_clock(tx, advance_seconds).await).await {
        Ok(Some(now)) => Json(Now { now: now.to_string() }).into_response(),
        Ok(None) => {
            let detail = format!("The clock goes forward by 1 to {SKIP_SECONDS_MAX} seconds.\n");
            (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the database did not do it");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
