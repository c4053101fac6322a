//! A page that stands in for the one that was asked for: the server did nothing, and says when to try again. It is whole
//! without scripts and loads none.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};

use crate::{Services, render_page};

/// After so long the database may be back.
const AGAIN_SECONDS: u32 = 5;

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too much came from one place.
    TooMany {
        /// When one more is taken.
        seconds: u32,
    },
    /// The database does not answer.
    Unavailable,
}

impl Refusal {
    const fn status(self) -> StatusCode {
        match self {
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn seconds(self) -> u32 {
        match self {
            Self::TooMany { seconds } => seconds,
            Self::Unavailable => AGAIN_SECONDS,
        }
    }
}

/// The refusal as a page, in the language of the request's address.
pub async fn render_refusal(services: Services, request: Request<Body>, refusal: Refusal) -> Response {
    let (parts, _) = request.into_parts();
    let request = Request::from_parts(parts, Body::empty());
    let mut response =
        render_page(services, request, move || leptos::prelude::provide_context(refusal)).await;
    *response.status_mut() = refusal.status();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(refusal.seconds()));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
