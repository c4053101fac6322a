//! Asking once more for the proof of a pledge's address.

use std::collections::HashSet;

use multitude_domain::email::count_email;
use multitude_domain::id::PledgeId;
use multitude_domain::time::{Span, Timestamp};

use super::{Addressee, Addressees, PledgeLetter, sql};
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::mail::{LetterKind, NewMail, Proofs, queue};
use crate::on;

/// As often is an address asked to be proved within [`RESEND_WITHIN`]: by the first mail, and by hand.
/// Reminders are apart.
const CONFIRMATIONS_MAX: i64 = 4;
const RESEND_WITHIN: Span = Span::hours(24);

/// Why a mail was not queued again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// It was sent often enough for today.
    #[error("sent often enough")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ResendError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::TooMany => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Sends the mail that proves a pledge's address once more, if there is anything to prove.
///
/// # Errors
/// [`ResendError::TooMany`] after several in a day, or after several for its address in an hour.
pub async fn resend_confirmation(tx: &mut Tx, pledge: PledgeId) -> Result<(), ResendError> {
    let now = tx.now().await?;
    let since = Timestamp::from_micros(now.as_micros().saturating_sub(RESEND_WITHIN.as_micros()));
    let count: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_OF_PLEDGE)
        .bind(pledge.uuid()).bind(since.as_micros()).fetch_one(c).await)
    .map_err(StoreError::from)?;
    if count >= CONFIRMATIONS_MAX {
        return Err(ResendError::TooMany);
    }
    let pledge = pledge.uuid();
    match Addressees::find(tx, &[pledge]).await?.0.remove(&pledge) {
        Some(Addressee { email, is_proved: false, .. }) => {
            let proofs = Proofs::find(tx, HashSet::from([count_email(&email)])).await?;
            if !proofs.have_room_for(&email) {
                return Err(ResendError::TooMany);
            }
            let kind = LetterKind::Pledge(PledgeLetter::Confirm);
            Ok(queue(tx, &[NewMail::about(pledge, kind, email, now)]).await?)
        }
        Some(Addressee { is_proved: true, .. }) | None => Ok(()),
    }
}
