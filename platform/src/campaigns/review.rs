//! What a coach decides about a campaign that was sent in.

use multitude_domain::campaign::CampaignAction;
use multitude_domain::id::CampaignId;
use multitude_domain::permission::{Actor, Deed};
use multitude_domain::time::{Span, Timestamp};

use super::life::{ChangeCampaignError, find_for, move_campaign, move_with_note};
use super::sql;
use super::submit::unmet;
use crate::db::{StoreError, Tx};
use crate::{on, rows};

/// No start lies further away.
const START_WITHIN: Span = Span::days(365);

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
    move_with_note(tx, actor, &found, CampaignAction::RequestChanges, note).await
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
    move_with_note(tx, actor, &found, CampaignAction::Decline, reason).await
}

/// A coach accepts a campaign; it opens at `opens_at` and closes at the end of its last day in Zurich. Goal and dates
/// stand from here on. Says when it closes.
///
/// # Errors
/// [`ChangeCampaignError::Start`] where the start is not to come, or too far away; [`ChangeCampaignError::Unmet`] where
/// with these dates something is promised too early.
pub async fn schedule_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    opens_at: Timestamp,
) -> Result<Timestamp, ChangeCampaignError> {
    let found = find_for(tx, actor, campaign, Deed::ReviewCampaign).await?;
    found.state.apply(CampaignAction::Schedule)?;
    let now = tx.now().await?;
    let latest = now.plus(START_WITHIN);
    if opens_at <= now || opens_at > latest {
        return Err(ChangeCampaignError::Start { earliest: now, latest });
    }
    let run_days: Option<i64> =
        on!(tx, c => sqlx::query_scalar(sql::RUN_DAYS).bind(campaign.uuid()).fetch_one(c).await)?;
    let last_day = opens_at.in_zurich().day.plus_days(run_days.unwrap_or(0));
    let faults = unmet(tx, campaign, Some(last_day)).await?;
    if !faults.is_empty() {
        return Err(ChangeCampaignError::Unmet(faults));
    }
    let closes_at = last_day.end_in_zurich();
    let set = rows!(
        tx,
        sqlx::query(sql::SET_DATES)
            .bind(campaign.uuid())
            .bind(found.state.name())
            .bind(opens_at.as_micros())
            .bind(closes_at.as_micros())
    )?;
    if set != 1 {
        return Err(StoreError::ChangedMeanwhile { what: "campaign" }.into());
    }
    move_campaign::<ChangeCampaignError>(tx, campaign, found.state, CampaignAction::Schedule, now).await?;
    Ok(closes_at)
}
