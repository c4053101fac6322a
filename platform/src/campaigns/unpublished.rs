//! A campaign that is being written or reviewed, as its page will show it.

use multitude_domain::permission::Actor;
use multitude_domain::view::CampaignView;

use super::find::{Seen, find_whole};
use super::life::{CampaignNote, find_id, find_standing, read_notes};
use crate::db::{StoreError, Tx};

/// A campaign that is not public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpublishedCampaign {
    /// As it would be public.
    pub campaign: CampaignView,
    /// What whoever reviewed it wrote, the newest first.
    pub notes: Vec<CampaignNote>,
}

/// The campaign of that slug while it is not public, for its team and its readers; nothing for everybody
/// else.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_unpublished(
    tx: &mut Tx,
    actor: &Actor,
    slug: &str,
) -> Result<Option<UnpublishedCampaign>, StoreError> {
    let Some(id) = find_id(tx, slug).await? else { return Ok(None) };
    let standing = find_standing(tx, id).await?;
    if standing.is_none_or(|found| found.state.is_public() || !found.may_be_seen(actor)) {
        return Ok(None);
    }
    let Some(campaign) = find_whole(tx, slug, Seen::All).await? else { return Ok(None) };
    Ok(Some(UnpublishedCampaign { campaign, notes: read_notes(tx, id).await? }))
}
