//! Lists that many look at are rendered once a second for all of them (design section 7). Only for visitors without any
//! cookie of ours but the theme's and the language's, which only the way in reads: what they get depends on nothing else. Each answer gets a nonce of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::response::Response;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use leptos::nonce::Nonce;
use moka::future::Cache;
use multitude_app::Services;
use multitude_domain::locale::Locale;

use crate::forms;

/// How long a rendered page is given to others.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// All rendered pages together; the least asked for go first.
const BYTES_MAX: u64 = 4 * 1024 * 1024;
/// No page is larger.
const PAGE_BYTES_MAX: usize = 1024 * 1024;
/// A longer address is nobody's bookmark.
const ADDRESS_CHARS_MAX: usize = 300;
/// What stands between two pieces of a policy.
const BEFORE_NONCE: &str = "'nonce-";

/// Rendered pages, by theme and address. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct MicroCache(Cache<String, Arc<Page>>);

/// A rendered page, cut wherever its nonce stood.
#[derive(Debug)]
struct Page {
    headers: HeaderMap,
    policy: Vec<String>,
    body: Vec<Bytes>,
}

impl MicroCache {
    /// With nothing in it.
    pub(crate) fn new() -> Self {
        let bytes = |_: &String, page: &Arc<Page>| u32::try_from(page.bytes()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(BYTES_MAX).weigher(bytes).time_to_live(FRESH_FOR).build())
    }
}

/// A page that is only read: from the cache where anybody may get the same.
pub(crate) async fn page(
    State(services): State<Services>,
    Extension(cache): Extension<MicroCache>,
    request: Request<Body>,
) -> Response {
    let Some(key) = key_of(&request) else { return forms::page(State(services), request).await };
    let (parts, body) = request.into_parts();
    let (rendering, again) = (services.clone(), parts.clone());
    let found = cache.0.optionally_get_with(key, async move {
        let rendered = forms::page(State(rendering), Request::from_parts(again, Body::empty())).await;
        Page::of(rendered).await.map(Arc::new)
    });
    match found.await {
        Some(page) => page.answer(),
        None => forms::page(State(services), Request::from_parts(parts, body)).await,
    }
}

/// Under which name a request's page is kept; none where it may be its own.
fn key_of(request: &Request<Body>) -> Option<String> {
    if request.method() != Method::GET || !is_list(request.uri().path()) {
        return None;
    }
    let theme = match request.headers().get(header::COOKIE) {
        None => "",
        Some(cookies) => {
            let pairs = cookies.to_str().ok()?.split("; ").filter(|pair| !pair.starts_with("lang="));
            pairs.map(|pair| pair.strip_prefix("theme=")).reduce(|_, _| None).unwrap_or(Some(""))?
        }
    };
    let address = request.uri().path_and_query()?.as_str();
    (address.len() <= ADDRESS_CHARS_MAX && theme.len() < 8).then(|| format!("{theme} {address}"))
}

/// The home page and the lists: what many look at, and nobody has just changed.
fn is_list(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let Some((language, rest)) = parts.split_first() else { return false };
    let is_one = matches!(rest, [] | ["discover" | "campaigns"] | ["topics" | "places", _]);
    is_one && language.parse::<Locale>().is_ok()
}

impl Page {
    async fn of(rendered: Response) -> Option<Self> {
        let (Parts { status, headers, .. }, body) = rendered.into_parts();
        if status != StatusCode::OK || headers.contains_key(header::SET_COOKIE) {
            return None;
        }
        let policy = headers.get(header::CONTENT_SECURITY_POLICY)?.to_str().ok()?;
        let nonce = policy.split_once(BEFORE_NONCE)?.1.split_once('\'')?.0.to_owned();
        let body = to_bytes(body, PAGE_BYTES_MAX).await.ok()?;
        let pieces = std::str::from_utf8(&body).ok()?.split(nonce.as_str());
        Some(Self {
            body: pieces.map(|piece| body.slice_ref(piece.as_bytes())).collect(),
            policy: policy.split(nonce.as_str()).map(str::to_owned).collect(),
            headers,
        })
    }

    fn bytes(&self) -> usize {
        self.body.iter().map(Bytes::len).sum()
    }

    fn answer(&self) -> Response {
        let nonce = Nonce::new().to_string();
        let mut body =
            Vec::with_capacity(self.bytes().saturating_add(self.body.len().saturating_mul(nonce.len())));
        for (nth, piece) in self.body.iter().enumerate() {
            if nth > 0 {
                body.extend_from_slice(nonce.as_bytes());
            }
            body.extend_from_slice(piece);
        }
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = self.headers.clone();
        if let Ok(policy) = HeaderValue::from_str(&self.policy.join(&nonce)) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}
