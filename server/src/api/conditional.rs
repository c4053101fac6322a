//! Answers with a validator.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;
use crate::validator;

/// May be kept by anybody, and is asked about each time: totals move at any moment. Nothing of it depends on
/// who asks, in which language, or how, so there is nothing to vary by.
const KEPT_AND_ASKED: HeaderValue = HeaderValue::from_static("public, no-cache");

/// The answer as JSON, or 304 where `If-None-Match` names what it would be.
pub(super) fn json(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|error| Problem::bug(&error))?;
    let tag = validator::tag(&Sha256::digest(&bytes));
    let mut response = if validator::knows(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, KEPT_AND_ASKED);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}
