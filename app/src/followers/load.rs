//! Who wants to hear that a campaign opens.

use leptos::prelude::*;
use multitude_domain::view::{CampaignSummary, FollowView};
use multitude_platform::campaigns::find_summary;
use multitude_platform::followers::find_follow;

use crate::Services;
use crate::answer::{keep_address, keep_to_itself};
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};

/// The form, and the campaign it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyView {
    /// The campaign.
    pub campaign: CampaignSummary,
    /// The address that was typed, or the account's.
    pub email: String,
    /// The account's address, where somebody is signed in.
    pub own_email: Option<String>,
}

/// Loads the form that asks for an address; nothing where there is no such campaign.
pub(crate) async fn load_notify(slug: String, typed: Option<String>) -> Result<Option<NotifyView>, Failed> {
    let services = expect_context::<Services>();
    let own_email = whoever().map(|own| own.email);
    let found = services.desk.db.read(async move |tx| find_summary(tx, &slug).await).await.map_err(failed)?;
    Ok(found.map(|campaign| NotifyView {
        campaign,
        email: typed.or_else(|| own_email.clone()).unwrap_or_default(),
        own_email,
    }))
}

/// Loads what the mailed link is about; nothing where nobody waits by it any more.
pub(crate) async fn load_follow(token: String) -> Result<Option<FollowView>, Failed> {
    keep_to_itself();
    keep_address();
    let services = expect_context::<Services>();
    services.desk.db.read(async move |tx| find_follow(tx, &token).await).await.map_err(failed)
}
