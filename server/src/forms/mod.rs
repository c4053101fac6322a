//! Forms of the pages. Each posts to the page it stands on: what is wrong comes back as that page with its right
//! status and everything that was typed; what worked leads on with 303. So every form works without scripts (ADR 6).

mod address;
mod change;
mod checkout;
mod follow;
mod receipt;
mod sign_in;
mod statement;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, Uri, header};
use multitude_app::{Refusal, Services};
use multitude_domain::locale::Locale;
use multitude_platform::db::StoreError;
use serde::de::DeserializeOwned;
pub(crate) use sign_in::enter;

use crate::limits::{self, Policy};

/// No form is larger.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// The pages with forms; what is only read stays with the other pages.
pub(crate) fn routes() -> Router<Services> {
    let limited = |policy| from_fn_with_state(policy, limits::by_address);
    let pledging = Router::new()
        .route("/{lang}/c/{slug}/pledge", get(page).post(checkout::support))
        .route("/{lang}/c/{slug}/pledge/you", get(page).post(checkout::you))
        .route("/{lang}/c/{slug}/pledge/pay", get(page).post(checkout::pay))
        .route("/{lang}/c/{slug}/pledge/hold", get(lead_back).post(checkout::keep))
        .route("/{lang}/p/{token}", get(page).post(receipt::act))
        .route("/{lang}/p/{token}/address", get(page).post(address::give))
        .route("/{lang}/p/{token}/change", get(page).post(change::choose))
        .route("/{lang}/p/{token}/change/agree", get(page).post(change::agree))
        .route("/{lang}/p/{token}/confirm/{proof}", get(page).post(receipt::confirm))
        .layer(limited(Policy::Pledge));
    let mailing = Router::new()
        .route("/{lang}/sign-in", get(page).post(sign_in::ask))
        .route("/{lang}/sign-in/code", get(page).post(sign_in::code))
        .route("/{lang}/sign-in/{token}", get(page).post(sign_in::link))
        .route("/{lang}/c/{slug}/notify", get(page).post(follow::ask))
        .route("/{lang}/follow/{token}", get(page).post(follow::act))
        .layer(limited(Policy::SignIn));
    Router::new()
        .merge(pledging)
        .merge(mailing)
        .route("/{lang}/sign-out", get(lead_back).post(sign_in::sign_out))
        .route("/{lang}/c/{slug}/deliver", get(page).post(statement::state))
        .route("/{lang}/account/security", get(page).post(sign_in::security))
        .route_layer(from_fn(in_a_language))
}

/// A form leads on to an address that begins as its own did: with a language, and with nothing else.
async fn in_a_language(request: Request<Body>, next: Next) -> Response {
    let lang = request.uri().path().split('/').nth(1).unwrap_or_default();
    if request.method().is_safe() || lang.parse::<Locale>().is_ok() {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// A page that is only read.
pub(crate) async fn page(State(services): State<Services>, request: Request<Body>) -> Response {
    multitude_app::render_page(services, request, || ()).await
}

/// A form's address that has no page, opened again by somebody who came from there: the page before it.
async fn lead_back(uri: Uri) -> Response {
    let (before, _) = uri.path().rsplit_once('/').unwrap_or_default();
    see_other(before, None)
}

/// The page a form stands on, again, with what to put right.
async fn again<T: Clone + Send + Sync + 'static>(
    services: Services,
    parts: Parts,
    status: StatusCode,
    reply: T,
) -> Response {
    let request = Request::from_parts(parts, Body::empty());
    let provide = move || leptos::prelude::provide_context(reply.clone());
    let mut response = multitude_app::render_page(services, request, provide).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// Leads on.
pub(crate) fn see_other(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// What a form sent.
async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Response> {
    let bytes =
        to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    understood(&bytes).ok_or_else(|| StatusCode::UNPROCESSABLE_ENTITY.into_response())
}

/// No field of a form has control characters, but for the ends of lines in longer texts.
fn understood<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).ok()?;
    let is_plain = |text: &str| text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    let are_plain = pairs.iter().all(|(name, value)| is_plain(name) && is_plain(value));
    are_plain.then(|| serde_urlencoded::from_bytes(bytes).ok())?
}

/// The page a form stands on, again, with what was typed, under a line that says that nothing can be saved now. Where nothing can
/// be read either, that is what is said.
async fn not_saved<T: Clone + Send + Sync + 'static>(
    services: Services,
    parts: Parts,
    error: &StoreError,
    reply: T,
) -> Response {
    let request = Request::from_parts(parts.clone(), Body::empty());
    let page = multitude_app::render_read_only(services.clone(), request, reply).await;
    if page.status() != StatusCode::SERVICE_UNAVAILABLE {
        return unavailable(services, parts, error).await;
    }
    tracing::error!(%error, "the database did not do it");
    page
}

/// The page that says that the database did not do it.
pub(crate) async fn unavailable(services: Services, parts: Parts, error: &StoreError) -> Response {
    tracing::error!(%error, "the database did not do it");
    limits::refuse(services, Request::from_parts(parts, Body::empty()), Refusal::Unavailable).await
}
