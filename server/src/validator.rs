//! Entity tags: who has the newest state already is told so in a few bytes.

use http::{HeaderMap, header};
use multitude_platform::keys::hex;

/// Bytes of a digest that a tag shows: two states of one address never share 96 bits by chance.
const TAG_BYTES: usize = 12;

/// The strong tag of a state, from the digest of its bytes.
pub(crate) fn tag(digest: &[u8]) -> String {
    format!("\"{}\"", hex(digest.get(..TAG_BYTES).unwrap_or(digest)))
}

/// Whether `If-None-Match` names this tag; weak or strong, as RFC 9110 (13.1.2) compares for reading.
pub(crate) fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let lines = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn tags_are_compared_weakly_in_lists() {
        let asks = |line: &'static str| {
            knows(&HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(line))]), "\"a\"")
        };
        assert!(asks("\"a\"") && asks("\"b\", W/\"a\"") && asks("*"));
        assert!(!asks("\"b\"") && !asks("a") && !asks(""));
    }
}
