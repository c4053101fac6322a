//! What goes on, counted for whoever watches the installation. Counters begin with the process.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header;
use multitude_platform::db::{Db, WAIT_BOUNDS_US, WriteWaits};

/// The process's counters.
pub(crate) static METRICS: Metrics = Metrics(Mutex::new(Counts {
    requests: BTreeMap::new(),
    pledges: BTreeMap::new(),
    limited: BTreeMap::new(),
    refused: BTreeMap::new(),
    streams: 0,
}));

/// Every counter. Names come from this program, never from a request: what they may be is bounded.
#[derive(Debug)]
pub(crate) struct Metrics(Mutex<Counts>);

#[derive(Debug, Clone)]
struct Counts {
    requests: BTreeMap<(&'static str, u16), u64>,
    pledges: BTreeMap<&'static str, u64>,
    limited: BTreeMap<&'static str, u64>,
    refused: BTreeMap<(&'static str, &'static str), u64>,
    streams: i64,
}

impl Metrics {
    fn with<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn request(&self, class: &'static str, status: u16) {
        self.with(|counts| *counts.requests.entry((class, status)).or_default() += 1);
    }

    /// A pledge was placed, through the API or a form.
    pub(crate) fn pledge(&self, door: &'static str) {
        self.with(|counts| *counts.pledges.entry(door).or_default() += 1);
    }

    /// A limit refused.
    pub(crate) fn limited(&self, policy: &'static str) {
        self.with(|counts| *counts.limited.entry(policy).or_default() += 1);
    }

    /// An act was refused, through whichever door.
    pub(crate) fn refused(&self, act: &'static str, kind: &'static str) {
        self.with(|counts| *counts.refused.entry((act, kind)).or_default() += 1);
    }

    /// A live stream began, or ended.
    pub(crate) fn streams(&self, change: i64) {
        self.with(|counts| counts.streams = counts.streams.saturating_add(change));
    }
}

/// The layer: counts every request by what kind of thing was asked for.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let class = class(request.uri().path());
    let response = next.run(request).await;
    METRICS.request(class, response.status().as_u16());
    response
}

fn class(path: &str) -> &'static str {
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "api" => "api",
        "pkg" | "fonts" | "favicon.svg" | "robots.txt" => "file",
        "healthz" | "readyz" => "health",
        _ => "page",
    }
}

/// `/metrics`, for a listener of its own.
pub(crate) fn routes(db: Db) -> Router {
    Router::new().route("/metrics", get(show)).with_state(db)
}

async fn show(State(db): State<Db>) -> Response {
    let counts = METRICS.with(|counts| counts.clone());
    let text = text(&counts, &db.write_waits());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The text format of Prometheus. Writing to a String cannot fail.
fn text(counts: &Counts, waits: &WriteWaits) -> String {
    let mut out = String::new();
    let head = |out: &mut String, name: &str, kind: &str, help: &str| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
    };
    head(&mut out, "multitude_requests_total", "counter", "Answered requests by kind of route and status.");
    for ((class, status), count) in &counts.requests {
        let _ = writeln!(out, "multitude_requests_total{{route=\"{class}\",status=\"{status}\"}} {count}");
    }
    head(&mut out, "multitude_pledges_total", "counter", "Pledges placed, by door.");
    for (door, count) in &counts.pledges {
        let _ = writeln!(out, "multitude_pledges_total{{door=\"{door}\"}} {count}");
    }
    head(&mut out, "multitude_rate_limited_total", "counter", "Requests refused by a limit, by policy.");
    for (policy, count) in &counts.limited {
        let _ = writeln!(out, "multitude_rate_limited_total{{policy=\"{policy}\"}} {count}");
    }
    head(&mut out, "multitude_acts_refused_total", "counter", "Acts that were refused, by act and how.");
    for ((act, kind), count) in &counts.refused {
        let _ = writeln!(out, "multitude_acts_refused_total{{act=\"{act}\",kind=\"{kind}\"}} {count}");
    }
    head(&mut out, "multitude_live_streams", "gauge", "Open streams of live totals.");
    let _ = writeln!(out, "multitude_live_streams {}", counts.streams);
    let name = "multitude_write_wait_seconds";
    head(&mut out, name, "histogram", "How long writes waited for their turn at the database.");
    for (bound, count) in WAIT_BOUNDS_US.iter().zip(waits.classes) {
        let _ = writeln!(out, "{name}_bucket{{le=\"{}\"}} {count}", seconds(*bound));
    }
    let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {}", waits.count);
    let _ = writeln!(out, "{name}_sum {}\n{name}_count {}", seconds(waits.sum_us), waits.count);
    out
}

fn seconds(us: u64) -> String {
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_have_few_kinds_whatever_is_asked_for() {
        let kinds =
            ["/api/v1/campaigns/x", "/api/v2", "/pkg/a.js", "/readyz", "/de/c/x", "//", ""].map(class);
        assert_eq!(kinds, ["api", "api", "file", "health", "page", "page", "page"]);
    }

    #[test]
    fn text_is_what_prometheus_reads() {
        let counts = Counts {
            requests: BTreeMap::from([(("page", 200), 3)]),
            pledges: BTreeMap::from([("api", 1)]),
            limited: BTreeMap::new(),
            refused: BTreeMap::from([(("pledges/pay", "conflict"), 4)]),
            streams: 2,
        };
        let waits = WriteWaits { classes: [1; 6], count: 1, sum_us: 1_500, tried_again: 0 };
        let text = text(&counts, &waits);
        assert!(text.contains("multitude_requests_total{route=\"page\",status=\"200\"} 3\n"));
        assert!(text.contains("multitude_acts_refused_total{act=\"pledges/pay\",kind=\"conflict\"} 4\n"));
        assert!(text.contains("multitude_write_wait_seconds_bucket{le=\"0.005000\"} 1\n"));
        assert!(text.contains("multitude_write_wait_seconds_sum 0.001500\n"));
    }
}
