//! The demo world: a database that was made for it and never holds real money.

mod sql;
mod world;

use multitude_domain::time::Timestamp;

use crate::campaigns::{CreateCampaignError, create_campaign};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{on, rows};

pub use world::WorldError;

/// Why the demo world cannot be served from a database.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database was not made for the demo world.
    #[error(
        "this database was not made by --demo; name another one, so that nothing in it is mixed with the demo world"
    )]
    NotDemo,
    /// The demo world's own texts are broken.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A campaign could not be created.
    #[error(transparent)]
    Create(#[from] CreateCampaignError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for DemoError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::NotDemo | Self::World(_) => None,
            Self::Create(error) => error.store_error(),
            Self::Store(error) => Some(error),
        }
    }
}

/// Whether the database holds the demo world.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn is_demo(tx: &mut Tx) -> Result<bool, StoreError> {
    let origin: String = on!(tx, c => sqlx::query_scalar(sql::ORIGIN).fetch_one(c).await)?;
    Ok(origin == "demo")
}

/// Makes an empty database the demo world, as it is on the day of `now`; leaves a demo world as it is.
///
/// # Errors
/// [`DemoError::NotDemo`] where the database holds anything else; [`DemoError::Store`] where it does not answer.
pub async fn prepare_demo(tx: &mut Tx) -> Result<(), DemoError> {
    if is_demo(tx).await? {
        return Ok(());
    }
    let held: i64 =
        on!(tx, c => sqlx::query_scalar(sql::COUNT_HELD).fetch_one(c).await).map_err(StoreError::from)?;
    if held > 0 {
        return Err(DemoError::NotDemo);
    }
    rows!(tx, sqlx::query(sql::BECOME_DEMO)).map_err(StoreError::from)?;
    let now: Timestamp = tx.now().await?;
    for campaign in world::campaigns(now)? {
        create_campaign(tx, &campaign).await?;
    }
    Ok(())
}
