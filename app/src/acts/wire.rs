//! What goes in and what comes out, the same for every act: a further act costs the browser's module next to
//! nothing.

use multitude_domain::fault::{Fault, Said};
use serde::{Deserialize, Serialize};

/// A form's names and values, in its own order.
pub type Pairs = Vec<(String, String)>;

/// What a form sends to a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The address that the form would be posted to: it says the language, and what the act is about.
    pub at: String,
    /// What the form holds.
    pub pairs: Pairs,
}

/// What an act answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is done: this path of the site comes next.
    LeadOn(String),
    /// Nothing was done.
    Refused(Refused),
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// How it is refused.
    pub kind: Kind,
    /// What is to be put right, field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// What stands in the way, where it is not what was typed. Where this says nothing either, the page as it
    /// stands now does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Said>,
    /// Fields that nobody sees and that hold something else from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anew: Pairs,
}

/// How an act refuses; the status of a page follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something that was typed is wrong.
    Invalid,
    /// It does not fit how things stand.
    Conflict,
    /// There is no such thing, or not for whoever asks.
    NotFound,
    /// Whoever asks may not.
    Denied,
    /// It was done as often as is allowed; once more after so many seconds.
    TooMany {
        /// How long to wait.
        seconds: u32,
    },
}

impl Answer {
    /// Done.
    pub fn lead_on(path: impl Into<String>) -> Self {
        Self::LeadOn(path.into())
    }

    /// Something is to be put right.
    pub fn faults(faults: Vec<Fault>) -> Self {
        Self::Refused(Refused { faults, ..Refused::of(Kind::Invalid) })
    }

    /// Something stands in the way.
    pub fn because(kind: Kind, refusal: Said) -> Self {
        Self::Refused(Refused { refusal: Some(refusal), ..Refused::of(kind) })
    }

    /// Something stands in the way, and the page says what.
    pub fn as_it_stands(kind: Kind) -> Self {
        Self::Refused(Refused::of(kind))
    }
}

#[cfg(feature = "ssr")]
impl Answer {
    /// With what an unseen field holds from now on.
    #[must_use]
    pub(crate) fn with_anew(mut self, field: &str, value: String) -> Self {
        if let Self::Refused(refused) = &mut self {
            refused.anew.push((field.to_owned(), value));
        }
        self
    }
}

impl Refused {
    /// Refused, and nothing said yet.
    pub(crate) const fn of(kind: Kind) -> Self {
        Self { kind, faults: Vec::new(), refusal: None, anew: Vec::new() }
    }

    /// Whether this is what stood in the way.
    pub(crate) fn says(&self, code: &str) -> bool {
        self.refusal.as_ref().is_some_and(|said| said.code == code)
    }
}

/// What a page is given whose form was refused: which, what was typed, and why.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) act: super::Act,
    pub(crate) typed: super::Typed,
    /// None where it could not be saved.
    pub(crate) refused: Option<Refused>,
}

#[cfg(feature = "ssr")]
impl Kind {
    pub(crate) const fn status(self) -> http::StatusCode {
        match self {
            Self::Invalid => http::StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict => http::StatusCode::CONFLICT,
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::Denied => http::StatusCode::FORBIDDEN,
            Self::TooMany { .. } => http::StatusCode::TOO_MANY_REQUESTS,
        }
    }

    pub(crate) const fn seconds(self) -> Option<u32> {
        match self {
            Self::TooMany { seconds } => Some(seconds),
            Self::Invalid | Self::Conflict | Self::NotFound | Self::Denied => None,
        }
    }

    /// The name in metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::TooMany { .. } => "too_many",
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn answers_are_small_and_plain() {
        let json = |answer: &Answer| serde_json::to_string(answer).unwrap();
        assert_eq!(json(&Answer::lead_on("/de")), r#"{"lead_on":"/de"}"#);
        assert_eq!(
            json(&Answer::faults(vec![Fault::plain("email", "account.email")])),
            r#"{"refused":{"kind":"invalid","faults":[{"field":"email","code":"account.email"}]}}"#
        );
        assert_eq!(
            json(&Answer::because(Kind::TooMany { seconds: 5 }, Said::plain("receipt.sent_often"))),
            r#"{"refused":{"kind":{"too_many":{"seconds":5}},"refusal":{"code":"receipt.sent_often"}}}"#
        );
    }
}
