//! Who wants to hear that a campaign opens. An address is written to only once the link that was mailed to
//! it, or the session of its account, has proved it.

pub(crate) mod erase;
pub(crate) mod letters;
mod sql;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::fold_email;
use multitude_domain::locale::Locale;
use multitude_domain::time::{Span, Timestamp};
use multitude_domain::view::FollowView;
use uuid::Uuid;

use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose, hex, token_hash};
use crate::mail;
use crate::{on, rows};

/// How long an address is kept that nobody proved, or whose campaign has opened: the mail about it may be
/// tried again.
const FOLLOWERS_KEPT: Span = Span::days(30);

/// Somebody who wants to hear that a campaign opens.
#[derive(Debug, Clone)]
pub struct NewFollower {
    /// The campaign's slug.
    pub slug: String,
    /// Where to write to, as [`check_email`](multitude_domain::pledges::check_email) keeps it.
    pub email: String,
    /// In which language.
    pub locale: Locale,
    /// Whether a session has proved the address.
    pub is_proved: bool,
}

/// What came of it. It is the same whether the address was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowOutcome {
    /// Its owner is written to: when the campaign opens, or, unproved, to prove the address first.
    Noted,
    /// The campaign is not about to open, or there is none that the public sees.
    NotAhead,
}

/// Notes who wants to hear that a campaign opens, and mails the link that proves the address where nothing
/// else does.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn follow_campaign(
    tx: &mut Tx,
    keys: &Keys,
    new: &NewFollower,
) -> Result<FollowOutcome, StoreError> {
    let campaign: Option<Uuid> = on!(tx, c => sqlx::query_scalar(sql::AHEAD)
        .bind(&new.slug).bind(CampaignState::Scheduled.name()).fetch_optional(c).await)?;
    let Some(campaign) = campaign else { return Ok(FollowOutcome::NotAhead) };
    let (id, now) = (tx.uuid(), tx.now().await?);
    let token = keys.token(Purpose::Follow, id.as_bytes());
    rows!(
        tx,
        sqlx::query(sql::ADD_FOLLOWER)
            .bind(id)
            .bind(campaign)
            .bind(&new.email)
            .bind(fold_email(&new.email))
            .bind(new.locale.code())
            .bind(token_hash(&token).as_slice())
            .bind(now.as_micros())
    )?;
    // Where it is known already, the address as it was first typed: what is proved is what is written to.
    let (id, email, confirmed_at): (Uuid, String, Option<i64>) = on!(tx, c => sqlx::query_as(sql::FOLLOWER_BY_EMAIL)
        .bind(campaign).bind(fold_email(&new.email)).fetch_one(c).await)?;
    match (confirmed_at, new.is_proved) {
        (Some(_), _) => {}
        (None, true) => {
            rows!(tx, sqlx::query(sql::CONFIRM_FOLLOWER).bind(id).bind(now.as_micros()))?;
        }
        (None, false) => letters::queue_proof(tx, &email, id).await?,
    }
    Ok(FollowOutcome::Noted)
}

#[derive(Debug, sqlx::FromRow)]
struct FollowRow {
    id: Uuid,
    email: String,
    confirmed_at: Option<i64>,
    slug: String,
    title: String,
    locale: String,
    state: String,
    opens_at: Option<i64>,
}

async fn find_row(tx: &mut Tx, token: &str) -> Result<Option<FollowRow>, StoreError> {
    if token.len() != hex(&[0; 32]).len() {
        return Ok(None);
    }
    Ok(on!(tx, c => sqlx::query_as(sql::FOLLOWER_BY_TOKEN)
        .bind(token_hash(token).as_slice()).fetch_optional(c).await)?)
}

/// What the mailed link's page shows; nothing where nobody waits by that token any more.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_follow(tx: &mut Tx, token: &str) -> Result<Option<FollowView>, StoreError> {
    let Some(row) = find_row(tx, token).await? else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.slug.clone() };
    let state: CampaignState = row.state.parse().map_err(|UnknownState| bad("state"))?;
    Ok(Some(FollowView {
        campaign_locale: row.locale.parse().map_err(|_| bad("locale"))?,
        is_ahead: state == CampaignState::Scheduled,
        is_confirmed: row.confirmed_at.is_some(),
        opens_at: row.opens_at.map(Timestamp::from_micros),
        email: row.email,
        slug: row.slug,
        campaign_title: row.title,
    }))
}

/// The mailed link's button: the address is proved. Nothing happens where nobody waits by that token.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn confirm_follow(tx: &mut Tx, token: &str) -> Result<(), StoreError> {
    if let Some(row) = find_row(tx, token).await? {
        let now = tx.now().await?;
        rows!(tx, sqlx::query(sql::CONFIRM_FOLLOWER).bind(row.id).bind(now.as_micros()))?;
    }
    Ok(())
}

/// Somebody does not want to hear of it after all: nothing of theirs is kept. Says the campaign's slug.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn unfollow(tx: &mut Tx, token: &str) -> Result<Option<String>, StoreError> {
    let Some(row) = find_row(tx, token).await? else { return Ok(None) };
    rows!(tx, sqlx::query(sql::FORGET_FOLLOWER).bind(row.id))?;
    mail::withdraw(tx, &[row.id]).await?;
    Ok(Some(row.slug))
}

/// Forgets addresses that have no more use.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub async fn forget_old_followers(tx: &mut Tx) -> Result<(), StoreError> {
    let before = tx.now().await?.as_micros().saturating_sub(FOLLOWERS_KEPT.as_micros());
    rows!(tx, sqlx::query(sql::FORGET_FOLLOWERS).bind(before))?;
    Ok(())
}
