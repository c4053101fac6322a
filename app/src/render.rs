//! The ways to a page: for a request, for one that is refused, for a form that was, and for one that cannot
//! be saved now.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use leptos::prelude::provide_context;

use crate::accounts::session::signed_in;
use crate::acts::{Reply, Visit};
use crate::frame::ReadOnly;
use crate::shell::render;
use crate::{Refusal, Services};

/// Renders the page at the request's address, whole.
pub async fn render_page(services: Services, request: Request<Body>) -> Response {
    match signed_in(&services, request.headers()).await {
        Ok(whoever) => render(services, request, whoever, None, || ()).await,
        Err(error) => {
            tracing::error!(%error, "a session could not be looked up");
            render_refusal(services, request, Refusal::Unavailable).await
        }
    }
}

/// The refusal as a page, in the language of the request's address. Nobody is looked up for it: it shows as
/// to somebody who is not signed in.
pub async fn render_refusal(services: Services, request: Request<Body>, refusal: Refusal) -> Response {
    let (parts, _) = request.into_parts();
    let request = Request::from_parts(parts, Body::empty());
    let mut response = render(services, request, None, None, move || provide_context(refusal)).await;
    put_off(&mut response, refusal);
    response
}

/// Renders the page at the request's address for whoever visits, with what its form was answered.
pub(crate) async fn render_again(visit: &Visit, request: Request<Body>, reply: Reply) -> Response {
    render(visit.services().clone(), request, visit.who().cloned(), Some(reply), || ()).await
}

/// As [`render_again`], under a line that says that nothing can be saved now; none where the page cannot be
/// read either.
pub(crate) async fn render_read_only(
    visit: &Visit,
    request: Request<Body>,
    reply: Reply,
) -> Option<Response> {
    let banner = || provide_context(ReadOnly);
    let mut response =
        render(visit.services().clone(), request, visit.who().cloned(), Some(reply), banner).await;
    (response.status() == StatusCode::OK).then(|| {
        put_off(&mut response, Refusal::Unavailable);
        response
    })
}

/// Says that it is not what was asked for, and when it is worth asking again.
fn put_off(response: &mut Response, refusal: Refusal) {
    *response.status_mut() = refusal.status();
    if let Some(seconds) = refusal.seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
