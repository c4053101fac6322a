//! The draft of a pledge between its screens: a cookie of the backer's own browser, so that nothing about
//! them lies in addresses or on the server before they pledge.

use http::{HeaderMap, HeaderValue};
use multitude_domain::pledges::{ADD_ONS_MAX, PledgeDraft};
use multitude_platform::keys::hex;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::cookies::{NewCookie, Reach, cookies};

/// A cookie's name begins with it and ends with the campaign: whoever looks at two campaigns loses neither
/// draft.
const NAME: &str = "pledge-";
/// The draft is forgotten after so long.
const SECONDS: i64 = 2 * 3_600;
/// Browsers keep no larger cookie.
const BYTES_MAX: usize = 3_800;
/// With more campaigns than these, the draft that was begun first is forgotten.
const DRAFTS_MAX: usize = 4;

/// The draft for a campaign that a request carries.
pub fn draft_of(headers: &HeaderMap, slug: &str) -> Option<PledgeDraft> {
    drafts(headers).find(|draft| draft.slug == slug)
}

/// The address and the name of the draft that was begun last and has them, for whatever campaign.
pub(crate) fn last_contact(headers: &HeaderMap) -> Option<(String, String)> {
    drafts(headers).filter(|draft| !draft.email.is_empty()).last().map(|draft| (draft.email, draft.name))
}

fn drafts(headers: &HeaderMap) -> impl Iterator<Item = PledgeDraft> {
    pairs(headers).filter_map(|(slug, value)| {
        let json = percent_decode_str(value).decode_utf8().ok().filter(|_| value.len() <= BYTES_MAX)?;
        let draft: PledgeDraft = serde_json::from_str(&json).ok()?;
        let is_ours =
            is_secret(&draft.key) && is_secret(&draft.browser) && draft.add_ons.len() <= ADD_ONS_MAX;
        (draft.slug == slug && is_ours).then_some(draft)
    })
}

/// The campaign and the value of each cookie with a draft, as browsers send them: what was set first comes
/// first.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    cookies(headers).filter_map(|(name, value)| Some((name.strip_prefix(NAME)?, value)))
}

/// Whether it is 16 bytes in hexadecimal digits, as the server makes them, or not made yet.
fn is_secret(text: &str) -> bool {
    let is_made = text.len() == hex(&[0; 16]).len() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.is_empty() || is_made
}

/// The cookie that carries a draft, none where it would be too large to be kept; and the end of another where
/// a request carries many.
pub fn draft_cookies(draft: &PledgeDraft, headers: &HeaderMap, is_https: bool) -> Vec<HeaderValue> {
    let write = |slug: &str, value: &str, seconds: i64| {
        let name = format!("{NAME}{slug}");
        NewCookie { name: &name, value, seconds, reach: Reach::Secret { is_https } }.header()
    };
    let others: Vec<&str> = pairs(headers).map(|(slug, _)| slug).filter(|slug| *slug != draft.slug).collect();
    let ended = others.first().filter(|_| others.len() >= DRAFTS_MAX).and_then(|slug| write(slug, "", 0));
    let value = serde_json::to_string(draft)
        .map(|json| utf8_percent_encode(&json, NON_ALPHANUMERIC).to_string())
        .ok()
        .filter(|value| value.len() <= BYTES_MAX);
    let own = value.and_then(|value| write(&draft.slug, &value, SECONDS));
    own.into_iter().chain(ended).collect()
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    /// What a browser sends that was given these cookies.
    fn sent(cookies: &[HeaderValue]) -> HeaderMap {
        let pairs: Vec<&str> =
            cookies.iter().map(|cookie| cookie.to_str().unwrap().split("; ").next().unwrap()).collect();
        let line = format!("theme=dark; {}", pairs.join("; "));
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&line).unwrap())])
    }

    fn draft_for(slug: &str) -> PledgeDraft {
        PledgeDraft {
            slug: slug.to_owned(),
            amount: "60".to_owned(),
            email: format!("{slug}@example.ch"),
            name: "Jürg \"Jüge\" O’Neil; = %".to_owned(),
            add_ons: vec![("a".to_owned(), "2".to_owned())],
            ..PledgeDraft::default()
        }
    }

    fn cookies_for(slug: &str) -> Vec<HeaderValue> {
        draft_cookies(&draft_for(slug), &HeaderMap::new(), true)
    }

    #[test]
    fn draft_comes_back_as_it_was_sent_to_its_own_campaign() {
        let cookies = cookies_for("schatten");
        let text = cookies[0].to_str().unwrap();
        assert!(text.contains("HttpOnly") && text.contains("Secure"));
        assert_eq!(draft_of(&sent(&cookies), "schatten"), Some(draft_for("schatten")));
        assert_eq!(draft_of(&HeaderMap::new(), "schatten"), None);
    }

    #[test]
    fn two_campaigns_keep_two_drafts_and_the_last_one_says_who_it_is() {
        let new = draft_cookies(
            &PledgeDraft { slug: "neu".to_owned(), ..PledgeDraft::default() },
            &HeaderMap::new(),
            true,
        );
        let both = sent(&[cookies_for("schatten"), cookies_for("wasser"), new].concat());
        assert_eq!(draft_of(&both, "schatten"), Some(draft_for("schatten")));
        assert_eq!(draft_of(&both, "wasser"), Some(draft_for("wasser")));
        assert_eq!(draft_of(&both, "heat"), None);
        assert_eq!(last_contact(&both).unwrap().0, "wasser@example.ch");
    }

    #[test]
    fn the_draft_that_was_begun_first_is_forgotten_with_too_many() {
        let all: Vec<_> = ["a", "b", "c", "d"].iter().flat_map(|slug| cookies_for(slug)).collect();
        let again = draft_cookies(&draft_for("a"), &sent(&all), false);
        assert_eq!(again.len(), 1);
        let fifth = draft_cookies(&draft_for("e"), &sent(&all), false);
        assert_eq!(fifth.len(), 2);
        assert!(fifth[1].to_str().unwrap().starts_with("pledge-a=; Path=/; Max-Age=0;"), "{fifth:?}");
    }

    #[test]
    fn cookie_that_this_site_never_wrote_is_no_draft() {
        let read = |draft: &PledgeDraft| {
            let json = serde_json::to_string(draft).unwrap();
            let sent = format!("{NAME}={}", utf8_percent_encode(&json, NON_ALPHANUMERIC));
            drafts(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&sent).unwrap())])).next()
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
        assert!(draft_cookies(&draft, &HeaderMap::new(), false).is_empty());
    }
}
