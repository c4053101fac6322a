//! Words for answers that say nothing but a status, whatever made them: a problem for programs, for people a
//! page in the language of the address. Handlers and layers answer with a bare status, and only here it is
//! decided how it reads.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use multitude_app::{Refusal, Services, render_refusal};
use multitude_domain::locale::Locale;

use super::doors::language_of;
use crate::problem::{Problem, is_api};

/// More than this of what a library says is nobody's detail.
const DETAIL_BYTES_MAX: usize = 512;
/// What a bare answer said beside its status and stays said.
const KEPT: [HeaderName; 3] = [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE];
/// What is read by programs that want a status and no words.
const FILES: [&str; 6] = ["healthz", "readyz", "pkg", "fonts", "favicon.svg", "robots.txt"];

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Program,
    Person,
    Nobody,
}

/// The layer.
pub(super) async fn worded(State(services): State<Services>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let answer = next.run(request).await;
    if !is_bare(&answer) || asked.reader == Reader::Nobody {
        return answer;
    }
    let status = answer.status();
    let (told, body) = answer.into_parts();
    let mut worded = match asked.reader {
        Reader::Program => Problem::of(status, &detail(body).await).into_response(),
        Reader::Person | Reader::Nobody => {
            let asked = asked.request(services.facts.language);
            let mut page = render_refusal(services, asked, Refusal::of(status)).await;
            *page.status_mut() = status;
            page
        }
    };
    for name in KEPT {
        if let Some(value) = told.headers.get(&name) {
            worded.headers_mut().insert(name, value.clone());
        }
    }
    worded
}

/// Whether an answer refuses without a word of this site's: libraries say plain text or nothing.
fn is_bare(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let refuses = answer.status().is_client_error() || answer.status().is_server_error();
    refuses && kind.is_none_or(|kind| kind.starts_with(b"text/plain"))
}

async fn detail(body: Body) -> String {
    let said = to_bytes(body, DETAIL_BYTES_MAX).await.unwrap_or_default();
    String::from_utf8_lossy(&said).trim().to_owned()
}

/// What is left of a request once it is answered.
struct Asked {
    reader: Reader,
    method: Method,
    address: Uri,
    headers: HeaderMap,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let mut headers = HeaderMap::new();
        for name in [header::COOKIE, header::ACCEPT_LANGUAGE] {
            if let Some(value) = request.headers().get(&name) {
                headers.insert(name, value.clone());
            }
        }
        Self {
            reader: reader(request.uri().path(), request.headers()),
            method: request.method().clone(),
            address: request.uri().clone(),
            headers,
        }
    }

    /// As if the page had been asked for; in the reader's language where the address stands under none.
    fn request(self, installation: Locale) -> Request {
        let first = self.address.path().split('/').nth(1).unwrap_or_default();
        let address = if first.parse::<Locale>().is_ok() {
            self.address
        } else {
            format!("/{}", language_of(&self.headers, installation)).parse().unwrap_or(self.address)
        };
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method;
        *request.uri_mut() = address;
        *request.headers_mut() = self.headers;
        request
    }
}

fn reader(path: &str, headers: &HeaderMap) -> Reader {
    let first = path.split('/').nth(1).unwrap_or_default();
    let sends_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if FILES.contains(&first) {
        Reader::Nobody
    } else if is_api(path) || sends_json {
        Reader::Program
    } else {
        Reader::Person
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn words_are_for_whoever_reads_them() {
        let json =
            HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        assert_eq!(reader("/api/v2", &HeaderMap::new()), Reader::Program);
        assert_eq!(reader("/demo/clock", &json), Reader::Program);
        assert_eq!(reader("/demo/clock", &HeaderMap::new()), Reader::Person);
        assert_eq!(reader("/pkg/nothing.js", &HeaderMap::new()), Reader::Nobody);
        assert_eq!(reader("/apiary", &HeaderMap::new()), Reader::Person);
    }

    #[test]
    fn only_refusals_without_words_are_bare() {
        let answer = |status: StatusCode, kind: &'static str| {
            let mut answer = status.into_response();
            if !kind.is_empty() {
                answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            answer
        };
        assert!(is_bare(&answer(StatusCode::METHOD_NOT_ALLOWED, "")));
        assert!(is_bare(&answer(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8")));
        assert!(!is_bare(&answer(StatusCode::NOT_FOUND, "text/html; charset=utf-8")));
        assert!(!is_bare(&answer(StatusCode::NOT_FOUND, "application/problem+json")));
        assert!(!is_bare(&answer(StatusCode::SEE_OTHER, "")));
    }
}
