//! Reading the demo world's mails.

use multitude_domain::time::Timestamp;
use multitude_domain::view::CapturedMailView;
use uuid::Uuid;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;

/// The newest mails, at most `limit`; only those to `email` where one is given.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_captured(
    tx: &mut Tx,
    email: Option<&str>,
    limit: i64,
) -> Result<Vec<CapturedMailView>, StoreError> {
    let rows: Vec<(Uuid, String, String, String, i64)> = on!(tx, c => sqlx::query_as(sql::CAPTURED)
        .bind(email.unwrap_or_default()).bind(limit).fetch_all(c).await)?;
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

/// A mail as HTML, if there is such a one.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_captured_html(tx: &mut Tx, id: Uuid) -> Result<Option<String>, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::CAPTURED_HTML).bind(id).fetch_optional(c).await)?)
}
