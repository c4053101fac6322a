//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use http::StatusCode;
use multitude_app::Services;
use multitude_domain::time::{Span, Timestamp};
use multitude_platform::db::Db;
use tokio::sync::Mutex;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// When something was last saved, and whether it was: however often this is asked, that is tried once a
/// second.
static BEAT: Mutex<Option<(Timestamp, bool)>> = Mutex::const_new(None);
/// How long that is so.
const FRESH_FOR: Span = Span::seconds(1);

/// The database saves what it is given, agrees on the time, and the time is to be believed.
pub(super) async fn ready(State(services): State<Services>) -> (StatusCode, String) {
    let db = &services.desk.db;
    if !saves(db).await {
        return (StatusCode::SERVICE_UNAVAILABLE, "nothing can be saved\n".to_owned());
    }
    let (skew, clock) = match (db.skew().await, db.check_clock().await) {
        (Ok(skew), Ok(clock)) => (skew, clock),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!("the database does not answer: {error}");
            return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned());
        }
    };
    match clock {
        Ok(()) if agrees(skew) => (StatusCode::OK, "ok\n".to_owned()),
        Ok(()) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the database's clock is {} ms ahead\n", skew.as_micros() / 1_000),
        ),
        Err(jump) => (StatusCode::SERVICE_UNAVAILABLE, format!("{jump}; nothing is decided by it\n")),
    }
}

async fn saves(db: &Db) -> bool {
    let mut last = BEAT.lock().await;
    let now = db.ambient().now();
    if let Some((at, saves)) = *last
        && (at..at.plus(FRESH_FOR)).contains(&now)
    {
        return saves;
    }
    let beat = db.beat().await;
    if let Err(error) = &beat {
        tracing::error!("nothing can be saved: {error}");
    }
    *last = Some((now, beat.is_ok()));
    beat.is_ok()
}

/// More than this between the database's clock and ours, and deadlines would not mean the same.
const SKEW_MAX: Span = Span::seconds(1);

/// Whether the database's clock and ours agree well enough to decide deadlines by either.
pub(crate) const fn agrees(skew: Span) -> bool {
    skew.as_micros().unsigned_abs() <= SKEW_MAX.as_micros().unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_second_either_way_is_too_much() {
        assert!(agrees(Span::ZERO) && agrees(Span::micros(1_000_000)) && agrees(Span::micros(-1_000_000)));
        assert!(!agrees(Span::micros(1_000_001)) && !agrees(Span::micros(-1_900_000)));
    }
}
