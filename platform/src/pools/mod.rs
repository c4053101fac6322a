//! Pools of match money: what is reserved for a pledge when it is secured, and what becomes of it.

mod find;
pub(crate) mod lock;
mod sql;

pub use find::find_pool_view;

use multitude_domain::email::count_email;
use multitude_domain::id::{CampaignId, PledgeId, PoolId, UserId};
use multitude_domain::ledger::{BadPosting, CampaignBooks, Posting, pool_funded};
use multitude_domain::matching::{MatchLimit, PoolRoom, RatioRule};
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{StoreError, Tx};
use crate::ledger::{self, PostError, Written};
use crate::personal::Table;
use crate::{on, rows};

/// A pool and who gives it have public names.
pub(crate) const TABLES: &[Table] = &[
    Table::of_nobody("pools").keeping(&["name"]),
    Table::of_nobody("pool_campaigns"),
    Table::of_nobody("pledge_matches"),
];

/// A pool to open, with its money.
#[derive(Debug, Clone)]
pub struct NewPool {
    /// Its name.
    pub name: String,
    /// Who gives.
    pub giver: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// What it adds, and how much one campaign gets at most.
    pub rule: RatioRule,
    /// What is in it, in minor units.
    pub funded_minor: i64,
    /// The campaigns it is for.
    pub campaigns: Vec<CampaignId>,
    /// Whether its money is real.
    pub livemode: bool,
}

/// Opens a pool and books its money.
///
/// # Errors
/// [`PostError`] where there is no money in it or the database does not answer.
pub async fn open_pool(tx: &mut Tx, new: &NewPool) -> Result<PoolId, PostError> {
    let id = PoolId::new(tx.uuid());
    let at = tx.now().await?;
    rows!(
        tx,
        sqlx::query(sql::ADD_POOL)
            .bind(id.uuid())
            .bind(&new.name)
            .bind(&new.giver)
            .bind(new.currency.code())
            .bind(i64::from(new.rule.adds))
            .bind(i64::from(new.rule.per))
            .bind(new.rule.campaign_minor_max)
            .bind(new.funded_minor)
            .bind(at.as_micros())
    )?;
    for campaign in &new.campaigns {
        rows!(tx, sqlx::query(sql::ADD_CAMPAIGN).bind(campaign.uuid()).bind(id.uuid()))?;
    }
    let posting = pool_funded(id, new.currency, new.funded_minor)?;
    let details = format!("pool {id}");
    let written =
        Written { posting, livemode: new.livemode, source: None, details: &details, reverses: None, at };
    ledger::post(tx, &written).await?;
    Ok(id)
}

#[derive(Debug, sqlx::FromRow)]
struct PoolRow {
    id: Uuid,
    adds: i64,
    per: i64,
    campaign_minor_max: i64,
    free_minor: i64,
    used_minor: i64,
}

impl PoolRow {
    fn match_for(&self, amount_minor: i64) -> (i64, Option<MatchLimit>) {
        let positive = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let rule = RatioRule {
            adds: positive(self.adds),
            per: positive(self.per),
            campaign_minor_max: self.campaign_minor_max,
        };
        rule.match_for(
            amount_minor,
            PoolRoom { free_minor: self.free_minor, campaign_minor: self.used_minor },
        )
    }
}

/// A pledge that a pool might match.
#[derive(Debug, Clone)]
pub(crate) struct Candidate<'a> {
    pub(crate) pledge: PledgeId,
    pub(crate) books: CampaignBooks,
    pub(crate) livemode: bool,
    pub(crate) amount_minor: i64,
    /// It does not count yet: it is large, its money has not arrived, and nobody has looked at it.
    pub(crate) waits_for_review: bool,
    /// A limit was noted before.
    pub(crate) is_limited: bool,
    pub(crate) user: Option<UserId>,
    pub(crate) email: Option<&'a str>,
    pub(crate) payer_hash: Option<&'a [u8]>,
    pub(crate) at: Timestamp,
}

/// Reserves what the campaign's pool adds to a pledge that has just been secured, and notes on the pledge
/// what kept it from more. Campaigns without a pool are left alone. The caller holds the pool.
pub(crate) async fn reserve_match(tx: &mut Tx, one: &Candidate<'_>) -> Result<(), PostError> {
    let Some(pool) = find_pool(tx, one.books.campaign).await? else { return Ok(()) };
    let granted = granted(tx, &pool, one).await?;
    grant(tx, &pool, one, granted).await
}

