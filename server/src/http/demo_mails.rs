//! A mail of the demo world as its recipient would see it: a document that may do nothing but look like itself.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use multitude_app::Services;
use multitude_platform::mail::{STYLE, find_captured_html};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::forms;

/// `GET /demo/mails/{id}`.
pub(super) async fn html(State(services): State<Services>, Path(id): Path<Uuid>, parts: Parts) -> Response {
    let found = services.desk.db.read(async move |tx| find_captured_html(tx, id).await).await;
    match found {
        Ok(Some(html)) => {
            let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            let policy = format!("default-src 'none'; style-src '{}'; frame-ancestors 'none'", style_hash());
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such mail.\n").into_response(),
        Err(error) => forms::unavailable(services, parts, &error).await,
    }
}

/// Every mail has the same styles, so their hash allows them and nothing else.
fn style_hash() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)))
}
