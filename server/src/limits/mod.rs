//! How much one address, or one e-mail address, may ask for. Acts name their [`Policy`] and are counted at
//! their doors; routes of the API by a layer: `.layer(from_fn_with_state(Policy::Api, limits::by_address))`.

mod bucket;
mod places;

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use multitude_app::acts::{Policy, Wait};
use multitude_app::{Refusal, Services, render_refusal};
use multitude_domain::time::Span;
use multitude_platform::ambient::Ambient;

use bucket::{Buckets, Rate};
pub(crate) use places::{Full, Place, Places};

use crate::address::address_of_request;
use crate::metrics::METRICS;
use crate::problem::{self, Problem};

/// The name in metrics and logs.
const fn name(policy: Policy) -> &'static str {
    match policy {
        Policy::Api => "api",
        Policy::Step => "step",
        Policy::Pledge => "pledge",
        Policy::PledgeEmail => "pledge_email",
        Policy::SignIn => "sign_in",
        Policy::SignInEmail => "sign_in_email",
    }
}

/// Generous to a school hall of 300 behind one address, each of whom pledges at their second try.
const fn rate(policy: Policy) -> Rate {
    match policy {
        Policy::Api => Rate { burst: 600, every: Span::micros(50_000) },
        Policy::Step => Rate { burst: 2_400, every: Span::micros(250_000) },
        Policy::Pledge | Policy::SignIn => Rate { burst: 320, every: Span::seconds(3) },
        Policy::PledgeEmail => Rate { burst: 10, every: Span::seconds(60) },
        Policy::SignInEmail => Rate { burst: 3, every: Span::minutes(20) },
    }
}

/// Counts and refuses. Cheap to clone; every request carries it.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    ambient: Ambient,
    /// None where limits are off.
    buckets: Option<Arc<Mutex<Buckets>>>,
}

/// Whether limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RateLimits {
    /// They do.
    On,
    /// They do not: for load tests, never with real money.
    Off,
}

impl Limits {
    pub(crate) fn new(ambient: Ambient, limits: RateLimits) -> Self {
        let buckets = match limits {
            RateLimits::On => Some(Arc::new(Mutex::new(Buckets::keyed_by(ambient.bytes())))),
            RateLimits::Off => None,
        };
        Self { ambient, buckets }
    }

    /// Counts one of `policy` for `who`, in wall time; or says how long to wait.
    pub(crate) fn take(&self, policy: Policy, who: &str) -> Result<(), Wait> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = buckets.take(name(policy), who, rate(policy), self.ambient.now());
        if counted.is_err() {
            METRICS.limited(name(policy));
        }
        counted
    }

    /// Counts one no longer.
    pub(crate) fn give_back(&self, policy: Policy, who: &str) {
        if let Some(buckets) = &self.buckets {
            let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
            buckets.give_back(name(policy), who, rate(policy));
        }
    }
}

/// The layer for routes of the API: counts each request by address. Acts count at their doors.
pub(crate) async fn by_address(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let limits = request.extensions().get::<Limits>();
    match limits.map_or(Ok(()), |limits| limits.take(policy, &address_of_request(&request))) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait, request).await,
    }
}

/// The refusal: a problem for programs, for people a page in their language.
async fn too_many(wait: Wait, request: Request) -> Response {
    let services = request.extensions().get::<Services>().cloned();
    match services {
        Some(services) if !is_api(&request) => {
            render_refusal(services, request, Refusal::TooMany { seconds: wait.seconds() }).await
        }
        Some(_) | None => Problem::too_many(wait).into_response(),
    }
}

/// Inside the API's routes the address is cut; the whole one is beside it.
fn is_api(request: &Request) -> bool {
    let whole = request.extensions().get::<OriginalUri>().map_or(request.uri(), |whole| &whole.0);
    problem::is_api(whole.path())
}
