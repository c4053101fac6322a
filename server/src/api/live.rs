//! A campaign's totals as they move: server-sent events, one stream for each listener.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Request};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use http::{HeaderName, HeaderValue, StatusCode};
use multitude_domain::campaigns::CampaignState;
use multitude_domain::time::Span;
use multitude_domain::view::{CampaignSummary, CampaignTotals};
use multitude_platform::live::Live;
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::schema;
use crate::address::address_of_request;
use crate::limits::{Full, Place, Places};
use crate::metrics::METRICS;
use crate::problem::{Problem, ProblemBody};
use multitude_app::acts::Wait;

/// From one address: a school or an office behind it watches together.
const OF_ADDRESS_MAX: usize = 24;
/// In all: well below the open files that a process may have where nobody raised it.
const IN_ALL_MAX: usize = 800;
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A browser that lost the stream waits so long before it asks again.
const COME_BACK_AFTER: Duration = Duration::from_secs(5);
const FULL_FOR: Wait = Wait::new(Span::seconds(30));

/// Who listens.
#[derive(Debug)]
pub(crate) struct Streams {
    campaigns: Live<CampaignSummary>,
    stop: CancellationToken,
    taken: Places,
}

/// One listener; counted no more when dropped.
#[derive(Debug)]
struct Listener(#[expect(dead_code, reason = "it is held, not looked at")] Place);

impl Streams {
    /// No listeners yet. When `stop` is told, all streams end.
    pub(crate) fn new(campaigns: Live<CampaignSummary>, stop: CancellationToken) -> Self {
        Self { campaigns, stop, taken: Places::default() }
    }

    fn listen(&self, address: String) -> Result<Listener, Problem> {
        let place = self.taken.take(address, OF_ADDRESS_MAX, IN_ALL_MAX).map_err(|full| match full {
            Full::OfAddress => Problem::too_many(FULL_FOR),
            Full::InAll => {
                let detail = "as many listen as this server carries; ask for the campaign itself meanwhile";
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "live.full", detail).after(FULL_FOR)
            }
        })?;
        METRICS.streams(1);
        Ok(Listener(place))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        METRICS.streams(-1);
    }
}

/// What each event carries. Amounts are minor units of the campaign's currency.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TotalsBody {
    goal_minor: i64,
    pledged_minor: i64,
    secured_minor: i64,
    matched_minor: i64,
    /// What was matched when its deadline decided, where it has: what is reached stands still from then on.
    decided_match_minor: Option<i64>,
    collected_minor: i64,
    backers: i64,
    #[schema(value_type = schema::CampaignState)]
    state: CampaignState,
    /// Whether its deadline has decided; one that ended without was stopped.
    is_decided: bool,
    #[schema(format = DateTime)]
    closes_at: Option<String>,
}

impl From<&CampaignSummary> for TotalsBody {
    fn from(summary: &CampaignSummary) -> Self {
        let CampaignTotals {
            goal_minor,
            pledged_minor,
            secured_minor,
            matched_minor,
            decided_match_minor,
            collected_minor,
            backers,
            state,
            is_decided,
        } = summary.totals();
        Self {
            goal_minor,
            pledged_minor,
            secured_minor,
            matched_minor,
            decided_match_minor,
            collected_minor,
            backers,
            state,
            is_decided,
            closes_at: summary.closes_at.map(|at| at.to_string()),
        }
    }
}

/// The totals as server-sent events: at once, and whenever they have moved, at most four times a second.
#[utoipa::path(
    get,
    operation_id = "watch_campaign",
    path = "/campaigns/{slug}/live",
    params(("slug" = String, Path, description = "its name in addresses")),
    responses(
        (status = 200, body = TotalsBody, content_type = "text/event-stream", description = "each event's data is such an object"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no such campaign"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u64)),
            description = "this address listens often enough"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u64)),
            description = "as many listen as the server carries (`live.full`), or the database does not answer")
    )
)]
pub(super) async fn watch(
    Extension(streams): Extension<Arc<Streams>>,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let listener = streams.listen(address_of_request(&request))?;
    let Some(summary) = streams.campaigns.watch(slug).await? else {
        return Err(Problem::no_campaign());
    };
    let alive = KeepAlive::new().interval(HEARTBEAT).text("alive");
    let mut response =
        Sse::new(events(listener, streams.stop.clone(), summary)).keep_alive(alive).into_response();
    // Proxies that gather an answer before they pass it on would never pass this one on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(unbuffered, HeaderValue::from_static("no"));
    Ok(response)
}

/// Ends where the server stops, or where the campaign is no longer public.
fn events(
    listener: Listener,
    stop: CancellationToken,
    mut summary: watch::Receiver<CampaignSummary>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    summary.mark_changed();
    futures::stream::unfold((listener, summary), move |(listener, mut summary)| {
        let stop = stop.clone();
        async move {
            stop.run_until_cancelled_owned(summary.changed()).await?.ok()?;
            let body = TotalsBody::from(&*summary.borrow_and_update());
            let event = Event::default().retry(COME_BACK_AFTER).json_data(body).ok()?;
            Some((Ok(event), (listener, summary)))
        }
    })
}
