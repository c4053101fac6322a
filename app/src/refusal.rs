//! A page that stands in for the one that was asked for: the server did nothing, and says why. It is whole
//! without scripts and loads none. It asks nobody anything, so that it can be shown whatever is broken.

use http::StatusCode;

/// After so long the database may be back.
const AGAIN_SECONDS: u32 = 5;

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too much came from one place.
    TooMany {
        /// When one more is taken.
        seconds: u32,
    },
    /// The database does not answer.
    Unavailable,
    /// It took too long, or broke.
    Failed,
    /// There is nothing at this address.
    NotFound,
    /// A page of another site sent this form.
    Elsewhere,
    /// Nothing at this address is done that way.
    WrongMethod,
    /// More was sent than anything here takes.
    TooLarge,
    /// This is not what the form sends.
    NotUnderstood,
}

impl Refusal {
    /// What people are told where an answer has no words of its own.
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::FORBIDDEN => Self::Elsewhere,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            other if other.is_server_error() => Self::Failed,
            _ => Self::NotUnderstood,
        }
    }

    /// The status where it is not another's.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Elsewhere => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotUnderstood => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// When it is worth asking again, where that is known.
    pub(crate) const fn seconds(self) -> Option<u32> {
        match self {
            Self::TooMany { seconds } => Some(seconds),
            Self::Unavailable | Self::Failed => Some(AGAIN_SECONDS),
            Self::NotFound | Self::Elsewhere | Self::WrongMethod | Self::TooLarge | Self::NotUnderstood => {
                None
            }
        }
    }
}
