//! Answers that several routes give.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use multitude_app::{Refusal, Services, render_page, render_refusal};
use multitude_platform::db::StoreError;

/// A page that is only read.
pub(super) async fn page(State(services): State<Services>, request: Request<Body>) -> Response {
    render_page(services, request).await
}

/// Leads on.
pub(super) fn see_other(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The page that says that the database did not do it.
pub(super) async fn unavailable(services: Services, parts: Parts, error: &StoreError) -> Response {
    tracing::error!(%error, "the database did not do it");
    render_refusal(services, Request::from_parts(parts, Body::empty()), Refusal::Unavailable).await
}
