//! The built site: files with a content hash in their name are served for ever, the rest for an hour.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use multitude_app::{Site, i18n};
use multitude_domain::locale::Locale;
use rust_embed::{EmbeddedFile, RustEmbed};

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
    match words(uri.path()) {
        Some(texts) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, HASHED)];
            (kind, texts).into_response()
        }
        None => serve(uri.path().trim_start_matches('/'), &headers),
    }
}

/// The texts of the language whose file stands at this address.
fn words(path: &str) -> Option<&'static str> {
    let locale = Locale::ALL.into_iter().find(|locale| i18n::words_path(*locale) == path)?;
    Some(i18n::words_file(locale))
}

fn serve(path: &str, headers: &HeaderMap) -> Response {
    let accepts = |coding: &str| {
        headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .any(|v| v.split(';').next().is_some_and(|name| name.trim() == coding) && !v.contains("q=0"))
    };
    let packed = [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, coding)| accepts(coding))
        .find_map(|(ending, coding)| Some((SiteFiles::get(&format!("{path}.{ending}"))?, coding)));
    match (packed, SiteFiles::get(path)) {
        (_, None) => StatusCode::NOT_FOUND.into_response(),
        (Some((file, coding)), Some(_)) => respond(path, file, Some(coding), headers),
        (None, Some(file)) => respond(path, file, None, headers),
    }
}

fn respond(path: &str, file: EmbeddedFile, coding: Option<&'static str>, headers: &HeaderMap) -> Response {
    let tag = validator::tag(&file.metadata.sha256_hash());
    let mut response = if validator::knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.into_owned()).into_response()
    };
    let is_hashed = path.starts_with("pkg/");
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
