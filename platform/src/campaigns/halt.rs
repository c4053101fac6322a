//! Pausing a campaign, letting it go on, ending it. What follows an end (nobody is charged, transfers go
//! back) is settlement's; so is giving up one whose deadline passed while it was suspended.

use multitude_domain::campaigns::{CampaignAction, SUSPENDED_WAIT};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::pledges::charges_end;
use multitude_domain::time::Timestamp;

use super::life::{ChangeCampaignError, find_for, move_campaign, move_with_note};
use crate::db::Tx;

/// A moderator pauses a live campaign and says why: nobody pledges, nobody is charged.
///
/// # Errors
/// [`ChangeCampaignError::Note`] without a reason.
pub async fn suspend_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    reason: &str,
) -> Result<(), ChangeCampaignError> {
    let found = find_for(tx, actor, campaign, Deed::SuspendCampaign).await?;
    move_with_note(tx, actor, found, CampaignAction::Suspend, reason).await
}

/// A moderator lets a campaign go on. Its deadline has not moved: where it passed meanwhile, the campaign
/// closes now.
///
/// # Errors
/// [`ChangeCampaignError::TooLate`] 14 days after the deadline, and where no backer may be charged any more.
pub async fn resume_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::SuspendCampaign).await?;
    found.state.apply(CampaignAction::Resume)?;
    let now = tx.now().await?;
    let ends = |end: Timestamp| end.plus(SUSPENDED_WAIT).min(charges_end(end, found.currency));
    if found.closes_at.is_some_and(|end| ends(end) <= now) {
        return Err(ChangeCampaignError::TooLate);
    }
    move_campaign::<ChangeCampaignError>(tx, campaign, found.state, CampaignAction::Resume, now).await?;
    permit.write_down(tx, found.done(CampaignAction::Resume.name())).await?;
    Ok(())
}

/// The team or a moderator ends a campaign that has not opened or is suspended, and says why. Everybody is
/// released.
///
/// # Errors
/// [`ChangeCampaignError::Wrong`] for a live one: it is suspended first.
pub async fn cancel_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    reason: &str,
) -> Result<(), ChangeCampaignError> {
    let found = find_for(tx, actor, campaign, Deed::CancelCampaign).await?;
    move_with_note(tx, actor, found, CampaignAction::Cancel, reason).await
}
