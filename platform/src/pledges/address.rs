//! Where a reward is sent to. It is asked for after success, so that nobody's address lies here for a pledge
//! that came to nothing; it goes when its person is erased.

use multitude_domain::permission::Actor;
use multitude_domain::permission::pledges::Deed;
use multitude_domain::pledges::{AddressFault, PostalAddress};

use super::change::done;
use super::find::find_receipt;
use super::lock::lock_pledges;
use super::receipt::{find_by_receipt, find_permit};
use super::sql;
use super::to_move::find_to_move;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::rows;

/// Why an address was not kept.
#[derive(Debug, thiserror::Error)]
pub enum GiveAddressError {
    /// There is no such receipt, or it is not the actor's.
    #[error("no such receipt")]
    NotFound,
    /// Nothing is sent for this pledge, or not now.
    #[error("nothing is sent for this pledge now")]
    NothingToSend,
    /// It is no address.
    #[error("{} fields are no address", .0.len())]
    Invalid(Vec<AddressFault>),
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for GiveAddressError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl CarriesStoreError for GiveAddressError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NotFound | Self::NothingToSend | Self::Invalid(_) => None,
        }
    }
}

/// The backer says where the reward goes, from the pledge being paid until everything is delivered; the last
/// word counts.
///
/// # Errors
/// [`GiveAddressError`]; nothing changed then.
pub async fn give_address(
    tx: &mut Tx,
    actor: &Actor,
    receipt: &str,
    address: &PostalAddress,
) -> Result<(), GiveAddressError> {
    let holder = find_by_receipt(tx, receipt).await?.ok_or(GiveAddressError::NotFound)?;
    let id = holder.pledge();
    let record = find_to_move(tx, id).await?.ok_or(GiveAddressError::NotFound)?;
    let permit = find_permit(tx, actor, holder.into(), &record, Deed::ManagePledge).await?;
    let permit = permit.ok_or(GiveAddressError::NotFound)?;
    // Whoever erases its person now is waited for: nobody is left to send to then.
    lock_pledges(tx, &[id.uuid()]).await?;
    let view = find_receipt(tx, receipt).await?.ok_or(GiveAddressError::NotFound)?;
    let region = view.region_to_send_to().filter(|_| view.email.is_some());
    let region = region.ok_or(GiveAddressError::NothingToSend)?;
    let address = address.checked(region).map_err(GiveAddressError::Invalid)?;
    let now = tx.now().await?;
    rows!(
        tx,
        sqlx::query(sql::GIVE_ADDRESS)
            .bind(id.uuid())
            .bind(&address.name)
            .bind(&address.street)
            .bind(&address.postcode)
            .bind(&address.town)
            .bind(&address.country)
            .bind(now.as_micros())
    )?;
    permit.write_down(tx, done(&record, "address")).await?;
    Ok(())
}
