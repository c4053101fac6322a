//! Headers that every answer carries, whatever made it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};

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

/// Where nothing better is known of when the server can answer again.
const AGAIN_SECONDS: u16 = 5;

/// The layer, with the build's id. A header that the answer already has stays.
pub(super) async fn secure(State(build): State<HeaderValue>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // By it a tab of another build finds out that it is one.
    response.headers_mut().insert(BUILD_ID, build);
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from(AGAIN_SECONDS));
    }
    for (name, value) in ALWAYS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
