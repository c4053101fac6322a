//! Mails that were given up, once the mail server takes them.

use multitude_domain::permission::installation::Deed;
use multitude_domain::permission::{Actor, Relations};

use super::sql;
use crate::audit::{Done, Target, permit};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::rows;

/// Why no mail is tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryMailsError {
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for RetryMailsError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Lets mails that were given up be sent after all, as long as they are remembered. Says how many. What they
/// say is written anew: one that has nothing to say any more is not sent.
///
/// # Errors
/// [`RetryMailsError::Denied`] for whoever may not.
pub async fn retry_failed(tx: &mut Tx, actor: &Actor) -> Result<u64, RetryMailsError> {
    let permit = permit(actor, Deed::RetryMails, &Relations::none()).ok_or(RetryMailsError::Denied)?;
    let now = tx.now().await?.as_micros();
    let waiting = rows!(tx, sqlx::query(sql::RETRY_FAILED).bind(now)).map_err(StoreError::from)?;
    permit.write_down(tx, Done::to(Target::Installation, format!("{waiting} mails"))).await?;
    Ok(waiting)
}