/// Reserves more for a pledge that went short, where there is more; whether there was. The caller holds the
/// pool.
pub(crate) async fn top_up(tx: &mut Tx, one: &Candidate<'_>) -> Result<bool, PostError> {
    let Some(mut pool) = find_pool(tx, one.books.campaign).await? else { return Ok(false) };
    let has = find_reserved(tx, one.pledge).await?.map_or(0, |(_, amount_minor)| amount_minor);
    // What it has is taken back first.
    pool.free_minor = pool.free_minor.saturating_add(has);
    pool.used_minor = pool.used_minor.saturating_sub(has);
    let granted = granted(tx, &pool, one).await?;
    if granted.0 <= has {
        return Ok(false);
    }
    take_back(tx, one).await?;
    grant(tx, &pool, one, granted).await?;
    Ok(true)
}

async fn find_pool(tx: &mut Tx, campaign: CampaignId) -> Result<Option<PoolRow>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(sql::OF_CAMPAIGN).bind(campaign.uuid()).fetch_optional(c).await)?)
}

async fn find_reserved(tx: &mut Tx, pledge: PledgeId) -> Result<Option<(Uuid, i64)>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(sql::RESERVED).bind(pledge.uuid()).fetch_optional(c).await)?)
}

/// How much a pool gives to a pledge, in minor units, and what keeps it from more.
async fn granted(
    tx: &mut Tx,
    pool: &PoolRow,
    one: &Candidate<'_>,
) -> Result<(i64, Option<MatchLimit>), StoreError> {
    let refused = refusal(tx, one).await?;
    Ok(refused.map_or_else(|| pool.match_for(one.amount_minor), |limit| (0, Some(limit))))
}

async fn grant(
    tx: &mut Tx,
    pool: &PoolRow,
    one: &Candidate<'_>,
    (amount_minor, limit): (i64, Option<MatchLimit>),
) -> Result<(), PostError> {
    if limit.is_some() || one.is_limited {
        rows!(tx, sqlx::query(sql::SAY_LIMIT).bind(one.pledge.uuid()).bind(limit.map(MatchLimit::name)))?;
    }
    if amount_minor > 0 {
        let id = PoolId::new(pool.id);
        rows!(
            tx,
            sqlx::query(sql::ADD_MATCH)
                .bind(one.pledge.uuid())
                .bind(pool.id)
                .bind(one.books.campaign.uuid())
                .bind(amount_minor)
        )?;
        move_used(tx, id, one.books.campaign, amount_minor).await?;
        write(tx, one, one.books.match_reserved(id, amount_minor)).await?;
    }
    Ok(())
}

/// Looks again at whether a pledge that counts may be matched. One that may not gives its match back, one
/// that has none and may is matched. The caller holds the pool.
pub(crate) async fn rematch(tx: &mut Tx, one: &Candidate<'_>, is_matched: bool) -> Result<(), PostError> {
    if !is_matched {
        return reserve_match(tx, one).await;
    }
    if let Some(limit) = refusal(tx, one).await? {
        void_match(tx, one).await?;
        rows!(tx, sqlx::query(sql::SAY_LIMIT).bind(one.pledge.uuid()).bind(limit.name()))?;
    }
    Ok(())
}

/// The most that the campaign's pool would add to so much more, in minor units; nothing where it has no pool.
pub(crate) async fn could_add(
    tx: &mut Tx,
    campaign: CampaignId,
    amount_minor: i64,
) -> Result<i64, StoreError> {
    let pool = find_pool(tx, campaign).await?;
    Ok(pool.map_or(0, |pool| pool.match_for(amount_minor).0))
}

async fn refusal(tx: &mut Tx, one: &Candidate<'_>) -> Result<Option<MatchLimit>, StoreError> {
    let campaign = one.books.campaign.uuid();
    if one.waits_for_review {
        return Ok(Some(MatchLimit::NeedsReview));
    }
    let team: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::TEAM_EVER).bind(campaign).fetch_all(c).await)?;
    let (user, own_email) = (one.user.map(UserId::uuid), one.email.map(count_email));
    // Whatever the case or the tag of the address: it is the same mailbox.
    let is_team = team
        .iter()
        .any(|(id, email)| user == Some(*id) || own_email.as_deref() == Some(count_email(email).as_str()));
    if is_team {
        return Ok(Some(MatchLimit::TeamMember));
    }
    if let Some(payer) = one.payer_hash
        && on!(tx, c => sqlx::query_scalar(sql::IS_PAYEE).bind(campaign).bind(payer).fetch_one(c).await)?
    {
        return Ok(Some(MatchLimit::TeamMember));
    }
    let is_same: bool = on!(tx, c => sqlx::query_scalar(sql::IS_SAME_PAYER)
        .bind(campaign).bind(one.payer_hash).bind(own_email.as_deref()).bind(user).bind(one.pledge.uuid())
        .fetch_one(c).await)?;
    Ok(is_same.then_some(MatchLimit::SamePayer))
}

