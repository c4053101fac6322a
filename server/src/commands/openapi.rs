//! `openapi`: prints what describes the API.

use std::io::Write;

use crate::api;
use crate::error::ServeError;

/// Writes the description of the API.
pub(crate) fn print(mut to: impl Write) -> Result<(), ServeError> {
    api::document()
        .map_err(std::io::Error::from)
        .and_then(|document| to.write_all(document.as_bytes()))
        .map_err(|error| ServeError::Io { what: "openapi".to_owned(), error })
}
