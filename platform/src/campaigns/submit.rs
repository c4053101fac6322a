//! What a team does with its campaign before it opens: sends it in, and takes it back.

use multitude_domain::campaigns::{CampaignAction, CampaignFault};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::time::Day;

use super::draft::read_draft;
use super::life::{ChangeCampaignError, find_for, find_standing, move_campaign};
use super::sql;
use crate::db::{StoreError, Tx};
use crate::rows;

/// Every must that a campaign does not meet if its last day is `deadline`; if its run began today where that
/// is open.
pub(super) async fn unmet(
    tx: &mut Tx,
    campaign: CampaignId,
    deadline: Option<Day>,
) -> Result<Vec<CampaignFault>, StoreError> {
    let (draft, policy) = read_draft(tx, campaign).await?;
    let today = tx.now().await?.in_zurich().day;
    let deadline = deadline.unwrap_or_else(|| today.plus_days(draft.run_days.unwrap_or(0)));
    Ok(policy.policy(draft.currency).unmet(&draft, deadline))
}

/// Every must that a campaign does not meet yet, for its team and its coaches.
///
/// # Errors
/// [`ChangeCampaignError::NoCampaign`] for everybody else.
pub async fn list_unmet(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<Vec<CampaignFault>, ChangeCampaignError> {
    let found = find_standing(tx, campaign).await?.ok_or(ChangeCampaignError::NoCampaign)?;
    if !actor.may(Deed::SeeDraft, &found.relations(actor)) {
        return Err(ChangeCampaignError::NoCampaign);
    }
    Ok(unmet(tx, campaign, None).await?)
}

/// The team sends its campaign in, for the first time or with the changes that were asked for.
///
/// # Errors
/// [`ChangeCampaignError::Unmet`] with every must that is not met.
pub async fn submit_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::EditCampaign).await?;
    found.state.apply(CampaignAction::Submit)?;
    let faults = unmet(tx, campaign, None).await?;
    if !faults.is_empty() {
        return Err(ChangeCampaignError::Unmet(faults));
    }
    let now = tx.now().await?;
    move_campaign::<ChangeCampaignError>(tx, campaign, found.state, CampaignAction::Submit, now).await?;
    permit.write_down(tx, found.done(CampaignAction::Submit.name())).await?;
    Ok(())
}

/// The team starts over, from a refusal or from a start that has not come: the campaign is a draft again,
/// without dates.
///
/// # Errors
/// [`ChangeCampaignError::Wrong`] in every other state.
pub async fn reopen_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
) -> Result<(), ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::EditCampaign).await?;
    let now = tx.now().await?;
    move_campaign::<ChangeCampaignError>(tx, campaign, found.state, CampaignAction::Reopen, now).await?;
    rows!(tx, sqlx::query(sql::CLEAR_DATES).bind(campaign.uuid()))?;
    permit.write_down(tx, found.done(CampaignAction::Reopen.name())).await?;
    Ok(())
}
