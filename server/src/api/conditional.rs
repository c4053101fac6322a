//! Answers with a validator: who has the newest state already is told so in a few bytes.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::problem::Problem;

/// May be kept by anybody, and is asked about each time: totals move at any moment. Nothing of it depends on who asks, in
/// which language, or how, so there is nothing to vary by.
const KEPT_AND_ASKED: HeaderValue = HeaderValue::from_static("public, no-cache");

/// The answer as JSON, or 304 where `If-None-Match` names what it would be.
pub(super) fn json(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|error| Problem::bug(&error))?;
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hex}\"");
    let mut response = if knows(asked, &tag) {
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

/// Whether one of the tags that were sent is this one; weak or strong, as RFC 9110 compares for reading.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let lines = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_in_lists() {
        let asks = |line: &'static str| {
            knows(&HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(line))]), "\"a\"")
        };
        assert!(asks("\"a\"") && asks("\"b\", W/\"a\"") && asks("*"));
        assert!(!asks("\"b\"") && !asks("a") && !asks(""));
    }
}
