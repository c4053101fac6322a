//! Why a door gave no answer: nothing was decided, and the same may be sent again. Refusals are answers and
//! none of this.

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Deserialize, Serialize};

/// The code of what the database did not keep.
pub(super) const NOT_SAVED: &str = "not_saved";

/// Whoever calls functions sees it as a problem (RFC 9457), as from the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// The status; 0 where nothing was heard of the server.
    pub status: u16,
    /// The stable code; empty where the answer could not be read.
    #[serde(default)]
    pub code: String,
    /// When another try may succeed.
    #[serde(skip)]
    pub seconds: Option<u32>,
}

impl AppError {
    /// An error that this code stands for.
    pub fn new(status: u16, code: &str) -> Self {
        Self { status, code: code.to_owned(), seconds: None }
    }

    /// The connection broke, before the request or after it.
    pub fn lost() -> Self {
        Self::new(0, "lost")
    }

    /// An answer that nobody can read.
    pub fn unreadable(status: u16) -> Self {
        Self::new(status, "")
    }

    /// The arguments are none.
    pub fn not_understood() -> Self {
        Self::new(422, "invalid")
    }

    /// With when to try again.
    #[must_use]
    pub fn after(self, seconds: Option<u32>) -> Self {
        Self { seconds, ..self }
    }
}

impl FromServerFnError for AppError {
    type Encoder = ProblemJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::not_understood(),
            ServerFnErrorErr::Request(_) => Self::lost(),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::new(500, "bug"),
        }
    }

    fn status_code(&self) -> http::StatusCode {
        http::StatusCode::from_u16(self.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The encoding of an error: a problem.
#[derive(Debug)]
pub struct ProblemJson;

impl ContentType for ProblemJson {
    const CONTENT_TYPE: &'static str = "application/problem+json";
}

impl FormatType for ProblemJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<AppError> for ProblemJson {
    type Error = serde_json::Error;

    fn encode(error: &AppError) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(error).map(Bytes::from)
    }
}

impl Decodes<AppError> for ProblemJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<AppError, Self::Error> {
        serde_json::from_slice(&bytes)
    }
}
