//! Reading the demo world's mails.

use multitude_domain::time::Timestamp;
use multitude_domain::view::CapturedMailView;
use uuid::Uuid;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;

/// Which of the captured mails somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    /// Every one.
    All,
    /// Those to one address.
    To(String),
    /// None.
    None,
}

impl Captured {
    /// The address they have to be to, as the statements want it: empty for all; none where nothing is looked
    /// for.
    fn address(&self) -> Option<&str> {
        match self {
            Self::All => Some(""),
            Self::To(email) => Some(email),
            Self::None => None,
        }
    }
}

/// The newest mails that somebody sees, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_captured(
    tx: &mut Tx,
    seen: &Captured,
    limit: i64,
) -> Result<Vec<CapturedMailView>, StoreError> {
    let Some(address) = seen.address() else { return Ok(Vec::new()) };
    let rows: Vec<(Uuid, String, String, String, i64)> = on!(tx, c => sqlx::query_as(sql::CAPTURED)
        .bind(address).bind(limit).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, email, subject, text, at)| CapturedMailView {
            id: id.to_string(),
            email,
            subject,
            text,
            at: Timestamp::from_micros(at),
        })
        .collect())
}

/// A mail as HTML, if there is such a one that somebody sees.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_captured_html(
    tx: &mut Tx,
    seen: &Captured,
    id: Uuid,
) -> Result<Option<String>, StoreError> {
    let Some(address) = seen.address() else { return Ok(None) };
    Ok(on!(tx, c => sqlx::query_scalar(sql::CAPTURED_HTML).bind(id).bind(address).fetch_optional(c).await)?)
}