async fn move_used(
    tx: &mut Tx,
    pool: PoolId,
    campaign: CampaignId,
    amount_minor: i64,
) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::MOVE_POOL).bind(pool.uuid()).bind(amount_minor))?;
    rows!(tx, sqlx::query(sql::MOVE_CAMPAIGN).bind(campaign.uuid()).bind(amount_minor))?;
    Ok(())
}

async fn write(
    tx: &mut Tx,
    one: &Candidate<'_>,
    posting: Result<Posting, BadPosting>,
) -> Result<(), PostError> {
    let details = format!("pledge {}", one.pledge);
    let written = Written {
        posting: posting?,
        livemode: one.livemode,
        source: None,
        details: &details,
        reverses: None,
        at: one.at,
    };
    ledger::post(tx, &written).await?;
    Ok(())
}

/// What was reserved for a pledge is the pool's again, and offered to whoever went short. A pledge without a
/// match is left alone.
pub(crate) async fn void_match(tx: &mut Tx, one: &Candidate<'_>) -> Result<(), PostError> {
    if let Some(pool) = take_back(tx, one).await? {
        rows!(tx, sqlx::query(sql::MARK_ROOM).bind(pool.uuid()))?;
    }
    Ok(())
}

async fn take_back(tx: &mut Tx, one: &Candidate<'_>) -> Result<Option<PoolId>, PostError> {
    let Some((pool, amount_minor)) = find_reserved(tx, one.pledge).await? else { return Ok(None) };
    let pool = PoolId::new(pool);
    move_used(tx, pool, one.books.campaign, amount_minor.saturating_neg()).await?;
    if rows!(tx, sqlx::query(sql::VOID_MATCH).bind(one.pledge.uuid()))? != 1 {
        return Err(StoreError::ChangedMeanwhile { what: "match" }.into());
    }
    write(tx, one, one.books.match_voided(pool, amount_minor)).await?;
    Ok(Some(pool))
}

/// Campaigns that are still open and whose pool has been given something back.
pub(crate) async fn list_with_room(tx: &mut Tx, limit: i64) -> Result<Vec<CampaignId>, StoreError> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::WITH_ROOM).bind(limit).fetch_all(c).await)?;
    Ok(ids.into_iter().map(CampaignId::new).collect())
}

/// Whether the campaign's pool has been given something back since its pledges were looked at.
pub(crate) async fn has_room(tx: &mut Tx, campaign: CampaignId) -> Result<bool, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(sql::HAS_ROOM).bind(campaign.uuid()).fetch_one(c).await)?)
}

/// All of its pledges have been looked at.
pub(crate) async fn clear_room(tx: &mut Tx, campaign: CampaignId) -> Result<(), StoreError> {
    rows!(tx, sqlx::query(sql::CLEAR_ROOM).bind(campaign.uuid()))?;
    Ok(())
}

/// The oldest pledges behind `after` that went short of the campaign's pool and may have more of it now.
pub(crate) async fn list_short(
    tx: &mut Tx,
    campaign: CampaignId,
    after: PledgeId,
    limit: i64,
) -> Result<Vec<PledgeId>, StoreError> {
    let Some(pool) = find_pool(tx, campaign).await? else { return Ok(Vec::new()) };
    // Of so much any pool gives something, where it has anything.
    let has_room = (pool.match_for(i64::MAX).0 > 0).then_some(1_i64);
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(sql::SHORT)
        .bind(campaign.uuid()).bind(after.uuid()).bind(has_room).bind(limit).fetch_all(c).await)?;
    Ok(ids.into_iter().map(PledgeId::new).collect())
}

/// The campaign is paid out: what is still reserved for it becomes its own, in one transaction of the ledger.
pub(crate) async fn post_matches(
    tx: &mut Tx,
    books: CampaignBooks,
    livemode: bool,
    at: Timestamp,
) -> Result<(), PostError> {
    let campaign = books.campaign.uuid();
    let reserved: Option<(Uuid, i64)> =
        on!(tx, c => sqlx::query_as(sql::RESERVED_FOR).bind(campaign).fetch_optional(c).await)?;
    let Some((pool, amount_minor)) = reserved else { return Ok(()) };
    rows!(tx, sqlx::query(sql::POST_MATCHES).bind(campaign))?;
    let posting = books.match_posted(PoolId::new(pool), amount_minor)?;
    let details = format!("pool {pool}");
    let written = Written { posting, livemode, source: None, details: &details, reverses: None, at };
    ledger::post(tx, &written).await?;
    Ok(())
}
