//! Refuses addresses with control characters: no page, slug or word has one, PostgreSQL stores no NUL, and
//! whatever writes them into a header or a log would write something else. Refuses queries that are no UTF-8
//! too, which would be garbled.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::charset::is_utf8;

/// The layer: nothing is at such a path, and such a query makes no sense.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if escapes(request.uri().path()).any(is_control) {
        StatusCode::NOT_FOUND.into_response()
    } else if escapes(query).any(|byte| is_control(byte) && !byte.is_ascii_whitespace())
        || !is_utf8(query.as_bytes())
    {
        StatusCode::UNPROCESSABLE_ENTITY.into_response()
    } else {
        next.run(request).await
    }
}

/// The bytes that are written as `%0A`; others of an address are visible, or it would not have come so far.
fn escapes(text: &str) -> impl Iterator<Item = u8> {
    text.split('%').skip(1).filter_map(|rest| u8::from_str_radix(rest.get(..2)?, 16).ok())
}

const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_others_left() {
        assert_eq!(escapes("a%00b%7fc%2").collect::<Vec<_>>(), [0, 0x7f]);
        assert!(!escapes("%C3%BC%20%zz%").any(is_control));
        assert!(escapes("%1B").any(is_control));
    }
}
