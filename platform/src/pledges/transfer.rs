//! What a person decides about a transfer that differs from its pledge, while its campaign is not decided.
//! After the decision settlement knows what becomes of it.

use multitude_domain::WrongState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::PledgeId;
use multitude_domain::money::Money;
use multitude_domain::permission::pledges::Deed;
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::pledges::{PledgeAction, PledgeFault, PledgeState};
use multitude_domain::time::Timestamp;

use super::change::{ChangePledgeError, done, least_of, permit_review};
use super::lock::lock_pledges;
use super::sql;
use super::starts::{Startable, find_startable, start_refunds};
use crate::audit::Permit;
use crate::db::Tx;
use crate::on;
use crate::payments::Payments;

/// What arrived counts as the pledge, in time and enough for what was chosen with it.
///
/// # Errors
/// [`ChangePledgeError::Denied`] for whoever may not decide it; [`ChangePledgeError::Closed`] where it came
/// too late; [`ChangePledgeError::Invalid`] where it does not pay for what was chosen;
/// [`ChangePledgeError::SoldOut`] or [`ChangePledgeError::AddOnSoldOut`] where that was given back and others
/// have it by now. Nothing changed then.
pub async fn accept_transfer(tx: &mut Tx, actor: &Actor, id: PledgeId) -> Result<(), ChangePledgeError> {
    let (one, permit, now) = find_different(tx, actor, id).await?;
    let mut record = one.record;
    let Some(arrival) = record.arrival else { return Err(ChangePledgeError::NotFound) };
    if let Some(at) = record.closes_at.filter(|_| !arrival.is_in_time(record.closes_at)) {
        return Err(ChangePledgeError::Closed { at });
    }
    let least = least_of(tx, id).await?;
    if arrival.amount_minor < least {
        let least = Money::new(least, record.currency);
        return Err(ChangePledgeError::Invalid(vec![PledgeFault::UnderReward { least }]));
    }
    let gone: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(sql::GONE)
        .bind(id.uuid()).bind(now.as_micros()).fetch_optional(c).await)?;
    match gone {
        Some(Some(title)) => return Err(ChangePledgeError::SoldOut { title }),
        Some(None) => return Err(ChangePledgeError::AddOnSoldOut),
        None => {}
    }
    if arrival.amount_minor != record.amount_minor {
        record.change_amount(tx, arrival.amount_minor, record.review, None, now).await?;
    }
    record.move_on(tx, PledgeAction::Fund, now).await?;
    permit.write_down(tx, done(&record, "accept_transfer")).await?;
    Ok(())
}

/// What arrived goes back to the account it came from.
///
/// # Errors
/// [`ChangePledgeError::Denied`] for whoever may not decide it; nothing changed then.
pub async fn return_transfer(
    tx: &mut Tx,
    payments: &Payments,
    actor: &Actor,
    id: PledgeId,
) -> Result<(), ChangePledgeError> {
    let (one, permit, now) = find_different(tx, actor, id).await?;
    permit.write_down(tx, done(&one.record, "return_transfer")).await?;
    start_refunds(tx, payments, vec![one], now).await?;
    Ok(())
}

/// A pledge whose transfer differs, with its campaign held where it is.
async fn find_different(
    tx: &mut Tx,
    actor: &Actor,
    id: PledgeId,
) -> Result<(Startable, Permit, Timestamp), ChangePledgeError> {
    if !actor.may(Deed::ReviewPledge, &Relations::none()) {
        return Err(ChangePledgeError::Denied);
    }
    lock_pledges(tx, &[id.uuid()]).await?;
    let one = find_startable(tx, id).await?.ok_or(ChangePledgeError::NotFound)?;
    let permit = permit_review(tx, actor, &one.record).await?;
    let is_undecided = matches!(
        one.record.campaign_state,
        CampaignState::Live | CampaignState::Suspended | CampaignState::Closing
    );
    if one.record.state != PledgeState::NeedsReview || !is_undecided {
        let wrong = WrongState { from: one.record.state.name(), action: "decide_transfer" };
        return Err(ChangePledgeError::Move(wrong.into()));
    }
    Ok((one, permit, tx.now().await?))
}
