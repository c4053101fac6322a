//! The demo world: a database that was made for it and never holds real money.

mod backers;
mod sql;
mod world;

use multitude_domain::time::Timestamp;

use crate::campaigns::{CreateCampaignError, create_campaign, find_campaign};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::keys::Keys;
use crate::ledger::PostError;
use crate::payments::Payments;
use crate::pledges::{PlacePledgeError, confirm_email, place_pledge};
use crate::pools::{NewPool, open_pool};
use crate::{on, rows};

use backers::Given;
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
    /// A pledge could not be placed.
    #[error(transparent)]
    Place(#[from] PlacePledgeError),
    /// A pool could not be opened.
    #[error(transparent)]
    Pool(#[from] PostError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for DemoError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::NotDemo | Self::World(_) => None,
            Self::Create(error) => error.store_error(),
            Self::Place(error) => error.store_error(),
            Self::Pool(error) => error.store_error(),
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
pub async fn prepare_demo(tx: &mut Tx, keys: &Keys, payments: &Payments) -> Result<(), DemoError> {
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
    let world = world::world(now)?;
    for one in &world.campaigns {
        create_campaign(tx, &one.new).await?;
    }
    for pool in &world.pools {
        let campaign = find_campaign(tx, &pool.slug).await?.map(|view| view.summary.id);
        let new = NewPool { campaigns: campaign.into_iter().collect(), ..pool.new.clone() };
        open_pool(tx, &new).await?;
    }
    for one in &world.campaigns {
        let Some(view) = find_campaign(tx, &one.new.slug).await? else { continue };
        let given = Given { secured: one.secured, pledged: one.pledged, sold: &one.sold };
        for pledge in backers::pledges(&view, &given, now) {
            tx.tell_time(pledge.at);
            let placed = place_pledge(tx, keys, payments, &pledge.place).await?;
            if pledge.is_confirmed {
                confirm_email(tx, placed.id).await?;
            }
        }
        tx.tell_time(now);
    }
    Ok(())
}
