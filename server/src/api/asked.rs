//! What a query asks for: a parameter without a value asks for nothing, whichever it is.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A query's parameters; those that are empty are absent.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self).map_err(|error| senseless(error.to_string()))
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, serde_urlencoded::de::Error> {
    let pairs: Vec<(&str, &str)> =
        query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    let is_given = |value: &str| {
        let value = value.replace('+', " ");
        !percent_encoding::percent_decode_str(&value).decode_utf8_lossy().trim().is_empty()
    };
    let given: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| is_given(value))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    serde_urlencoded::from_str(&given.join("&"))
}

/// The refusal of a query that makes no sense.
pub(super) fn senseless(why: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "query", why)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    struct Wanted {
        topic: Option<String>,
        limit: Option<i64>,
    }

    #[test]
    fn empty_is_absent() {
        let nothing = Wanted { topic: None, limit: None };
        for query in ["", "topic=&limit=", "topic&limit", "topic=+%20%09", "&&other="] {
            assert_eq!(read::<Wanted>(query).unwrap(), nothing, "{query}");
        }
        let both = Wanted { topic: Some("a b".to_owned()), limit: Some(7) };
        assert_eq!(read::<Wanted>("topic=&topic=a+b&limit=7").unwrap(), both);
        assert!(read::<Wanted>("limit=x").is_err());
    }
}
