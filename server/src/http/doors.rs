//! The addresses without a language: the way in, and the theme; and what is remembered for the way in.

use axum::Form;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use multitude_app::own_path;
use multitude_domain::locale::Locale;
use serde::Deserialize;

const YEAR_SECONDS: u32 = 31_536_000;

/// Leads to the home page in the reader's language.
pub(super) async fn home(headers: HeaderMap) -> Response {
    see_other(&format!("/{}", chosen(&headers).unwrap_or_else(|| preferred(&headers))))
}

/// The layer that remembers a language in a cookie when a reader comes from a page of this site in another one: that is
/// what the links of the language switch do, with scripts and without. Only the way in reads it.
pub(super) async fn remember_language(request: Request, next: Next) -> Response {
    let locale = switched(request.uri(), request.headers());
    let mut response = next.run(request).await;
    let cookie = locale.filter(|_| response.status().is_success()).and_then(|locale| {
        let cookie = format!("lang={locale}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax");
        HeaderValue::from_str(&cookie).ok()
    });
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The language of an address that was followed from a page of this site in another language.
fn switched(to: &Uri, headers: &HeaderMap) -> Option<Locale> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from: Uri = text(header::REFERER)?.parse().ok()?;
    let is_own = from.authority().map(http::uri::Authority::as_str) == text(header::HOST);
    let language = |uri: &Uri| uri.path().split('/').nth(1).and_then(|code| code.parse::<Locale>().ok());
    let (before, after) = (language(&from)?, language(to)?);
    (is_own && before != after).then_some(after)
}

/// The language that was chosen here before.
fn chosen(headers: &HeaderMap) -> Option<Locale> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|cookies| cookies.split("; ")).find_map(|pair| pair.strip_prefix("lang=")?.parse().ok())
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
    let cookie = match choice.theme.as_str() {
        theme @ ("light" | "dark") => format!("theme={theme}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax"),
        _ => "theme=; Path=/; Max-Age=0; SameSite=Lax".to_owned(),
    };
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
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

/// The language that the reader's browser likes best.
pub(super) fn preferred(headers: &HeaderMap) -> Locale {
    let likes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Locale::negotiate(likes.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_browser_is_asked_for_its_language() {
        let likes = HeaderValue::from_static("es,en;q=0.3,it;q=0.7");
        assert_eq!(preferred(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, likes)])), Locale::It);
        assert_eq!(preferred(&HeaderMap::new()), Locale::De);
    }

    #[test]
    fn chosen_language_is_the_one_that_was_switched_to() {
        let from = |referer: &'static str, to: &'static str| {
            let headers = [
                (header::HOST, HeaderValue::from_static("multitude.example")),
                (header::REFERER, HeaderValue::from_static(referer)),
            ];
            switched(&Uri::from_static(to), &HeaderMap::from_iter(headers))
        };
        assert_eq!(from("https://multitude.example/en/discover?q=a", "/fr/discover?q=a"), Some(Locale::Fr));
        assert_eq!(from("https://multitude.example/fr", "/fr/discover"), None);
        assert_eq!(from("https://multitude.example/", "/fr"), None);
        assert_eq!(from("https://elsewhere.example/en", "/fr"), None);
        let cookies = HeaderValue::from_static("theme=dark; lang=it");
        assert_eq!(chosen(&HeaderMap::from_iter([(header::COOKIE, cookies)])), Some(Locale::It));
        assert_eq!(chosen(&HeaderMap::new()), None);
    }
}
