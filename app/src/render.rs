//! The two ways to a page: for a request, and for one that is refused.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, header};

use crate::session::signed_in;
use crate::shell::render;
use crate::{Refusal, Services};

/// Renders the page at the request's address, whole, with `context` provided to it.
pub async fn render_page(
    services: Services,
    request: Request<Body>,
    context: impl FnOnce() + Send,
) -> Response {
    match signed_in(&services, request.headers()).await {
        Ok(whoever) => render(services, request, whoever, context).await,
        Err(error) => {
            tracing::error!(%error, "a session could not be looked up");
            render_refusal(services, request, Refusal::Unavailable).await
        }
    }
}

/// The refusal as a page, in the language of the request's address. Nobody is looked up for it: it shows as to somebody who
/// is not signed in.
pub async fn render_refusal(services: Services, request: Request<Body>, refusal: Refusal) -> Response {
    let (parts, _) = request.into_parts();
    let request = Request::from_parts(parts, Body::empty());
    let mut response =
        render(services, request, None, move || leptos::prelude::provide_context(refusal)).await;
    *response.status_mut() = refusal.status();
    if let Some(seconds) = refusal.seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
