//! The addresses without a language: the way in, and the theme; and what is remembered for the way in.

use axum::Form;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use multitude_app::cookies::{self, NewCookie, Reach, cookie};
use multitude_app::{LANGUAGE_MARK, Services, own_path};
use multitude_domain::locale::Locale;
use serde::Deserialize;

const YEAR_SECONDS: i64 = 31_536_000;

/// Leads to the home page in the reader's language.
pub(super) async fn home(State(services): State<Services>, headers: HeaderMap) -> Response {
    see_other(&format!("/{}", language_of(&headers, services.facts.language)))
}

/// The layer that remembers a language in a cookie. The links of the language switch carry a mark: it says
/// that a reader chose, with scripts and without, whatever their browser tells of the page before. Their page
/// is at the address without it, which is where they are led. Only the way in reads the cookie.
pub(super) async fn remember_language(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some((locale, address)) = switched(request.uri()).filter(|_| is_read) else {
        return next.run(request).await;
    };
    let mut response = see_other(&address);
    let (name, value, reach) = (cookies::LANGUAGE, locale.code(), Reach::Server);
    let chosen = NewCookie { name, value, seconds: YEAR_SECONDS, reach };
    if let Some(cookie) = chosen.header().filter(|_| is_own(request.headers())) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The language that was switched to by this address, and the address without its mark.
fn switched(uri: &Uri) -> Option<(Locale, String)> {
    let locale = uri.path().split('/').nth(1)?.parse().ok()?;
    let is_mark = |pair: &&str| pair.split('=').next() == Some(LANGUAGE_MARK);
    let (marks, rest): (Vec<&str>, Vec<&str>) = uri.query()?.split('&').partition(is_mark);
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    (!marks.is_empty()).then(|| (locale, format!("{}{query}", uri.path())))
}

/// Whether no other site's page has led here: it may show a language, and choose none.
fn is_own(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// The language that was chosen here before.
fn chosen(headers: &HeaderMap) -> Option<Locale> {
    cookie(headers, cookies::LANGUAGE)?.parse().ok()
}

/// What the theme switch sends.
#[derive(Debug, Deserialize)]
pub(super) struct ThemeChoice {
    theme: String,
    back: String,
}

/// Remembers a theme in a cookie and leads back.
pub(super) async fn choose_theme(Form(choice): Form<ThemeChoice>) -> Response {
    let mut response = see_other(own_path(&choice.back).unwrap_or("/"));
    let (name, reach) = (cookies::THEME, Reach::Anybody);
    let chosen = match choice.theme.as_str() {
        value @ ("light" | "dark") => NewCookie { name, value, seconds: YEAR_SECONDS, reach },
        _ => NewCookie::ended(name, reach),
    };
    if let Some(cookie) = chosen.header() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    response
}

/// The language in which somebody reads where an address names none: the one that was chosen here, else the
/// one that the browser likes best, else the installation's.
pub(super) fn language_of(headers: &HeaderMap, installation: Locale) -> Locale {
    let likes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen(headers).or_else(|| Locale::negotiate(likes.unwrap_or_default())).unwrap_or(installation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reader_gets_the_language_they_chose_or_like_or_the_installations() {
        let of = |name, value| {
            language_of(&HeaderMap::from_iter([(name, HeaderValue::from_static(value))]), Locale::Fr)
        };
        assert_eq!(of(header::ACCEPT_LANGUAGE, "es,en;q=0.3,it;q=0.7"), Locale::It);
        assert_eq!(of(header::ACCEPT_LANGUAGE, "rm,es"), Locale::Fr);
        assert_eq!(of(header::COOKIE, "theme=dark; lang=it"), Locale::It);
        assert_eq!(language_of(&HeaderMap::new(), Locale::En), Locale::En);
    }

    #[test]
    fn chosen_language_is_the_one_that_was_switched_to() {
        let to = |address: &'static str| switched(&Uri::from_static(address));
        let led = |locale, address: &str| Some((locale, address.to_owned()));
        assert_eq!(to("/fr/discover?q=a&lang"), led(Locale::Fr, "/fr/discover?q=a"));
        assert_eq!(to("/it?lang=&sort=new"), led(Locale::It, "/it?sort=new"));
        assert_eq!(to("/it?lang"), led(Locale::It, "/it"));
        assert_eq!(to("/fr/discover?q=lang&language=x"), None);
        assert_eq!(to("/api/v1/campaigns?lang"), None);
        assert_eq!(to("//evil.example/fr?lang"), None);
    }

    #[test]
    fn link_of_another_site_chooses_nothing() {
        let from = |site| {
            is_own(&HeaderMap::from_iter([(
                "sec-fetch-site".parse().unwrap(),
                HeaderValue::from_static(site),
            )]))
        };
        assert!(from("same-origin") && from("none") && is_own(&HeaderMap::new()));
        assert!(!from("cross-site") && !from("same-site"));
    }
}
