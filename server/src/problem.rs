//! What went wrong, as a machine reads it.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use multitude_domain::time::Span;
use multitude_platform::ErrorKind;
use multitude_platform::db::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use multitude_app::acts::Wait;

/// After so long the database may be back.
const SOON: Wait = Wait::new(Span::seconds(2));

/// An error in one field of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// The field, as the request names it.
    pub(crate) field: String,
    /// The stable code.
    pub(crate) code: String,
    /// For people.
    pub(crate) detail: String,
}

/// A problem (RFC 9457): its code is stable, its texts are not.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldProblem>,
    /// When another try may succeed; said in a header.
    after: Option<Wait>,
}

/// The body of an answer that is a [`Problem`].
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// What kind of problem: a URN that ends in `code`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in a word or two.
    #[schema(value_type = String)]
    title: &'static str,
    /// The status, again.
    status: u16,
    /// The stable code.
    #[schema(value_type = String)]
    code: &'static str,
    /// For people.
    detail: String,
    /// What is wrong field by field; absent where no field is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), after: None }
    }

    pub(crate) fn with_errors(self, errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..self }
    }

    /// What a use case ended with.
    pub(crate) fn of_kind(kind: ErrorKind, code: &'static str, said: &impl std::fmt::Display) -> Self {
        let status = match kind {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, code, said.to_string())
    }

    /// A status that a library or a layer answered with, and what it said to that.
    pub(crate) fn of(status: StatusCode, said: &str) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => "bad_request",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "media_type",
            StatusCode::UNPROCESSABLE_ENTITY => "invalid",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            other if other.is_server_error() => "bug",
            _ => "refused",
        };
        let said = if said.is_empty() { status.canonical_reason().unwrap_or_default() } else { said };
        Self::new(status, code, said)
    }

    /// The database did not answer; the cause goes to the log.
    pub(crate) fn unavailable(error: &StoreError) -> Self {
        tracing::error!(%error, "the database did not do it");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again in a moment").after(SOON)
    }

    /// Too much came from one place.
    pub(crate) fn too_many(wait: Wait) -> Self {
        let detail = format!("too many requests; try again in {} s", wait.seconds());
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).after(wait)
    }

    /// There is no such campaign, or none that is public.
    pub(crate) fn no_campaign() -> Self {
        Self::new(StatusCode::NOT_FOUND, "campaign.not_found", "no such campaign")
    }

    /// This program is wrong; how goes to the log.
    pub(crate) fn bug(cause: &dyn std::error::Error) -> Self {
        tracing::error!(error = %cause, "the API could not answer");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "bug", "this should not happen; nothing was stored")
    }

    /// When another try may succeed.
    pub(crate) fn after(self, wait: Wait) -> Self {
        Self { after: Some(wait), ..self }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::unavailable(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: format!("urn:multitude:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            errors: self.errors,
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds()));
        }
        response
    }
}

/// Whether programs read what is answered at this path.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Nothing is there.
pub(crate) async fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "the API has nothing at this address")
}
