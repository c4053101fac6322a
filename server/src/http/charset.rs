//! Everything here is UTF-8. What was sent in another encoding is refused: read as UTF-8 it would be garbled,
//! and kept so.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use percent_encoding::percent_decode;

use super::BODY_BYTES_MAX;

const FORM: &str = "application/x-www-form-urlencoded";
/// Names of encodings whose bytes are UTF-8.
const FITTING: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

/// The layer.
pub(super) async fn utf8_only(request: Request, next: Next) -> Response {
    let Sent { is_form, is_fitting } = Sent::of(request.headers());
    if is_fitting && !is_form {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // Unread, it would end the connection under whatever the browser asks for next.
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if !is_fitting {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send UTF-8").into_response();
    }
    if !is_utf8(&bytes) {
        return (StatusCode::UNPROCESSABLE_ENTITY, "this is no UTF-8").into_response();
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// Whether fields are UTF-8 once their escapes are read.
pub(super) fn is_utf8(fields: &[u8]) -> bool {
    percent_decode(fields).decode_utf8().is_ok()
}

/// What a request says of its body.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    is_form: bool,
    is_fitting: bool,
}

impl Sent {
    fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut parts = kind.split(';').map(str::trim);
        let is_form = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(FORM));
        let is_fitting = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let is_charset = name.trim().eq_ignore_ascii_case("charset");
            let value = value.trim().trim_matches('"');
            !is_charset || FITTING.iter().any(|own| value.eq_ignore_ascii_case(own))
        });
        Self { is_form, is_fitting }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn other_encodings_are_seen_however_they_are_written() {
        let sent = |kind: &'static str| {
            Sent::of(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]))
        };
        for kind in [
            FORM,
            "application/x-www-form-urlencoded;charset=UTF-8",
            "APPLICATION/X-WWW-FORM-URLENCODED; charset=\"utf8\"",
        ] {
            assert_eq!(sent(kind), Sent { is_form: true, is_fitting: true }, "{kind}");
        }
        assert!(!sent("application/x-www-form-urlencoded; charset=ISO-8859-1").is_fitting);
        assert!(!sent("application/json; x=1; Charset = \"windows-1252\"").is_fitting);
        assert_eq!(Sent::of(&HeaderMap::new()), Sent { is_form: false, is_fitting: true });
        assert!(is_utf8(b"name=Z%C3%BCrich+a") && is_utf8("name=Zürich".as_bytes()));
        assert!(!is_utf8(b"name=Z%FCrich") && !is_utf8(b"name=Z\xfcrich"));
    }
}
