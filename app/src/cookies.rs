//! Cookies, read by their whole name and written for the whole site. Whoever needs a value asks here, and
//! sets one here.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, header};

/// The theme that somebody chose.
pub const THEME: &str = "theme";
/// The language that somebody chose.
pub const LANGUAGE: &str = "lang";

/// Whom a cookie is kept from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It says who somebody is or what they do here: no script reads it, and where the site has https,
    /// nothing else carries it.
    Secret {
        /// Whether the public finds the site under https.
        is_https: bool,
    },
    /// No script reads it.
    Server,
    /// Nobody here.
    Anybody,
}

/// A cookie as an answer sets it: for the whole site, and never sent along with what another site posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewCookie<'a> {
    /// Its whole name.
    pub name: &'a str,
    /// Its value; what is not ASCII, and `;`, are to be percent-encoded.
    pub value: &'a str,
    /// How long the browser keeps it.
    pub seconds: i64,
    /// Whom it is kept from.
    pub reach: Reach,
}

impl<'a> NewCookie<'a> {
    /// The end of a cookie.
    pub const fn ended(name: &'a str, reach: Reach) -> Self {
        Self { name, value: "", seconds: 0, reach }
    }

    /// What `set-cookie` says; none where name or value cannot stand in a header. The crate would write the
    /// attributes in another order, and nothing but writing them is to be done.
    pub fn header(&self) -> Option<HeaderValue> {
        let Self { name, value, seconds, reach } = self;
        let (http_only, secure) = match reach {
            Reach::Secret { is_https: true } => ("; HttpOnly", "; Secure"),
            Reach::Secret { is_https: false } | Reach::Server => ("; HttpOnly", ""),
            Reach::Anybody => ("", ""),
        };
        let line = format!("{name}={value}; Path=/; Max-Age={seconds}{http_only}; SameSite=Lax{secure}");
        HeaderValue::from_str(&line).ok()
    }
}

/// The names and values of a request's cookies, as browsers send them: what was set first comes first.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let sent = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    sent.filter_map(|cookie| Some((cookie.name_raw()?, cookie.value_raw()?)))
}

/// The value of the cookie of that name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookies(headers).find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// Makes a request's cookies those that the browser will have once it has an answer that sets these: the page
/// that is rendered into that answer reads them.
pub(crate) fn keep_cookies(headers: &mut HeaderMap, answered: &[HeaderValue]) {
    let lines = answered.iter().filter_map(|line| line.to_str().ok());
    let new: Vec<Cookie<'_>> = lines.filter_map(|line| Cookie::parse(line).ok()).collect();
    let old = cookies(headers).filter(|(name, _)| new.iter().all(|new| new.name() != *name));
    let added = new.iter().filter(|new| !new.value().is_empty()).map(Cookie::name_value);
    let pairs: Vec<String> = old.chain(added).map(|(name, value)| format!("{name}={value}")).collect();
    if let Ok(line) = HeaderValue::from_str(&pairs.join("; ")) {
        headers.insert(header::COOKIE, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        assert_eq!(cookie(&sent(&["a=1; session=x; b=2"]), "session"), Some("x"));
        assert_eq!(cookie(&sent(&["a=1;session=x"]), "session"), Some("x"), "a space is no must");
        assert_eq!(cookie(&sent(&["a=1", "session=x=y"]), "session"), Some("x=y"), "in several lines");
        assert_eq!(cookie(&sent(&["session=x; session=y"]), "session"), Some("x"), "what was set first");
        for other in ["no-session=x", "session-no=x", "Session=x", "session", "a=session=x", "=session=x"] {
            assert_eq!(cookie(&sent(&[other]), "session"), None, "{other}");
        }
    }

    #[test]
    fn prefix_is_part_of_a_name() {
        for other in ["session=x", "__host-session=x", "\t=__Host-session=x"] {
            assert_eq!(cookie(&sent(&[other]), "__Host-session"), None, "{other}");
        }
        // A browser takes a name that begins with a space of Unicode for another one, and lets any page write
        // it.
        let disguised = HeaderValue::from_bytes("\u{2003}__Host-session=x".as_bytes()).unwrap();
        assert_eq!(cookie(&HeaderMap::from_iter([(header::COOKIE, disguised)]), "__Host-session"), None);
    }

    #[test]
    fn cookies_say_whom_they_are_kept_from() {
        let set = |reach| {
            let new = NewCookie { name: "a", value: "b", seconds: 60, reach };
            new.header().unwrap().to_str().unwrap().to_owned()
        };
        let https = set(Reach::Secret { is_https: true });
        assert_eq!(https, "a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        let plain = set(Reach::Secret { is_https: false });
        assert_eq!(plain, "a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(set(Reach::Server), plain);
        assert_eq!(set(Reach::Anybody), "a=b; Path=/; Max-Age=60; SameSite=Lax");
        let ended = NewCookie::ended("a", Reach::Anybody).header();
        assert_eq!(ended.unwrap(), "a=; Path=/; Max-Age=0; SameSite=Lax");
        let broken = NewCookie { name: "a", value: "b\r\nc: d", seconds: 60, reach: Reach::Server };
        assert_eq!(broken.header(), None);
    }

    #[test]
    fn page_of_an_answer_reads_what_the_answer_sets() {
        let reach = Reach::Secret { is_https: true };
        let set = |name, value| NewCookie { name, value, seconds: 60, reach }.header().unwrap();
        let mut headers = sent(&["theme=dark; session=old", "draft=d"]);
        let answered =
            [set("session", "new"), NewCookie::ended("draft", reach).header().unwrap(), set("c", "1")];
        keep_cookies(&mut headers, &answered);
        assert_eq!(headers, sent(&["theme=dark; session=new; c=1"]));
    }
}
