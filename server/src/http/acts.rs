//! The doors of acts: where forms are posted to, and where functions are called. What an act does is decided
//! in `app`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{Request, StatusCode, Uri};
use multitude_app::Services;
use multitude_app::acts::{Act, Asked, FUNCTIONS, Gate, Noted, Policy, Wait, by_form, by_function};
use multitude_domain::locale::Locale;

use super::answers::{page, see_other};
use crate::address::address_of;
use crate::limits::Limits;
use crate::metrics::METRICS;

/// Every act's form, below its language, and every function.
pub(super) fn routes() -> Router<Services> {
    let forms = Act::ALL.iter().fold(Router::new(), |routes, &act| {
        let form = async move |State(services): State<Services>, request: Request<Body>| {
            let (parts, body) = request.into_parts();
            by_form(act, asked(services, parts), body).await
        };
        let shown = if act.is_at_its_page() { get(page) } else { get(lead_back) };
        routes.route(&format!("/{{lang}}/{}", act.address()), shown.post(form))
    });
    forms.route_layer(from_fn(in_a_language)).route(&format!("{FUNCTIONS}{{*name}}"), post(function))
}

fn asked(services: Services, parts: Parts) -> Asked {
    let gate: Arc<dyn Gate> = match parts.extensions.get::<Limits>() {
        Some(limits) => Arc::new(limits.clone()),
        // A router without limits is no router of ours.
        None => Arc::new(Closed),
    };
    Asked { services, address: address_of(&parts), gate, parts }
}

async fn function(State(services): State<Services>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    by_function(asked(services, parts), body).await
}

impl Gate for Limits {
    fn take(&self, policy: Policy, who: &str) -> Result<(), Wait> {
        Self::take(self, policy, who)
    }

    fn give_back(&self, policy: Policy, who: &str) {
        Self::give_back(self, policy, who);
    }

    fn note(&self, noted: Noted) {
        match noted {
            Noted::Pledged => METRICS.pledge("form"),
            Noted::Refused(act, kind) => METRICS.refused(act.endpoint(), kind),
        }
    }
}

/// Lets nobody in.
#[derive(Debug)]
struct Closed;

impl Gate for Closed {
    fn take(&self, _: Policy, _: &str) -> Result<(), Wait> {
        Err(Wait::new(multitude_domain::time::Span::seconds(1)))
    }

    fn give_back(&self, _: Policy, _: &str) {}

    fn note(&self, _: Noted) {}
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

/// A form's address that has no page, opened again by somebody who came from there: the page above it.
async fn lead_back(uri: Uri) -> Response {
    let (before, _) = uri.path().rsplit_once('/').unwrap_or_default();
    see_other(before, None)
}
