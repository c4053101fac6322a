//! A campaign's deadline as an entry for calendars (RFC 5545).

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{StatusCode, header};
use icalendar::{Calendar, Component as _, Event};
use multitude_app::Services;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_platform::campaigns::find_summary;
use multitude_platform::db::{StoreError, Tx};

use super::answers::unavailable;

/// `GET /{lang}/c/{slug}/deadline.ics`; nothing where the deadline is not known.
pub(super) async fn deadline(
    State(services): State<Services>,
    Path((language, slug)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let Ok(language) = language.parse::<Locale>() else { return StatusCode::NOT_FOUND.into_response() };
    let find = async |tx: &mut Tx| Ok::<_, StoreError>((find_summary(tx, &slug).await?, tx.now().await?));
    let found = services.desk.db.read(find).await;
    let (summary, now) = match found {
        Ok((Some(summary), now)) => (summary, now),
        Ok((None, _)) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let Some(at) = summary.closes_at.map(moment) else { return StatusCode::NOT_FOUND.into_response() };
    let site = &services.facts.public_url;
    let event = Event::new()
        .uid(&format!("{}@{}", summary.id, site.split("//").last().unwrap_or_default()))
        .summary(&summary.title)
        .url(&format!("{site}/{language}/c/{slug}"))
        .add_property("DTSTART", &at)
        .add_property("DTSTAMP", moment(now))
        .done();
    let file = Calendar::new().push(event).done().to_string();
    let name = format!("attachment; filename=\"{slug}.ics\"");
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ];
    (headers, file).into_response()
}

/// In universal time, which every calendar shows in its reader's own: `20270309T225959Z`.
fn moment(at: Timestamp) -> String {
    at.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_calendars_read_them() {
        assert_eq!(moment(Timestamp::from_micros(1_804_719_599_000_000)), "20270310T225959Z");
    }
}
