//! Who is of a campaign's team: whoever began it answers for it, and is joined by others. Each of them may do
//! what a team may, none of them decides about the campaign or is matched for backing it.

use multitude_domain::campaigns::MEMBERS_MAX;
use multitude_domain::id::{CampaignId, UserId};
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;

use super::life::{ChangeCampaignError, find_for};
use super::sql;
use crate::db::Tx;
use crate::pledges::rematch::rematch_member;
use crate::rows;

/// Takes somebody into the team; what they pledged to it is matched no longer. Whoever is of it stays of it.
///
/// # Errors
/// [`ChangeCampaignError::TeamFull`] beyond [`MEMBERS_MAX`]; [`ChangeCampaignError::Denied`] or
/// [`ChangeCampaignError::NoCampaign`] for whoever is not of the team. Nothing changed then.
pub async fn add_member(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    member: UserId,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::ManageTeam).await?;
    if found.team.contains(&member) {
        return Ok(());
    }
    if found.team.len() >= MEMBERS_MAX {
        return Err(ChangeCampaignError::TeamFull);
    }
    let now = tx.now().await?;
    rows!(tx, sqlx::query(sql::ADD_MEMBER).bind(campaign.uuid()).bind(member.uuid()).bind(now.as_micros()))?;
    permit.write_down(tx, found.done("add_member").concerning(Some(member))).await?;
    Ok(rematch_member(tx, campaign, member).await?)
}

/// Lets somebody leave the team; whoever answers for the campaign stays. What they pledged to it is not
/// matched afterwards either: `campaign_former_members` keeps that they were of it.
///
/// # Errors
/// [`ChangeCampaignError::Denied`] or [`ChangeCampaignError::NoCampaign`] for whoever is not of the team.
pub async fn remove_member(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    member: UserId,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::ManageTeam).await?;
    if rows!(tx, sqlx::query(sql::REMOVE_MEMBER).bind(campaign.uuid()).bind(member.uuid()))? == 1 {
        permit.write_down(tx, found.done("remove_member").concerning(Some(member))).await?;
    }
    Ok(())
}
