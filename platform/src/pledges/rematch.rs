//! Matches that are looked at again: somebody has joined the team, it is known now which account is paid, or
//! something was given back that others went short of.

use multitude_domain::email::count_email;
use multitude_domain::id::{CampaignId, PledgeId, UserId};
use uuid::Uuid;

use super::sql;
use super::to_move::find_all_to_move;
use crate::campaigns::lock::lock_campaign;
use crate::db::{ROWS_MAX, StoreError, Tx};
use crate::ledger::PostError;
use crate::pools::lock::lock_pools_of_campaigns;
use crate::{Desk, on, pools};

/// Looks again at what somebody pledged who is of the team now. The caller holds the campaign alone.
pub(crate) async fn rematch_member(
    tx: &mut Tx,
    campaign: CampaignId,
    member: UserId,
) -> Result<(), PostError> {
    let (id, email): (Uuid, String) = on!(tx, c => sqlx::query_as(sql::ADDRESS_OF_USER)
        .bind(member.uuid()).fetch_one(c).await)?;
    let own: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::MATCHED_OF)
        .bind(campaign.uuid()).bind(id).bind(count_email(&email)).fetch_all(c).await)?;
    rematch(tx, campaign, own.into_iter().map(PledgeId::new).collect()).await
}

/// Looks again at what was pledged from the account whose keyed hash this is. The caller holds the campaign
/// alone.
pub(crate) async fn rematch_account(
    tx: &mut Tx,
    campaign: CampaignId,
    account: &[u8],
) -> Result<(), PostError> {
    let own: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::OF_PAYER)
        .bind(campaign.uuid()).bind(account).fetch_all(c).await)?;
    rematch(tx, campaign, own.into_iter().map(PledgeId::new).collect()).await
}

/// How many pledges are looked at together.
const LOOKED_AT: i64 = 50;
/// How many get more in one transaction.
const TOPPED_UP_MAX: usize = 500;
/// How many campaigns are looked for at once.
const CAMPAIGNS_MAX: i64 = 200;

/// Whether something was given back to a pool that others may go without.
pub(crate) async fn has_given_back(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(!pools::list_with_room(tx, 1).await?.is_empty())
}

/// Offers what was given back to the pools of open campaigns to their pledges that went short; says of how
/// many transactions with any. A campaign where that fails holds up no other: the log says why.
pub(crate) async fn offer_given_back(desk: &Desk) -> Result<usize, StoreError> {
    let mut moved = 0_usize;
    for campaign in desk.db.read(async |tx| pools::list_with_room(tx, CAMPAIGNS_MAX).await).await? {
        let offered = desk.db.write(async move |tx| {
            lock_campaign(tx, campaign.uuid()).await?;
            offer_again(tx, campaign).await
        });
        match offered.await {
            Ok(count) => moved = moved.saturating_add(usize::from(count > 0)),
            Err(PostError::Store(error)) if error.is_away() => return Err(error),
            Err(error) => {
                tracing::error!(campaign.id = %campaign, %error, "match money could not be offered again");
            }
        }
    }
    Ok(moved)
}

/// Offers what was given back to a campaign's pool to its pledges that went short of it, the oldest first.
/// Says how many got more; there may be more of them where it is any. The caller holds the campaign alone.
pub(crate) async fn offer_again(tx: &mut Tx, campaign: CampaignId) -> Result<usize, PostError> {
    if !pools::has_room(tx, campaign).await? {
        return Ok(0);
    }
    lock_pools_of_campaigns(tx, &[campaign.uuid()]).await?;
    let now = tx.now().await?;
    let (mut count, mut after) = (0_usize, PledgeId::new(Uuid::nil()));
    while count < TOPPED_UP_MAX {
        let short = pools::list_short(tx, campaign, after, LOOKED_AT).await?;
        let Some(last) = short.last() else {
            pools::clear_room(tx, campaign).await?;
            break;
        };
        after = *last;
        let mut records = find_all_to_move(tx, &short).await?;
        records.sort_by_key(|record| record.id);
        for record in records {
            count = count.saturating_add(usize::from(record.top_up(tx, now).await?));
        }
    }
    if count > 0 {
        tx.note_change(campaign);
    }
    Ok(count)
}

async fn rematch(tx: &mut Tx, campaign: CampaignId, pledges: Vec<PledgeId>) -> Result<(), PostError> {
    lock_pools_of_campaigns(tx, &[campaign.uuid()]).await?;
    tx.note_change(campaign);
    let now = tx.now().await?;
    for some in pledges.chunks(ROWS_MAX) {
        for record in find_all_to_move(tx, some).await? {
            record.rematch(tx, now).await?;
        }
    }
    Ok(())
}
