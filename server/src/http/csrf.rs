//! Refuses changes that another site's page asks a browser for.
//!
//! Browsers say where a request comes from (Fetch Metadata, else `Origin`); what says neither is no browser
//! and carries no visitor's cookie that could be abused. No tokens in forms. Who this site is says its public
//! URL and nothing that comes with a request: a proxy may write `Host` anew.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};
use url::{Host, Url};

use super::BODY_BYTES_MAX;

/// Where this site's own pages come from.
#[derive(Debug, Clone)]
pub(super) struct OwnOrigin {
    public: String,
    /// The public is this machine, whose names all lead here.
    is_loopback: bool,
}

impl OwnOrigin {
    /// The origin of a public URL.
    pub(super) fn of(public_url: &str) -> Self {
        let url = Url::parse(public_url).ok();
        Self {
            public: url.as_ref().map_or_else(String::new, |url| url.origin().ascii_serialization()),
            is_loopback: url.is_some_and(|url| is_loopback(&url)),
        }
    }

    /// Whether it is this site's, as browsers write it. On a machine of one's own the site is reached by any
    /// of its names.
    fn is(&self, origin: &str, host: Option<&str>) -> bool {
        let is_here = || {
            let url = Url::parse(origin).is_ok_and(|url| is_loopback(&url));
            url && origin.split_once("://").map(|(_, authority)| authority) == host
        };
        origin == self.public || (self.is_loopback && is_here())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// The layer.
pub(super) async fn same_origin_only(State(own): State<OwnOrigin>, request: Request, next: Next) -> Response {
    if is_allowed(&own, request.method(), request.headers()) {
        next.run(request).await
    } else {
        // Unread, it would end the connection under whatever the browser asks for next.
        let _ = to_bytes(request.into_body(), BODY_BYTES_MAX).await;
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_allowed(own: &OwnOrigin, method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => own.is(origin, text(header::HOST.as_str())),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed_at(public_url: &str, method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect();
        is_allowed(&OwnOrigin::of(public_url), method, &headers)
    }

    fn allowed(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        allowed_at("https://m.example", method, headers)
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
        assert!(!allowed(&Method::POST, &[("origin", "http://m.example"), ("host", "m.example")]));
        assert!(!allowed(&Method::POST, &[("origin", "null"), ("host", "m.example")]));
    }

    #[test]
    fn host_that_a_proxy_writes_says_nothing() {
        let backend = ("host", "127.0.0.1:3000");
        assert!(allowed(&Method::POST, &[("origin", "https://m.example"), backend]));
        assert!(!allowed(&Method::POST, &[("origin", "http://127.0.0.1:3000"), backend]));
        assert!(!allowed(&Method::POST, &[("origin", "https://evil.example"), ("host", "evil.example")]));
        let origin = [("origin", "https://xn--mller-kva.example")];
        assert!(allowed_at("https://Müller.example:443/", &Method::POST, &origin), "as browsers write it");
    }

    #[test]
    fn machine_of_ones_own_has_several_names() {
        let allowed = |origin, host| {
            allowed_at("http://127.0.0.1:3000", &Method::POST, &[("origin", origin), ("host", host)])
        };
        assert!(allowed("http://localhost:3000", "localhost:3000"));
        assert!(allowed("http://[::1]:3000", "[::1]:3000"));
        assert!(!allowed("http://localhost:8000", "localhost:3000"), "another program's page");
        assert!(!allowed("http://evil.example:3000", "evil.example:3000"), "a name that was led here");
    }
}
