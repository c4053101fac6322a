//! The draft of a pledge between its screens: a cookie of the backer's own browser, so that nothing about them lies in
//! addresses or on the server before they pledge.

use http::{HeaderMap, HeaderValue, header};
use multitude_domain::pledge::{ADD_ONS_MAX, PledgeDraft};
use multitude_platform::keys::hex;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const NAME: &str = "pledge";
/// The draft is forgotten after so long.
const SECONDS: u32 = 2 * 3_600;
/// Browsers keep no larger cookie.
const BYTES_MAX: usize = 3_800;

/// The draft for a campaign that a request carries.
pub fn draft_of(headers: &HeaderMap, slug: &str) -> Option<PledgeDraft> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value = cookies
        .flat_map(|cookies| cookies.split("; "))
        .find_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('='))?;
    if value.len() > BYTES_MAX {
        return None;
    }
    let json = percent_decode_str(value).decode_utf8().ok()?;
    let draft: PledgeDraft = serde_json::from_str(&json).ok()?;
    let is_ours = is_secret(&draft.key) && is_secret(&draft.browser) && draft.add_ons.len() <= ADD_ONS_MAX;
    (draft.slug == slug && is_ours).then_some(draft)
}

/// Whether it is 16 bytes in hexadecimal digits, as the server makes them, or not made yet.
fn is_secret(text: &str) -> bool {
    let is_made = text.len() == hex(&[0; 16]).len() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.is_empty() || is_made
}

/// The cookie that carries a draft; none where it would be too large to be kept.
pub fn draft_cookie(draft: &PledgeDraft, is_https: bool) -> Option<HeaderValue> {
    let json = serde_json::to_string(draft).ok()?;
    let value = utf8_percent_encode(&json, NON_ALPHANUMERIC).to_string();
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{NAME}={value}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}");
    (value.len() <= BYTES_MAX).then(|| HeaderValue::from_str(&cookie).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draft_comes_back_as_it_was_sent_to_its_own_campaign() {
        let draft = PledgeDraft {
            slug: "schatten".to_owned(),
            name: "Jürg \"Jüge\" O’Neil; = %".to_owned(),
            add_ons: vec![("a".to_owned(), "2".to_owned())],
            ..PledgeDraft::default()
        };
        let cookie = draft_cookie(&draft, true).unwrap();
        let text = cookie.to_str().unwrap();
        assert!(text.contains("HttpOnly") && text.contains("Secure"));
        let pair = text.split("; ").next().unwrap();
        let sent = format!("theme=dark; {pair}");
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&sent).unwrap())]);
        assert_eq!(draft_of(&headers, "schatten"), Some(draft));
        assert_eq!(draft_of(&headers, "anders"), None);
        assert_eq!(draft_of(&HeaderMap::new(), "schatten"), None);
    }

    #[test]
    fn cookie_that_this_site_never_wrote_is_no_draft() {
        let read = |draft: &PledgeDraft| {
            let json = serde_json::to_string(draft).unwrap();
            let sent = format!("{NAME}={}", utf8_percent_encode(&json, NON_ALPHANUMERIC));
            draft_of(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&sent).unwrap())]), "")
        };
        let fine = PledgeDraft { key: "0f".repeat(16), browser: "a0".repeat(16), ..PledgeDraft::default() };
        let many = |count| vec![(String::new(), String::new()); count];
        assert_eq!(read(&fine), Some(fine.clone()));
        assert!(read(&PledgeDraft { add_ons: many(ADD_ONS_MAX), ..fine.clone() }).is_some());
        assert_eq!(read(&PledgeDraft { add_ons: many(ADD_ONS_MAX + 1), ..fine.clone() }), None);
        assert_eq!(read(&PledgeDraft { name: "x".repeat(BYTES_MAX), ..fine.clone() }), None);
        for bad in ["k", &"0f".repeat(17), &"g0".repeat(16)] {
            assert_eq!(read(&PledgeDraft { key: bad.to_owned(), ..fine.clone() }), None, "{bad}");
            assert_eq!(read(&PledgeDraft { browser: bad.to_owned(), ..fine.clone() }), None, "{bad}");
        }
    }

    #[test]
    fn what_browsers_would_not_keep_is_not_sent() {
        let draft = PledgeDraft { name: "ü".repeat(2_000), ..PledgeDraft::default() };
        assert!(draft_cookie(&draft, false).is_none());
    }
}
