//! How much one address, or one e-mail address, may ask for. A route gets a limit by one line:
//! `.route("/{lang}/sign-in", get(page).post(ask).layer(from_fn_with_state(Policy::SignIn, limits::by_address)))`;
//! a handler counts by e-mail with [`Limits::take`], once it knows one.

mod bucket;
mod places;

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::Method;
use multitude_app::{Refusal, Services};
use multitude_domain::time::Span;
use multitude_platform::ambient::Ambient;

use bucket::{Buckets, Rate};
pub(crate) use places::{Full, Place, Places};

use crate::address::address_of_request;
use crate::metrics::METRICS;
use crate::problem::{self, Problem};
use crate::wait::Wait;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Policy {
    /// Anything asked of the API, by address.
    Api,
    /// Pledges and what changes them, by address.
    Pledge,
    /// Pledges, by the backer's e-mail address, as [`count_email`](multitude_domain::email::count_email) tells them apart.
    PledgeEmail,
    /// Signing in and whatever else sends a mail, by address.
    SignIn,
    /// Signing in, by address and e-mail address together: fewer than the address gets from everybody.
    SignInEmail,
}

impl Policy {
    /// The name in metrics and logs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Pledge => "pledge",
            Self::PledgeEmail => "pledge_email",
            Self::SignIn => "sign_in",
            Self::SignInEmail => "sign_in_email",
        }
    }

    /// Generous to a school or an office behind one address.
    const fn rate(self) -> Rate {
        match self {
            Self::Api => Rate { burst: 600, every: Span::micros(50_000) },
            Self::Pledge => Rate { burst: 40, every: Span::seconds(3) },
            Self::PledgeEmail => Rate { burst: 10, every: Span::seconds(60) },
            Self::SignIn => Rate { burst: 10, every: Span::seconds(30) },
            Self::SignInEmail => Rate { burst: 3, every: Span::minutes(20) },
        }
    }

    /// Reading costs little; only the API counts it.
    fn counts(self, method: &Method) -> bool {
        match self {
            Self::Api => true,
            Self::Pledge | Self::PledgeEmail | Self::SignIn | Self::SignInEmail => !method.is_safe(),
        }
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
        let taken = buckets.take(policy.name(), who, policy.rate(), self.ambient.now());
        if taken.is_err() {
            METRICS.limited(policy.name());
        }
        taken
    }
}

/// The layer for one route: counts by address what `policy` counts.
pub(crate) async fn by_address(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let limits = request.extensions().get::<Limits>();
    let taken = match limits {
        Some(limits) if policy.counts(request.method()) => limits.take(policy, &address_of_request(&request)),
        Some(_) | None => Ok(()),
    };
    match taken {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait, request).await,
    }
}

/// The refusal: a problem for programs, for people a page in their language.
pub(crate) async fn too_many(wait: Wait, request: Request) -> Response {
    let services = request.extensions().get::<Services>().cloned();
    match services {
        Some(services) if !is_api(&request) => {
            refuse(services, request, Refusal::TooMany { seconds: wait.seconds() }).await
        }
        Some(_) | None => Problem::too_many(wait).into_response(),
    }
}

/// Inside the API's routes the address is cut; the whole one is beside it.
fn is_api(request: &Request) -> bool {
    let whole = request.extensions().get::<OriginalUri>().map_or(request.uri(), |whole| &whole.0);
    problem::is_api(whole.path())
}

/// A page that says why nothing was done, and when to try again.
pub(crate) async fn refuse(services: Services, request: Request, refusal: Refusal) -> Response {
    multitude_app::render_refusal(services, request, refusal).await
}
