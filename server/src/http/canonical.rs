//! One spelling for every address: what a path means is read once, here, before a route is looked for, and
//! whatever comes after (routes, pages, the cache, the log) sees it written in one way.
//!
//! Parts are decoded, composed (NFC) and written again with as few escapes as RFC 3986 allows. An escape
//! never becomes the structure of a path: `%2F` stays, and so do `.` and `..`. What is no UTF-8 stays as it
//! came.

use std::borrow::Cow;

use axum::extract::{OriginalUri, Request};
use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// What a part of a path does not say by itself: everything but `pchar` (RFC 3986, 3.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');
/// Stands for an address that is too long once it is spelled: nothing is there.
const NOWHERE: &str = "/%00";

/// The request with the canonical spelling of its path; its query stays as it is.
pub(super) fn spelled(mut request: Request) -> Request {
    if let Some(path) = canonical(request.uri().path()) {
        let address = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let address = PathAndQuery::try_from(address).unwrap_or_else(|_| PathAndQuery::from_static(NOWHERE));
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(address);
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_else(|_| Uri::from_static(NOWHERE));
    }
    // The router around this one has noted the spelling that came.
    request.extensions_mut().remove::<OriginalUri>();
    request
}

/// The path's canonical spelling; nothing where that is its own.
fn canonical(path: &str) -> Option<String> {
    let parts: Vec<Cow<'_, str>> = path.split('/').map(part).collect();
    let changes = parts.iter().any(|part| matches!(part, Cow::Owned(_)));
    changes.then(|| parts.join("/"))
}

fn part(given: &str) -> Cow<'_, str> {
    let Ok(meant) = percent_decode_str(given).decode_utf8() else { return Cow::Borrowed(given) };
    let meant = if is_nfc(&meant) { meant } else { meant.nfc().collect::<String>().into() };
    let spelled = match &*meant {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        text => utf8_percent_encode(text, ESCAPED).to_string(),
    };
    if spelled == given { Cow::Borrowed(given) } else { Cow::Owned(spelled) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_is_one() {
        for (given, spelled) in [
            ("/de/c/%76elo-cargo-de-nuit", "/de/c/velo-cargo-de-nuit"),
            ("/de/places/Val%20Mu%CC%88stair", "/de/places/Val%20M%C3%BCstair"),
            ("/de/places/Val%20M%c3%bcstair", "/de/places/Val%20M%C3%BCstair"),
            ("/de/%70/t%6Fken", "/de/p/token"),
            ("/%2e%2e/a", "/%2E%2E/a"),
            ("/a%2fb", "/a%2Fb"),
            ("/a%00", "/a%00"),
            ("/100%/%zz", "/100%25/%25zz"),
            ("/a%2541", "/a%2541"),
            ("/%70/%ff%70", "/p/%ff%70"),
            ("/a(1)%21;b=@%3A", "/a(1)!;b=@:"),
        ] {
            assert_eq!(canonical(given).as_deref().unwrap_or(given), spelled, "{given}");
            assert_eq!(canonical(spelled), None, "{spelled} is spelled already");
        }
    }

    #[test]
    fn query_and_place_stay() {
        let request = |uri: &'static str| {
            let mut request = Request::default();
            *request.uri_mut() = Uri::from_static(uri);
            spelled(request).uri().to_string()
        };
        assert_eq!(request("http://m.example/%61?q=%61"), "http://m.example/a?q=%61");
        assert_eq!(request("/%61"), "/a");
        assert_eq!(request("/%61?"), "/a?");
    }
}
