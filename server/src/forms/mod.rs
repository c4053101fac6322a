//! Forms of the pages. Each posts to the page it stands on: what is wrong comes back as that page with its right
//! status and everything that was typed; what worked leads on with 303. So every form works without scripts (ADR 6).

mod checkout;
mod receipt;
mod sign_in;

pub(crate) use sign_in::enter;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use multitude_app::Services;
use multitude_platform::db::StoreError;
use serde::de::DeserializeOwned;

/// No form is larger.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// The pages with forms; what is only read stays with the other pages.
pub(crate) fn routes() -> Router<Services> {
    Router::new()
        .route("/{lang}/c/{slug}/pledge", get(page).post(checkout::support))
        .route("/{lang}/c/{slug}/pledge/you", get(page).post(checkout::you))
        .route("/{lang}/c/{slug}/pledge/pay", get(page).post(checkout::pay))
        .route("/{lang}/c/{slug}/pledge/hold", post(checkout::keep))
        .route("/{lang}/p/{token}", get(page).post(receipt::act))
        .route("/{lang}/p/{token}/confirm/{proof}", get(page).post(receipt::confirm))
        .route("/{lang}/sign-in", get(page).post(sign_in::ask))
        .route("/{lang}/sign-in/code", get(page).post(sign_in::code))
        .route("/{lang}/sign-in/{token}", get(page).post(sign_in::link))
        .route("/{lang}/sign-out", post(sign_in::sign_out))
        .route("/{lang}/account/security", get(page).post(sign_in::security))
}

/// A page that is only read.
pub(crate) async fn page(State(services): State<Services>, request: Request<Body>) -> Response {
    multitude_app::render_page(services, request, || ()).await
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

/// The database did not do it.
pub(crate) fn unavailable(error: &StoreError) -> Response {
    tracing::error!(%error, "the database did not do it");
    (StatusCode::SERVICE_UNAVAILABLE, "Nothing was lost. Try again in a moment.\n").into_response()
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
    let bytes = to_bytes(body, FORM_BYTES_MAX)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "This form is too large.\n").into_response())?;
    serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| (StatusCode::BAD_REQUEST, "This is not what the form sends.\n").into_response())
}

/// The network address a request came from, by /64 where it is of version 6.
fn address(parts: &Parts) -> String {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()) {
        Some(std::net::IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(ip) => ip.to_string(),
        None => String::new(),
    }
}
