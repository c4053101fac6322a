//! Lists that many look at are rendered once a second for all of them (ADR 11). Only for visitors without any
//! cookie but the theme's, and the language's, which only the way in reads: what they get depends on nothing
//! else, and is rendered from nothing else. Each answer gets a nonce of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use moka::future::Cache;
use multitude_app::{Services, render_page};
use multitude_domain::locale::Locale;
use multitude_platform::ambient::Ambient;

/// How long a rendered page is given to others.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// All rendered pages together; the least asked for go first.
const BYTES_MAX: u64 = 4 * 1024 * 1024;
/// No page is larger.
const PAGE_BYTES_MAX: usize = 1024 * 1024;
/// A longer address is nobody's bookmark.
const ADDRESS_CHARS_MAX: usize = 300;
/// The cookies that say nothing but how a page looks.
const THEMES: [&str; 2] = ["theme=light", "theme=dark"];
/// What stands between two pieces of a policy.
const BEFORE_NONCE: &str = "'nonce-";

/// Rendered pages, by theme and address. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct MicroCache(Arc<Cache<String, Arc<Page>>>);

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
        let cache = Cache::builder().max_capacity(BYTES_MAX).weigher(bytes).time_to_live(FRESH_FOR).build();
        Self(Arc::new(cache))
    }
}

/// A page that is only read: from the cache where anybody may get the same.
pub(super) async fn page(services: Services, cache: MicroCache, request: Request<Body>) -> Response {
    let Some(kept) = Kept::of(&request) else { return render_page(services, request).await };
    let (rendering, asked) = (services.clone(), kept.request());
    let found = cache.0.optionally_get_with(kept.name, async move {
        let rendered = render_page(rendering, asked).await;
        Page::of(rendered).await.map(Arc::new)
    });
    // Boxed: it is as large as the largest page.
    match Box::pin(found).await {
        Some(page) => page.answer(services.desk.db.ambient()),
        None => render_page(services, request).await,
    }
}

/// What a page that anybody may get depends on, and nothing else: its address and a theme.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    name: String,
    address: Uri,
    theme: Option<HeaderValue>,
}

impl Kept {
    /// Of a request that carries nothing of its own; none where it may. Several lines of cookies are never
    /// looked into: the page reads all of them, and whatever is overlooked here would be given to everybody.
    fn of(request: &Request<Body>) -> Option<Self> {
        if request.method() != Method::GET || !is_list(request.uri().path()) {
            return None;
        }
        let mut cookies = request.headers().get_all(header::COOKIE).iter();
        let line = match (cookies.next(), cookies.next()) {
            (line, None) => line.map_or(Some(""), |line| line.to_str().ok())?,
            (_, Some(_)) => return None,
        };
        let own: Vec<&str> = line
            .split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .collect();
        let theme = match own[..] {
            [] => None,
            [theme] if THEMES.contains(&theme) => Some(HeaderValue::from_str(theme).ok()?),
            _ => return None,
        };
        let address = request.uri().path_and_query()?.as_str();
        let shown = theme.as_ref().and_then(|theme| theme.to_str().ok()).unwrap_or_default();
        (address.len() <= ADDRESS_CHARS_MAX).then(|| Self {
            name: format!("{shown} {address}"),
            address: request.uri().clone(),
            theme: theme.clone(),
        })
    }

    /// What is rendered for everybody.
    fn request(&self) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = self.address.clone();
        if let Some(theme) = &self.theme {
            request.headers_mut().insert(header::COOKIE, theme.clone());
        }
        request
    }
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
        let is_own = headers.get_all(header::CACHE_CONTROL).iter().any(|told| told.as_bytes() == b"no-store");
        if status != StatusCode::OK || is_own || headers.contains_key(header::SET_COOKIE) {
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

    fn answer(&self, ambient: &Ambient) -> Response {
        let nonce = ambient.nonce();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(cookies: &[&'static str]) -> Option<Kept> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static("/de/discover?q=a");
        for line in cookies {
            request.headers_mut().append(header::COOKIE, HeaderValue::from_static(line));
        }
        Kept::of(&request)
    }

    #[test]
    fn only_a_theme_and_nothing_else_is_kept() {
        assert_eq!(kept(&[]).unwrap().name, " /de/discover?q=a");
        assert_eq!(kept(&["theme=dark"]).unwrap().name, "theme=dark /de/discover?q=a");
        assert_eq!(
            kept(&["lang=de; theme=dark"]),
            kept(&["theme=dark"]),
            "only the way in reads the language"
        );
        assert_eq!(kept(&["theme=light"]).unwrap().request().headers().len(), 1);
        for lines in [
            &["theme=blue"][..],
            &["theme=dark; session=0"],
            &["session=0"],
            &["theme=dark", "session=0"],
            &["theme=dark", "theme=dark"],
            &["lang=de; session=0"],
            &["lang=de;session=0"],
        ] {
            assert_eq!(kept(lines), None, "{lines:?}");
        }
    }

    #[tokio::test]
    async fn what_an_answer_keeps_to_itself_is_not_kept() {
        let answer = |told: Option<&'static str>| {
            let mut answer = Response::new(Body::from("<p nonce=abc>"));
            answer
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("script-src 'nonce-abc'"));
            if let Some(told) = told {
                answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(told));
            }
            answer
        };
        assert!(Page::of(answer(None)).await.is_some());
        assert!(Page::of(answer(Some("no-store"))).await.is_none());
    }
}
