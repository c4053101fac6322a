//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use http::StatusCode;
use multitude_app::Services;

/// More than this between the database's clock and ours, and deadlines would not mean the same.
const SKEW_SECONDS_MAX: i64 = 1;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers and agrees on the time.
pub(super) async fn ready(State(services): State<Services>) -> (StatusCode, String) {
    match services.desk.db.skew().await {
        Ok(skew) if skew.as_seconds().abs() <= SKEW_SECONDS_MAX => (StatusCode::OK, "ok\n".to_owned()),
        Ok(skew) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the database's clock is {} s ahead\n", skew.as_seconds()),
        ),
        Err(error) => {
            tracing::error!("the database does not answer: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
    }
}
