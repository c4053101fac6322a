//! Headers that every answer carries, whatever made it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::secrets::before_secret;

/// What pages may do is said with their nonce where they are rendered; everything else may do nothing at all.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const BUILD_ID: HeaderName = HeaderName::from_static("x-build-id");

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(self)",
    ),
    (header::CONTENT_SECURITY_POLICY, NOTHING),
];

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Where nothing better is known of when the server can answer again.
const AGAIN_SECONDS: u16 = 5;

/// After one answer by https, so long by nothing else.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A page may be one reader's own: others do not keep it, and the reader's browser asks before it shows it
/// again.
const OWN_AND_ASKED: HeaderValue = HeaderValue::from_static("private, no-cache");

/// For whoever indexes what they find: not this.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// What the layer knows of the installation.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    pub(super) build: HeaderValue,
    pub(super) is_https: bool,
}

/// The layer. A header that the answer already has stays.
pub(super) async fn secure(State(own): State<Installation>, request: Request, next: Next) -> Response {
    let is_secret = before_secret(request.uri().path()).is_some();
    let mut response = next.run(request).await;
    // By it a tab of another build finds out that it is one.
    response.headers_mut().insert(BUILD_ID, own.build);
    if own.is_https {
        response.headers_mut().entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HTTPS_ONLY);
    }
    if is_secret {
        response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex"));
    }
    if is_page(&response) && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, OWN_AND_ASKED);
        response.headers_mut().append(header::VARY, HeaderValue::from_static("cookie"));
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from(AGAIN_SECONDS));
    }
    for (name, value) in ALWAYS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
