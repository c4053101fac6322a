//! Matches that are looked at again: somebody has joined or left the team, or it is known now which account is paid.

use multitude_domain::email::count_email;
use multitude_domain::id::{CampaignId, PledgeId, UserId};
use uuid::Uuid;

use super::record::find_records;
use super::sql;
use crate::db::{ROWS_MAX, Tx};
use crate::ledger::PostError;
use crate::on;

/// Looks again at what somebody pledged who is of the team now, or no longer. The caller holds the campaign alone.
pub(crate) async fn rematch_member(
    tx: &mut Tx,
    campaign: CampaignId,
    member: UserId,
) -> Result<(), PostError> {
    let (id, email): (Uuid, String) = on!(tx, c => sqlx::query_as(sql::ADDRESS_OF_USER)
        .bind(member.uuid()).fetch_one(c).await)?;
    let matched: Vec<(Uuid, Option<Uuid>, Option<String>)> = on!(tx, c => sqlx::query_as(sql::TO_REMATCH)
        .bind(campaign.uuid()).fetch_all(c).await)?;
    let own = matched.into_iter().filter(|(_, user, address)| {
        *user == Some(id)
            || address.as_deref().is_some_and(|address| count_email(address) == count_email(&email))
    });
    rematch(tx, campaign, own.map(|(pledge, ..)| PledgeId::new(pledge)).collect()).await
}

/// Looks again at what was pledged from the account whose keyed hash this is. The caller holds the campaign alone.
pub(crate) async fn rematch_account(
    tx: &mut Tx,
    campaign: CampaignId,
    account: &[u8],
) -> Result<(), PostError> {
    let own: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::OF_PAYER)
        .bind(campaign.uuid()).bind(account).fetch_all(c).await)?;
    rematch(tx, campaign, own.into_iter().map(PledgeId::new).collect()).await
}

async fn rematch(tx: &mut Tx, campaign: CampaignId, pledges: Vec<PledgeId>) -> Result<(), PostError> {
    tx.lock_pool_of(campaign.uuid()).await?;
    let now = tx.now().await?;
    for some in pledges.chunks(ROWS_MAX) {
        for record in find_records(tx, some).await? {
            record.rematch(tx, now).await?;
        }
    }
    Ok(())
}
