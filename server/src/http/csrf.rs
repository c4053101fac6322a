//! Refuses changes that another site's page asks a browser for.
//!
//! Browsers say where a request comes from (Fetch Metadata, else `Origin`); what says neither is no browser and
//! carries no visitor's cookie that could be abused. No tokens in forms.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};

use super::BODY_BYTES_MAX;

/// The layer.
pub(super) async fn same_origin_only(request: Request, next: Next) -> Response {
    if is_allowed(request.method(), request.headers()) {
        next.run(request).await
    } else {
        // Unread, it would end the connection under whatever the browser asks for next.
        let _ = to_bytes(request.into_body(), BODY_BYTES_MAX).await;
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_allowed(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST.as_str()),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect();
        is_allowed(method, &headers)
    }

    #[test]
    fn forms_of_this_site_pass() {
        assert!(allowed(&Method::POST, &[("sec-fetch-site", "same-origin"), ("host", "m.example")]));
        assert!(allowed(&Method::POST, &[("origin", "https://m.example"), ("host", "m.example")]));
        assert!(allowed(&Method::POST, &[("host", "m.example")]));
        assert!(allowed(&Method::GET, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        assert!(!allowed(&Method::POST, &[("sec-fetch-site", "cross-site"), ("host", "m.example")]));
        assert!(!allowed(&Method::POST, &[("sec-fetch-site", "same-site"), ("host", "m.example")]));
        assert!(!allowed(&Method::POST, &[("origin", "https://evil.example"), ("host", "m.example")]));
        assert!(!allowed(&Method::POST, &[("origin", "null"), ("host", "m.example")]));
    }
}
