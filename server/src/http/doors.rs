//! The addresses without a language: the way in, and the theme.

use axum::Form;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use multitude_domain::locale::Locale;
use serde::Deserialize;

const YEAR_SECONDS: u32 = 31_536_000;

/// Leads to the home page in the reader's language.
pub(super) async fn home(headers: HeaderMap) -> Response {
    see_other(&format!("/{}", preferred(&headers)))
}

/// What the theme switch sends.
#[derive(Debug, Deserialize)]
pub(super) struct ThemeChoice {
    theme: String,
    back: String,
}

/// Remembers a theme in a cookie and leads back.
pub(super) async fn choose_theme(Form(choice): Form<ThemeChoice>) -> Response {
    let mut response = see_other(own_path(&choice.back));
    let cookie = match choice.theme.as_str() {
        theme @ ("light" | "dark") => format!("theme={theme}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax"),
        _ => "theme=; Path=/; Max-Age=0; SameSite=Lax".to_owned(),
    };
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// An address that a form names to lead back to, if it is this site's; else the way in. Browsers leave out tabs and line
/// ends and take `\\` for `/`: what stands behind those could be another site.
pub(super) fn own_path(back: &str) -> &str {
    let is_own = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains(|c: char| c == '\\' || c.is_control());
    if is_own { back } else { "/" }
}

fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

/// The first of our languages that the reader's browser asks for, by its weights; German where it asks for none.
pub(super) fn preferred(headers: &HeaderMap) -> Locale {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut choices: Vec<(f32, Locale)> = asked
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let language = tag.trim().split('-').next()?.to_ascii_lowercase();
            Some((weight.trim().parse().ok()?, language.parse().ok()?))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    // Stable: of equal weights the first one asked for stays first.
    choices.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    choices.first().map_or(Locale::De, |(_, locale)| *locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_back_to_this_site_only() {
        assert_eq!(own_path("/de/c/x?a=1"), "/de/c/x?a=1");
        for other in [
            "",
            "de",
            "//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\\evil.example",
            "https://evil.example",
        ] {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }

    fn asked(language: &'static str) -> Locale {
        preferred(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(language))]))
    }

    #[test]
    fn language_follows_the_readers_weights() {
        assert_eq!(asked("fr-CH,fr;q=0.9,en;q=0.8"), Locale::Fr);
        assert_eq!(asked("es,en;q=0.3,it;q=0.7"), Locale::It);
        assert_eq!(asked("ja"), Locale::De);
        assert_eq!(asked("en;q=0, fr"), Locale::Fr);
        assert_eq!(asked(""), Locale::De);
    }
}
