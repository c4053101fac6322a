//! When a campaign opens: a coach accepts it with a start, and its team may choose another until that has
//! come.

use multitude_domain::WrongState;
use multitude_domain::campaigns::{CampaignAction, CampaignState};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::time::{Span, Timestamp};

use super::event::CampaignEvent;
use super::life::{ChangeCampaignError, Standing, find_for, move_campaign};
use super::sql;
use super::submit::unmet;
use crate::db::{StoreError, Tx};
use crate::outbox::{self, Event};
use crate::{on, rows};

/// No start lies further away.
const START_WITHIN: Span = Span::days(365);

/// A coach accepts a campaign; it opens at `opens_at` and closes at the end of its last day in Zurich. Goal
/// and duration stand from here on. Says when it closes.
///
/// # Errors
/// [`ChangeCampaignError::Start`] where the start is not to come, or too far away;
/// [`ChangeCampaignError::Unmet`] where with these dates something is promised too early.
pub async fn schedule_campaign(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    opens_at: Timestamp,
) -> Result<Timestamp, ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::ReviewCampaign).await?;
    found.state.apply(CampaignAction::Schedule)?;
    let now = tx.now().await?;
    let closes_at = set_dates(tx, &found, opens_at, now).await?;
    move_campaign::<ChangeCampaignError>(tx, campaign, found.state, CampaignAction::Schedule, now).await?;
    permit.write_down(tx, found.done(how(CampaignAction::Schedule.name(), opens_at))).await?;
    Ok(closes_at)
}

/// The team of an accepted campaign chooses another start; it runs as long as it was to. Says when it closes.
///
/// # Errors
/// As [`schedule_campaign`]; [`ChangeCampaignError::Wrong`] where it is not accepted, or its start has come.
pub async fn choose_start(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    opens_at: Timestamp,
) -> Result<Timestamp, ChangeCampaignError> {
    let (found, permit) = find_for(tx, actor, campaign, Deed::EditCampaign).await?;
    let now = tx.now().await?;
    let has_come = found.opens_at.is_some_and(|at| at <= now);
    if found.state != CampaignState::Scheduled || has_come {
        return Err(WrongState { from: found.state.name(), action: "choose_start" }.into());
    }
    let closes_at = set_dates(tx, &found, opens_at, now).await?;
    outbox::add(tx, Event::Campaign(campaign, CampaignEvent::StartChosen), now).await?;
    permit.write_down(tx, found.done(how("choose_start", opens_at))).await?;
    Ok(closes_at)
}

fn how(step: &str, opens_at: Timestamp) -> String {
    format!("{step} {}", opens_at.in_zurich().day)
}

async fn set_dates(
    tx: &mut Tx,
    found: &Standing,
    opens_at: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, ChangeCampaignError> {
    let latest = now.plus(START_WITHIN);
    if opens_at <= now || opens_at > latest {
        return Err(ChangeCampaignError::Start { earliest: now, latest });
    }
    let campaign = found.id.uuid();
    let run_days: Option<i64> =
        on!(tx, c => sqlx::query_scalar(sql::RUN_DAYS).bind(campaign).fetch_one(c).await)?;
    let last_day = opens_at.in_zurich().day.plus_days(run_days.unwrap_or(0));
    let faults = unmet(tx, found.id, Some(last_day)).await?;
    if !faults.is_empty() {
        return Err(ChangeCampaignError::Unmet(faults));
    }
    let closes_at = last_day.end_in_zurich();
    let set = rows!(
        tx,
        sqlx::query(sql::SET_DATES)
            .bind(campaign)
            .bind(found.state.name())
            .bind(opens_at.as_micros())
            .bind(closes_at.as_micros())
    )?;
    if set != 1 {
        return Err(StoreError::ChangedMeanwhile { what: "campaign" }.into());
    }
    Ok(closes_at)
}
