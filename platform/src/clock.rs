//! An operator's word that the clock is right, after it jumped ([`Db::check_clock`]).

use multitude_domain::permission::installation::Deed;
use multitude_domain::permission::{Actor, Relations};

use crate::audit::{Done, Target, permit};
use crate::db::{CarriesStoreError, Db, StoreError};

/// Why the clock was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmClockError {
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ConfirmClockError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Says that the clock is right now; processes that rest go on.
///
/// # Errors
/// [`ConfirmClockError::Denied`] for whoever may not.
pub async fn confirm_clock(db: &Db, actor: &Actor, why: Option<&str>) -> Result<(), ConfirmClockError> {
    let wall = db.wall().await?;
    let (actor, why) = (actor.clone(), why.map(str::to_owned));
    db.write(async move |tx| {
        let permit = permit(&actor, Deed::ConfirmClock, &Relations::none());
        let permit = permit.ok_or(ConfirmClockError::Denied)?;
        tx.believe_clock(wall).await?;
        tx.explain(why.as_deref());
        permit.write_down(tx, Done::to(Target::Installation, "")).await?;
        Ok(())
    })
    .await
}
