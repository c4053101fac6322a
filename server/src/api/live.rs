//! Campaigns' totals as they move: server-sent events, one stream for each listener.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Request};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{Stream, StreamExt as _};
use http::{HeaderName, HeaderValue, StatusCode};
use multitude_domain::campaigns::CampaignState;
use multitude_domain::time::Span;
use multitude_domain::view::{CampaignSummary, CampaignTotals};
use multitude_platform::live::Live;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::asked::{Asked, senseless};
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
/// As long as there are no more in all, lists may have one too: half of the places are for whoever looks at one
/// campaign. Of one address, and in all.
const LISTS_MAX: (usize, usize) = (OF_ADDRESS_MAX / 2, IN_ALL_MAX / 2);
/// In one stream: more than any page lists.
const LISTED_MAX: usize = 48;
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

    fn listen(&self, address: String, (of_address, in_all): (usize, usize)) -> Result<Listener, Problem> {
        let place = self.taken.take(address, of_address, in_all).map_err(|full| match full {
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
    let listener = streams.listen(address_of_request(&request), (OF_ADDRESS_MAX, IN_ALL_MAX))?;
    let Some(summary) = streams.campaigns.watch(slug).await? else {
        return Err(Problem::no_campaign());
    };
    Ok(stream(listener, events(streams.stop.clone(), summary, |summary| TotalsBody::from(summary))))
}

/// Which campaigns a list shows.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    campaigns: String,
}

/// What each event of a list's stream carries.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedTotalsBody {
    /// The campaign's name in addresses.
    slug: String,
    #[serde(flatten)]
    totals: TotalsBody,
}

/// The totals of several campaigns in one stream of server-sent events: each at once, and whenever it has
/// moved, at most four times a second. Those that there are not are left out.
#[utoipa::path(
    get,
    operation_id = "watch_campaigns",
    path = "/live",
    params(("campaigns" = String, Query, description = "their names in addresses, with commas between them; at most 48")),
    responses(
        (status = 200, body = ListedTotalsBody, content_type = "text/event-stream", description = "each event's data is such an object"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "no campaigns are named, or too many"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "there is none of these campaigns"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u64)),
            description = "this address listens often enough"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u64)),
            description = "as many listen as the server carries (`live.full`), or the database does not answer")
    )
)]
pub(super) async fn watch_listed(
    Extension(streams): Extension<Arc<Streams>>,
    Asked(Listed { campaigns }): Asked<Listed>,
    request: Request,
) -> Result<Response, Problem> {
    let slugs: BTreeSet<&str> = campaigns.split(',').filter(|slug| !slug.is_empty()).collect();
    if slugs.is_empty() || slugs.len() > LISTED_MAX {
        return Err(senseless("between 1 and 48 campaigns are named, with commas between them".to_owned()));
    }
    let listener = streams.listen(address_of_request(&request), LISTS_MAX)?;
    let watched = streams.campaigns.watch_all(slugs.into_iter().map(str::to_owned).collect()).await?;
    let body = |summary: &CampaignSummary| ListedTotalsBody {
        slug: summary.slug.clone(),
        totals: TotalsBody::from(summary),
    };
    let all: Vec<_> =
        watched.into_iter().map(|summary| events(streams.stop.clone(), summary, body).boxed()).collect();
    if all.is_empty() {
        return Err(Problem::no_campaign());
    }
    Ok(stream(listener, futures::stream::select_all(all)))
}

/// An answer that goes on for as long as there are events. The listener is counted until it ends.
fn stream<S>(listener: Listener, events: S) -> Response
where
    S: Stream<Item = Result<Event, Infallible>> + Send + 'static,
{
    let held = events.map(move |event| {
        let _ = &listener;
        event
    });
    let alive = KeepAlive::new().interval(HEARTBEAT).text("alive");
    let mut response = Sse::new(held).keep_alive(alive).into_response();
    // Proxies that gather an answer before they pass it on would never pass this one on.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(unbuffered, HeaderValue::from_static("no"));
    response
}

/// Ends where the server stops, or where the campaign is no longer public.
fn events<B: Serialize>(
    stop: CancellationToken,
    mut summary: watch::Receiver<CampaignSummary>,
    body: impl Fn(&CampaignSummary) -> B + Copy + Send,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    summary.mark_changed();
    futures::stream::unfold(summary, move |mut summary| {
        let stop = stop.clone();
        async move {
            stop.run_until_cancelled_owned(summary.changed()).await?.ok()?;
            let body = body(&summary.borrow_and_update());
            let event = Event::default().retry(COME_BACK_AFTER).json_data(body).ok()?;
            Some((Ok(event), summary))
        }
    })
}
