//! What the platform takes of what campaigns collect. A campaign keeps what holds when it opens.

mod sql;

use multitude_domain::fees::{BasisPoints, FeeSchedule};
use multitude_domain::money::Currency;
use multitude_domain::permission::installation::Deed;
use multitude_domain::permission::{Actor, Relations};

use crate::audit::{Done, Target, permit};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::{on, rows};

/// Why the share stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SetFeeError {
    /// The actor may not.
    #[error("not allowed")]
    Denied,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for SetFeeError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Denied => None,
        }
    }
}

/// The fees of a campaign in that currency that opens now.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_fees(tx: &mut Tx, currency: Currency) -> Result<FeeSchedule, StoreError> {
    let share: i64 = on!(tx, c => sqlx::query_scalar(sql::SHARE).fetch_one(c).await)?;
    let bad = |_| StoreError::Impossible { table: "instance", column: "platform_fee_bp", id: "1".to_owned() };
    let platform = BasisPoints::new(u32::try_from(share).map_err(bad)?);
    Ok(FeeSchedule { platform, ..FeeSchedule::default_for(currency) })
}

/// An operator decides what campaigns pay that open from now on.
///
/// # Errors
/// [`SetFeeError::Denied`] for whoever may not.
pub async fn set_platform_fee(tx: &mut Tx, actor: &Actor, share: BasisPoints) -> Result<(), SetFeeError> {
    let permit = permit(actor, Deed::SetFees, &Relations::none()).ok_or(SetFeeError::Denied)?;
    let share = i64::from(share.get());
    rows!(tx, sqlx::query(sql::SET_SHARE).bind(share)).map_err(StoreError::from)?;
    permit.write_down(tx, Done::to(Target::Installation, format!("{share} bp"))).await?;
    Ok(())
}
