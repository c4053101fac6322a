//! Asking to hear that a campaign opens. What is answered never tells whether an address was known.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Request, StatusCode};
use multitude_app::{NotifyReply, Services, signed_in};
use multitude_domain::email::fold_email;
use multitude_domain::locale::Locale;
use multitude_domain::pledge::check_email;
use multitude_platform::campaigns::{FollowOutcome, NewFollower, confirm_follow, follow_campaign, unfollow};
use serde::Deserialize;

use super::{again, not_saved, read, see_other, unavailable};

/// Where to write to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NotifyForm {
    email: String,
}

/// Notes an address, and mails the link that proves it.
pub(super) async fn ask(
    State(services): State<Services>,
    Path((lang, slug)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: NotifyForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let Ok(email) = check_email(&form.email) else {
        let reply = NotifyReply { email: form.email };
        return again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, reply).await;
    };
    let own = match signed_in(&services, &parts.headers).await {
        Ok(own) => own,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let is_proved = own.is_some_and(|own| fold_email(&own.email) == fold_email(&email));
    let page = format!("/{lang}/c/{slug}/notify");
    let reply = NotifyReply { email: email.clone() };
    let new = NewFollower { slug, email, locale: lang.parse().unwrap_or(Locale::De), is_proved };
    let desk = services.desk.clone();
    match desk.db.write(async move |tx| follow_campaign(tx, &desk.keys, &new).await).await {
        Ok(FollowOutcome::Noted) => {
            let done = if is_proved { "own" } else { "mail" };
            see_other(&format!("{page}?done={done}"), None)
        }
        // The page says that nothing waits there.
        Ok(FollowOutcome::NotAhead) => see_other(&page, None),
        Err(error) => not_saved(services, parts, &error, reply).await,
    }
}

/// Which button of the mailed link's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FollowForm {
    #[serde(rename = "do")]
    deed: String,
}

/// Proves the address, or forgets it.
pub(super) async fn act(
    State(services): State<Services>,
    Path((lang, token)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: FollowForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let here = format!("/{lang}/follow/{token}");
    let db = services.desk.db.clone();
    let done = match form.deed.as_str() {
        "yes" => db.write(async move |tx| confirm_follow(tx, &token).await).await.map(|()| here),
        "stop" => {
            let slug = db.write(async move |tx| unfollow(tx, &token).await).await;
            slug.map(|slug| slug.map_or(here, |slug| format!("/{lang}/c/{slug}/notify?done=stopped")))
        }
        _ => Ok(here),
    };
    match done {
        Ok(to) => see_other(&to, None),
        Err(error) => not_saved(services, parts, &error, ()).await,
    }
}
