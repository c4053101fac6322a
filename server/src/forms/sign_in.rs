//! Signing in and out. What is answered never tells whether an address has an account.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{Request, StatusCode};
use multitude_app::{
    Asking, Services, SignInFault, SignInReply, asking_cookie, asking_of, no_session_cookie, own_path,
    session_cookie, signed_in,
};
use multitude_domain::email::count_email;
use multitude_domain::locale::Locale;
use multitude_domain::pledge::check_email;
use multitude_platform::accounts::{
    AskSignIn, NewSession, SignInOutcome, ask_sign_in, end_session, end_sessions_of, sign_in_by_code,
    sign_in_by_link,
};
use multitude_platform::keys::{Purpose, hex};
use serde::Deserialize;
use uuid::Uuid;

use super::{again, not_saved, read, see_other, unavailable};
use crate::address::address_of;
use crate::limits::{Limits, Policy};

/// What asks for a mail.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AskForm {
    email: String,
    back: Option<String>,
}

/// Mails link and code.
pub(super) async fn ask(
    State(services): State<Services>,
    Path(lang): Path<String>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: AskForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let back = form.back.filter(|back| own_path(back).is_some());
    let Ok(email) = check_email(&form.email) else {
        let reply = SignInReply { email: Some(form.email), fault: Some(SignInFault::Email), back };
        return again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, reply).await;
    };
    let desk = services.desk.clone();
    // One browser keeps its secret, so that a code of an earlier mail does not work in another.
    let browser = asking_of(&parts.headers)
        .map_or_else(|| hex(&desk.db.ambient().bytes::<16>()), |asking| asking.browser);
    if asked_often(&parts, &email) {
        // The same answer as ever: neither the address nor whoever asks for it learns anything.
        let cookie = asking_cookie(&Asking { browser, email, back }, &services.facts);
        return see_other(&format!("/{lang}/sign-in/code"), cookie);
    }
    let reply = SignInReply { email: Some(email.clone()), fault: None, back: back.clone() };
    let ask = AskSignIn {
        email: email.clone(),
        locale: lang.parse().unwrap_or(Locale::De),
        browser: desk.keys.hash(Purpose::Browser, browser.as_bytes()),
    };
    let asked = desk.db.write(async move |tx| ask_sign_in(tx, &desk.keys, &ask).await).await;
    match asked {
        Ok(()) => {
            let cookie = asking_cookie(&Asking { browser, email, back }, &services.facts);
            see_other(&format!("/{lang}/sign-in/code"), cookie)
        }
        Err(error) => not_saved(services, parts, &error, reply).await,
    }
}

/// Whether this network address asked for this e-mail address often enough. Without that, a stranger who asks uses up all
/// the mails that its owner gets in an hour.
fn asked_often(parts: &Parts, email: &str) -> bool {
    let who = format!("{} {}", address_of(parts), count_email(email));
    parts.extensions.get::<Limits>().is_some_and(|limits| limits.take(Policy::SignInEmail, &who).is_err())
}

/// A code as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

/// Signs in by the code.
pub(super) async fn code(
    State(services): State<Services>,
    Path(lang): Path<String>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: CodeForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let Some(asking) = asking_of(&parts.headers) else {
        return refused(services, parts, SignInFault::Ended).await;
    };
    let desk = services.desk.clone();
    let browser = desk.keys.hash(Purpose::Browser, asking.browser.as_bytes());
    let tried =
        desk.db.write(async move |tx| sign_in_by_code(tx, &desk.keys, &browser, &form.code).await).await;
    match tried {
        Ok(SignInOutcome::Started(session)) => enter(&services, &lang, &session, asking.back.as_deref()),
        Ok(SignInOutcome::NoCode) => refused(services, parts, SignInFault::NoCode).await,
        Ok(SignInOutcome::WrongCode) => refused(services, parts, SignInFault::WrongCode).await,
        Ok(SignInOutcome::TooManyTries) => refused(services, parts, SignInFault::TooManyTries).await,
        Ok(SignInOutcome::Ended) => refused(services, parts, SignInFault::Ended).await,
        Err(error) => not_saved(services, parts, &error, SignInReply::default()).await,
    }
}

async fn refused(services: Services, parts: Parts, fault: SignInFault) -> Response {
    let reply = SignInReply { fault: Some(fault), ..SignInReply::default() };
    again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, reply).await
}

/// Signs in by the mailed link's button.
pub(super) async fn link(
    State(services): State<Services>,
    Path((lang, token)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, _) = request.into_parts();
    match services.desk.db.write(async move |tx| sign_in_by_link(tx, &token).await).await {
        Ok(SignInOutcome::Started(session)) => {
            let back = asking_of(&parts.headers).and_then(|asking| asking.back);
            enter(&services, &lang, &session, back.as_deref())
        }
        // The page says that the link has ended.
        Ok(
            SignInOutcome::NoCode
            | SignInOutcome::WrongCode
            | SignInOutcome::TooManyTries
            | SignInOutcome::Ended,
        ) => again(services, parts, StatusCode::CONFLICT, ()).await,
        Err(error) => not_saved(services, parts, &error, ()).await,
    }
}

/// Leads back to where somebody was, or else to the account, with the session's cookie.
pub(crate) fn enter(services: &Services, lang: &str, session: &NewSession, back: Option<&str>) -> Response {
    let to = back.map_or_else(|| format!("/{lang}/account/pledges"), str::to_owned);
    see_other(&to, session_cookie(session, &services.facts))
}

/// Ends this browser's session.
pub(super) async fn sign_out(
    State(services): State<Services>,
    Path(lang): Path<String>,
    request: Request<Body>,
) -> Response {
    let (parts, _) = request.into_parts();
    let own = match signed_in(&services, &parts.headers).await {
        Ok(own) => own,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    if let Some(own) = own {
        let end = async move |tx: &mut _| end_session(tx, own.user, own.session).await;
        if let Err(error) = services.desk.db.write(end).await {
            return unavailable(services, parts, &error).await;
        }
    }
    signed_out(&services, &format!("/{lang}"))
}

fn signed_out(services: &Services, to: &str) -> Response {
    see_other(to, no_session_cookie(&services.facts))
}

/// Which session is to end: one, or all.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SecurityForm {
    #[serde(rename = "do")]
    deed: String,
    session: String,
}

/// Ends one of one's other sessions, or all.
pub(super) async fn security(
    State(services): State<Services>,
    Path(lang): Path<String>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: SecurityForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let own = match signed_in(&services, &parts.headers).await {
        Ok(Some(own)) => own,
        Ok(None) => return again(services, parts, StatusCode::FORBIDDEN, ()).await,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let db = &services.desk.db;
    let (done, to) = if form.deed == "all" {
        (db.write(async move |tx| end_sessions_of(tx, own.user).await).await, format!("/{lang}/sign-in"))
    } else {
        let Ok(session) = form.session.parse::<Uuid>() else {
            return StatusCode::UNPROCESSABLE_ENTITY.into_response();
        };
        let end = async move |tx: &mut _| end_session(tx, own.user, session).await;
        (db.write(end).await, format!("/{lang}/account/security"))
    };
    match done {
        Err(error) => not_saved(services, parts, &error, ()).await,
        Ok(()) if form.deed == "all" => signed_out(&services, &to),
        Ok(()) => see_other(&to, None),
    }
}
