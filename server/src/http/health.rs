//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use http::StatusCode;
use multitude_app::Services;
use multitude_domain::time::Span;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers and agrees on the time.
pub(super) async fn ready(State(services): State<Services>) -> (StatusCode, String) {
    match services.desk.db.skew().await {
        Ok(skew) if agrees(skew) => (StatusCode::OK, "ok\n".to_owned()),
        Ok(skew) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the database's clock is {} ms ahead\n", skew.as_micros() / 1_000),
        ),
        Err(error) => {
            tracing::error!("the database does not answer: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
    }
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
