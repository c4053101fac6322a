//! The demo world's clock: forward only. A form leads back to its page, JSON is told the time.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Json, RequestExt as _};
use http::{Request, StatusCode, header};
use multitude_app::{Services, own_path};
use multitude_platform::demo::{SKIP_SECONDS_MAX, advance_clock};
use serde::{Deserialize, Serialize};

use super::answers::see_other;
use crate::address::is_loopback;

const BYTES_MAX: usize = 1_024;

/// How far, and where a form leads back to.
#[derive(Debug, Deserialize)]
struct Advance {
    advance_seconds: i64,
    #[serde(default)]
    back: String,
}

/// Whether nobody sent it on. A proxy beside the process says for whom it asks.
fn is_from_here(request: &Request<Body>) -> bool {
    let is_sent_on = ["forwarded", "via", "x-forwarded-for", "x-real-ip"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    !is_sent_on && is_loopback(request)
}

/// What time it is then, in UTC.
#[derive(Debug, Serialize)]
struct Now {
    now: String,
}

/// `POST /demo/clock`. In a demo that others reach only whoever sits at its machine moves it: it goes for
/// everybody, and never back.
pub(super) async fn advance(State(services): State<Services>, request: Request<Body>) -> Response {
    if services.facts.is_public_demo && !is_from_here(&request) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let asked: Option<Advance> = if is_form {
        let bytes = to_bytes(request.into_body(), BYTES_MAX).await.ok();
        bytes.and_then(|bytes| serde_urlencoded::from_bytes(&bytes).ok())
    } else {
        request.extract::<Json<Advance>, _>().await.ok().map(|Json(asked)| asked)
    };
    let Some(Advance { advance_seconds, back }) = asked else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    match services.desk.db.write(async move |tx| advance_clock(tx, advance_seconds).await).await {
        Ok(Some(_)) if is_form => see_other(own_path(&back).unwrap_or("/"), None),
        Ok(Some(now)) => Json(Now { now: now.to_string() }).into_response(),
        Ok(None) => {
            let detail = format!("the clock goes forward by 1 to {SKIP_SECONDS_MAX} seconds");
            (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the database did not do it");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
