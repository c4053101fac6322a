//! Where a reward goes.

use leptos::prelude::*;
use multitude_domain::pledge::{AddressFault, PostalAddress};
use multitude_domain::view::ReceiptView;
use multitude_platform::pledges::find_receipt;

use super::{Failed, failed};
use crate::Services;
use crate::answer::{keep_address, keep_to_itself};

/// What the form gets back.
#[derive(Debug, Clone)]
pub struct AddressReply {
    /// What was typed.
    pub typed: PostalAddress,
    /// What is to be put right.
    pub faults: Vec<AddressFault>,
}

/// The form, and the pledge it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPageView {
    /// The pledge.
    pub receipt: ReceiptView,
    /// What was typed or kept; at first the backer's name.
    pub address: PostalAddress,
    /// What is to be put right.
    pub faults: Vec<AddressFault>,
}

/// Loads the form that asks where a reward goes; nothing where there is no such receipt.
pub(crate) async fn load_address(token: String) -> Result<Option<AddressPageView>, Failed> {
    let services = expect_context::<Services>();
    let reply = use_context::<AddressReply>();
    keep_to_itself();
    keep_address();
    let found =
        services.desk.db.read(async move |tx| find_receipt(tx, &token).await).await.map_err(failed)?;
    Ok(found.map(|receipt| {
        let (typed, faults) = reply.map(|reply| (reply.typed, reply.faults)).unzip();
        let named = || PostalAddress { name: receipt.name.clone(), ..PostalAddress::default() };
        AddressPageView {
            address: typed.or_else(|| receipt.address.clone()).unwrap_or_else(named),
            faults: faults.unwrap_or_default(),
            receipt,
        }
    }))
}
