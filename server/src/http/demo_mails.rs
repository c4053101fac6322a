//! A mail of the demo world as its recipient would see it: a document that may do nothing but look like
//! itself.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use multitude_app::{Services, captured_for, signed_in};
use multitude_platform::mail::{STYLE, find_captured_html};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::answers::unavailable;

/// `GET /demo/mails/{id}`.
pub(super) async fn html(State(services): State<Services>, Path(id): Path<Uuid>, parts: Parts) -> Response {
    let seen = match signed_in(&services, &parts.headers).await {
        Ok(whoever) => captured_for(&services.facts, whoever.as_ref()),
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let found = services.desk.db.read(async move |tx| find_captured_html(tx, &seen, id).await).await;
    match found {
        Ok(Some(html)) => {
            let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            let policy = format!("default-src 'none'; style-src '{}'; frame-ancestors 'none'", style_hash());
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => unavailable(services, parts, &error).await,
    }
}

/// Every mail has the same styles, so their hash allows them and nothing else.
fn style_hash() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)))
}
