//! Routes and layers. What a page shows is decided in `app`, what happens in `platform`.

mod acts;
mod answers;
mod assets;
mod calendar_file;
mod canonical;
mod charset;
mod controls;
mod csrf;
mod demo_clock;
mod demo_mails;
mod demo_roles;
mod doors;
mod headers;
mod health;
mod ledger_file;
mod micro_cache;
mod refusals;
mod request_ids;
mod secrets;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::{HeaderValue, Method, StatusCode, header};
use multitude_app::Services;
use multitude_app::acts::Policy;
use tower::ServiceBuilder;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::address::{self, TrustedProxies};
use crate::api::Streams;
use crate::limits::{self, Limits};
use crate::{api, metrics, problem};

pub(crate) use assets::site;
use csrf::OwnOrigin;
use headers::Installation;
pub(crate) use health::agrees;
use micro_cache::MicroCache;
use request_ids::RequestIds;

/// No body is larger.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// No answer takes longer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// What surrounds every request.
pub(crate) struct Surroundings {
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted: TrustedProxies,
    /// What may be asked for.
    pub(crate) limits: Limits,
    /// Who listens.
    pub(crate) streams: Arc<Streams>,
}

/// Every route of the site, behind the one spelling of every address.
pub(crate) fn router(services: Services, around: Surroundings) -> Router {
    let build = HeaderValue::from_str(&services.facts.site.build_id);
    let own = Installation {
        build: build.unwrap_or(HeaderValue::from_static("unknown")),
        is_https: services.facts.is_https(),
    };
    let own_origin = OwnOrigin::of(&services.facts.public_url);
    let ids = RequestIds::new(services.desk.db.ambient().clone());
    // Only the demo world has a clock that can be moved.
    let demo = if services.facts.is_demo {
        Router::new()
            .route("/demo/clock", post(demo_clock::advance))
            .route("/demo/enter", post(demo_roles::enter))
            .route("/demo/mails/{id}", get(demo_mails::html))
    } else {
        Router::new()
    };
    // All in one, the outermost first: each call of `Router::layer` would put one more box around every
    // route.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(around.trusted, address::learn))
        .layer(SetRequestIdLayer::x_request_id(ids))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn(metrics::count))
        .layer(from_fn_with_state(own, headers::secure))
        .layer(Extension(MicroCache::new()))
        .layer(Extension(around.streams))
        .layer(Extension(around.limits))
        .layer(Extension(services.clone()))
        .layer(from_fn_with_state(services.clone(), refusals::worded))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(controls::refuse))
        .layer(from_fn_with_state(own_origin, csrf::same_origin_only))
        .layer(from_fn(charset::utf8_only))
        .layer(from_fn(doors::remember_language));
    let routes = Router::new()
        .merge(demo)
        .route("/", get(doors::home))
        .route("/theme", post(doors::choose_theme))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/pkg/{*name}", get(assets::file))
        .route("/fonts/{*name}", get(assets::file))
        .route("/favicon.svg", get(assets::file))
        .route("/robots.txt", get(assets::file))
        .route(
            "/{lang}/c/{slug}/ledger.csv",
            get(ledger_file::csv).layer(from_fn_with_state(Policy::Api, limits::by_address)),
        )
        .route(
            "/{lang}/c/{slug}/deadline.ics",
            get(calendar_file::deadline).layer(from_fn_with_state(Policy::Api, limits::by_address)),
        )
        .nest("/api/v1", api::routes())
        .merge(acts::routes())
        .fallback(elsewhere)
        .with_state(services)
        .layer(layers);
    // Around the routes: a layer of theirs would come after a route is found.
    Router::new().fallback_service(ServiceBuilder::new().map_request(canonical::spelled).service(routes))
}

/// What no route names: a page, which is only read; for programs there is nothing.
async fn elsewhere(
    State(services): State<Services>,
    Extension(cache): Extension<MicroCache>,
    request: Request,
) -> Response {
    if problem::is_api(request.uri().path()) {
        return problem::no_route().await.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD")]).into_response();
    }
    micro_cache::page(services, cache, request).await
}

/// What the log says of a request, beside whatever goes wrong in it: its id, no query, and no token.
fn span<B>(request: &http::Request<B>) -> tracing::Span {
    let path = request.uri().path();
    let path = secrets::before_secret(path).map_or_else(|| path.to_owned(), |before| format!("{before}…"));
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::error_span!("request", id, method = %request.method(), path)
}
