//! What a coach decides about a campaign that was sent in and is not accepted as it is.

use multitude_domain::campaigns::CampaignAction;
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;

use super::life::{ChangeCampaignError, find_for, move_with_note};
use crate::db::Tx;

/// A coach asks for changes and says which.
///
/// # Errors
/// [`ChangeCampaignError::Note`] without a word about them.
pub async fn request_changes(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    note: &str,
) -> Result<(), ChangeCampaignError> {
    let found = find_for(tx, actor, campaign, Deed::ReviewCampaign).await?;
    move_with_note(tx, actor, found, CampaignAction::RequestChanges, note).await
}

/// A coach does not accept a campaign and says why.
///
/// # Errors
/// [`ChangeCampaignError::Note`] without a reason.
pub async fn decline_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    reason: &str,
) -> Result<(), ChangeCampaignError> {
    let found = find_for(tx, actor, campaign, Deed::ReviewCampaign).await?;
    move_with_note(tx, actor, found, CampaignAction::Decline, reason).await
}
