//! The built site: files with a content hash in their name are served for ever, the rest for an hour.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use multitude_app::{Site, i18n};
use multitude_domain::locale::Locale;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::validator;

const HASHED: &str = "public, max-age=31536000, immutable";
const PLAIN: &str = "public, max-age=3600";

#[derive(RustEmbed)]
#[folder = "$MULTITUDE_SITE"]
struct SiteFiles;

/// The names of this build's script, styles and module; none where no site was built.
pub(crate) fn site() -> Option<Site> {
    let manifest = SiteFiles::get("manifest.json")?;
    serde_json::from_slice(&manifest.data).ok()
}

/// Serves a file of the site by its address.
pub(super) async fn file(uri: http::Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let words = WORDS.iter().find(|words| words.path.trim_start_matches('/') == path);
    match words.map(|words| words.as_accepted(&headers)).or_else(|| of_site(path, &headers)) {
        Some(file) => respond(path, file, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file as it is sent.
struct Sent {
    bytes: Bytes,
    tag: String,
    coding: Option<&'static str>,
}

/// A language's texts, packed once.
struct Words {
    path: String,
    plain: &'static str,
    packed: Bytes,
    tag: String,
}

/// Every language's texts. They are made when the site is built, but are no files of it.
static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| {
    let of = |locale| {
        let plain = i18n::words_file(locale);
        let packed = packed(plain.as_bytes());
        Words { path: i18n::words_path(locale), plain, packed, tag: validator::tag(&Sha256::digest(plain)) }
    };
    Locale::ALL.into_iter().map(of).collect()
});

/// As gzip; nothing where that did not work, which memory alone could cause.
fn packed(plain: &[u8]) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(plain).and_then(|()| packer.finish()).unwrap_or_default().into()
}

impl Words {
    fn as_accepted(&self, headers: &HeaderMap) -> Sent {
        let is_packed = !self.packed.is_empty() && accepts(headers, "gzip");
        let (bytes, coding) = if is_packed {
            (self.packed.clone(), Some("gzip"))
        } else {
            (Bytes::from_static(self.plain.as_bytes()), None)
        };
        Sent { bytes, tag: self.tag.clone(), coding }
    }
}

/// Whether a coding is accepted, by its weight (RFC 9110, 12.5.3): none is one, nothing is none.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).filter_map(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_it.then(|| weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0)))
    });
    named.next().unwrap_or(false)
}

/// A file of the site, packed as the browser likes it.
fn of_site(path: &str, headers: &HeaderMap) -> Option<Sent> {
    let plain = SiteFiles::get(path)?;
    let packed = [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, coding)| accepts(headers, coding))
        .find_map(|(ending, coding)| Some((SiteFiles::get(&format!("{path}.{ending}"))?, Some(coding))));
    let (file, coding) = packed.unwrap_or((plain, None));
    Some(Sent {
        tag: validator::tag(&file.metadata.sha256_hash()),
        bytes: match file.data {
            Cow::Borrowed(own) => Bytes::from_static(own),
            Cow::Owned(read) => read.into(),
        },
        coding,
    })
}

fn respond(path: &str, file: Sent, headers: &HeaderMap) -> Response {
    let Sent { bytes, tag, coding } = file;
    let mut response = if validator::knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(bytes).into_response()
    };
    let is_hashed = path.starts_with("pkg/") || content_type(path) == "font/woff2";
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(if is_hashed { HASHED } else { PLAIN }));
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_accepted_by_their_weight() {
        let asks = |line: &'static str, coding| {
            accepts(
                &HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(line))]),
                coding,
            )
        };
        assert!(asks("gzip, br;q=0.9", "br") && asks("gzip, br ; q=0.01", "br") && asks("BR", "br"));
        assert!(
            !asks("gzip, br;q=0", "br")
                && !asks("br;q=0.000", "br")
                && !asks("gzip", "br")
                && !asks("", "br")
        );
    }
}
