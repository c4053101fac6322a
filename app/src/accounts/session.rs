//! Whoever is signed in, as a request's cookie says; and the cookies of signing in.

use http::{HeaderMap, HeaderValue};
use multitude_domain::permission::Role;
use multitude_platform::accounts::{NewSession, SignedIn, find_session};
use multitude_platform::db::StoreError;
use multitude_platform::keys::hex;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::cookies::{NewCookie, Reach, cookie};
use crate::{Services, SiteFacts, own_path};

/// What a browser that asks to sign in keeps, so that the code works nowhere else.
const ASKING: &str = "sign-in";
/// Somewhat longer than link and code work, so that being late can be told from never having asked.
const ASKING_SECONDS: u32 = 3_600;

/// A browser that asked to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Its own secret.
    pub browser: String,
    /// The address it asked for.
    pub email: String,
    /// Where it was, and is led back to.
    pub back: Option<String>,
}

/// The session cookie's name: bound to host and https wherever there is https.
const fn session_name(is_https: bool) -> &'static str {
    if is_https { "__Host-session" } else { "session" }
}

/// Whoever holds the session that a request carries.
///
/// # Errors
/// [`StoreError`] where the database does not say. That is not the same as nobody: who is signed in stays so.
pub async fn signed_in(services: &Services, headers: &HeaderMap) -> Result<Option<SignedIn>, StoreError> {
    let token = cookie(headers, session_name(services.facts.is_https())).map(str::to_owned);
    let Some(token) = token.filter(|token| token.len() == hex(&[0; 32]).len()) else { return Ok(None) };
    let found = services.desk.db.read(async move |tx| find_session(tx, &token).await).await?;
    Ok(found.map(|own| trusted(own, &services.facts)))
}

/// In a demo world that anybody reaches, anybody reads the mail of its people: none of them is trusted with
/// everything.
fn trusted(mut own: SignedIn, facts: &SiteFacts) -> SignedIn {
    if facts.is_public_demo {
        own.roles.retain(|role| *role != Role::Operator);
    }
    own
}

/// The cookie that keeps a session.
pub fn session_cookie(session: &NewSession, facts: &SiteFacts) -> Option<HeaderValue> {
    set_cookie(session_name(facts.is_https()), &session.token, session.lasts_seconds, facts)
}

/// The cookie that forgets it.
pub fn no_session_cookie(facts: &SiteFacts) -> Option<HeaderValue> {
    set_cookie(session_name(facts.is_https()), "", 0, facts)
}

/// What the browser keeps while it waits for its mail.
pub fn asking_cookie(asking: &Asking, facts: &SiteFacts) -> Option<HeaderValue> {
    let email = utf8_percent_encode(&asking.email, NON_ALPHANUMERIC);
    let back = utf8_percent_encode(asking.back.as_deref().unwrap_or_default(), NON_ALPHANUMERIC);
    set_cookie(ASKING, &format!("{}.{email}.{back}", asking.browser), ASKING_SECONDS.into(), facts)
}

/// What the browser kept.
pub fn asking_of(headers: &HeaderMap) -> Option<Asking> {
    let mut parts = cookie(headers, ASKING)?.split('.');
    let browser = parts.next().filter(|browser| browser.len() == hex(&[0; 16]).len())?.to_owned();
    let mut decoded = || Some(percent_decode_str(parts.next()?).decode_utf8().ok()?.into_owned());
    let (email, back) = (decoded()?, decoded());
    Some(Asking { browser, email, back: back.and_then(|back| own_path(&back).map(str::to_owned)) })
}

fn set_cookie(name: &str, value: &str, seconds: i64, facts: &SiteFacts) -> Option<HeaderValue> {
    NewCookie { name, value, seconds, reach: Reach::Secret { is_https: facts.is_https() } }.header()
}

#[cfg(test)]
mod tests {
    use http::header;
    use multitude_domain::id::UserId;
    use multitude_domain::locale::Locale;
    use uuid::Uuid;

    use super::*;
    use crate::Site;

    fn headers(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookies).unwrap())])
    }

    #[test]
    fn nobody_is_operator_of_a_public_demo() {
        let facts = |is_public_demo| SiteFacts {
            language: Locale::De,
            public_url: "https://m.example".to_owned(),
            is_demo: true,
            is_public_demo,
            contact: String::new(),
            site: Site {
                css: String::new(),
                js: String::new(),
                wasm: String::new(),
                text_font: String::new(),
                build_id: String::new(),
            },
        };
        let own = SignedIn {
            session: Uuid::nil(),
            user: UserId::new(Uuid::nil()),
            email: "chiara.lombris@demo.example".to_owned(),
            name: "Chiara Lombris".to_owned(),
            locale: Locale::De,
            roles: vec![Role::Coach, Role::Operator],
        };
        assert_eq!(trusted(own.clone(), &facts(false)).roles, [Role::Coach, Role::Operator]);
        assert_eq!(trusted(own, &facts(true)).roles, [Role::Coach]);
    }

    #[test]
    fn asking_browser_is_read_as_it_was_written() {
        let browser = "0".repeat(32);
        let back = |sent: &str| {
            let sent = format!("sign-in={browser}.l%C3%A9a%2Bx%40example%2Ech{sent}");
            let asking = asking_of(&headers(&sent)).unwrap();
            assert_eq!((asking.browser, asking.email.as_str()), (browser.clone(), "léa+x@example.ch"));
            asking.back
        };
        assert_eq!(back("."), None);
        assert_eq!(back(".%2Fde%2Fc%2Fx").as_deref(), Some("/de/c/x"));
        assert_eq!(back(".%2F%2Fevil%2Eexample"), None, "whoever wrote the cookie");
        assert_eq!(asking_of(&headers("sign-in=short.a%40b")), None);
    }
}
