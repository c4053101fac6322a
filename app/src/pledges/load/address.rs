//! Where a reward goes.

use leptos::prelude::*;
use multitude_domain::pledges::PostalAddress;
use multitude_domain::view::ReceiptView;
use multitude_platform::pledges::find_receipt;

use crate::Services;
use crate::answer::{keep_address, keep_to_itself};
use crate::kit::loaded::{Failed, failed};

/// The form, and the pledge it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPageView {
    /// The pledge.
    pub receipt: ReceiptView,
    /// What was typed or kept; at first the backer's name.
    pub address: PostalAddress,
}

/// Loads the form that asks where a reward goes, with what was typed into it; nothing where there is no such
/// receipt.
pub(crate) async fn load_address(
    token: String,
    typed: Option<PostalAddress>,
) -> Result<Option<AddressPageView>, Failed> {
    let services = expect_context::<Services>();
    keep_to_itself();
    keep_address();
    let found =
        services.desk.db.read(async move |tx| find_receipt(tx, &token).await).await.map_err(failed)?;
    Ok(found.map(|receipt| {
        let named = || PostalAddress { name: receipt.name.clone(), ..PostalAddress::default() };
        let address = typed.or_else(|| receipt.address.clone()).unwrap_or_else(named);
        AddressPageView { receipt, address }
    }))
}
