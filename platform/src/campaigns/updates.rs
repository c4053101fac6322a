//! What a team tells its backers.

use multitude_domain::campaigns::{
    CampaignState, PromisedUpdate, TextFault, UPDATE_CHARS_MAX, UPDATE_TITLE_CHARS_MAX, check_text,
    promised_update,
};
use multitude_domain::id::{CampaignId, UpdateId, UserId};
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::time::{Day, Span, Timestamp};
use multitude_domain::view::{CampaignView, Listing, TalkCounts, UpdateView};
use uuid::Uuid;

use super::event::CampaignEvent;
use super::life::find_standing;
use super::list::{PAGE_ITEMS_MAX, parse_cursor, write_cursor};
use super::lock::lock_campaign;
use super::sql;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::outbox::{self, Event};
use crate::{on, rows};

/// As many updates as a team may publish within [`UPDATES_WITHIN`]: each is mailed to everybody who wants
/// news.
const UPDATES_MAX: i64 = 5;
const UPDATES_WITHIN: Span = Span::hours(24);

/// Something to tell.
#[derive(Debug, Clone)]
pub struct NewUpdate {
    /// The name of who writes, as the page is to show it.
    pub author: String,
    /// The title.
    pub title: String,
    /// The text; an empty line parts paragraphs.
    pub body: String,
}

/// Why an update was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishUpdateError {
    /// There is none, or it is not the actor's to see.
    #[error("no such campaign")]
    NoCampaign,
    /// The actor is not of its team.
    #[error("not allowed")]
    Denied,
    /// It has not opened yet: nobody waits for news of it.
    #[error("the campaign is {state}")]
    NotOpened {
        /// Where it stands.
        state: CampaignState,
    },
    /// It told so much within a day already.
    #[error("{UPDATES_MAX} updates within a day")]
    TooMany,
    /// The title cannot be kept.
    #[error("the title: {0}")]
    Title(TextFault),
    /// The text cannot be kept.
    #[error("the text: {0}")]
    Body(TextFault),
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PublishUpdateError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCampaign => "update.no_campaign",
            Self::Denied => "update.denied",
            Self::NotOpened { .. } => "update.not_opened",
            Self::TooMany => "update.too_many",
            Self::Title(_) => "update.title",
            Self::Body(_) => "update.body",
            Self::Store(_) => "unavailable",
        }
    }
}

impl CarriesStoreError for PublishUpdateError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NoCampaign
            | Self::Denied
            | Self::NotOpened { .. }
            | Self::TooMany
            | Self::Title(_)
            | Self::Body(_) => None,
        }
    }
}

/// The team of a campaign that has opened tells its backers how it goes.
///
/// # Errors
/// [`PublishUpdateError`]; nothing is published then.
pub async fn publish_update(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    new: &NewUpdate,
) -> Result<UpdateId, PublishUpdateError> {
    lock_campaign(tx, campaign.uuid()).await?;
    let found = find_standing(tx, campaign).await?.ok_or(PublishUpdateError::NoCampaign)?;
    if !found.may_be_seen(actor) {
        return Err(PublishUpdateError::NoCampaign);
    }
    let permit = found.permit(actor, Deed::PublishUpdate).ok_or(PublishUpdateError::Denied)?;
    if !found.state.has_opened() {
        return Err(PublishUpdateError::NotOpened { state: found.state });
    }
    let title = check_text(&new.title, UPDATE_TITLE_CHARS_MAX).map_err(PublishUpdateError::Title)?;
    let body = check_text(&new.body, UPDATE_CHARS_MAX).map_err(PublishUpdateError::Body)?;
    let (id, now) = (tx.uuid(), tx.now().await?);
    let since = now.as_micros().saturating_sub(UPDATES_WITHIN.as_micros());
    let lately: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_UPDATES)
        .bind(campaign.uuid()).bind(since).fetch_one(c).await)
    .map_err(StoreError::from)?;
    if lately >= UPDATES_MAX {
        return Err(PublishUpdateError::TooMany);
    }
    rows!(
        tx,
        sqlx::query(sql::ADD_UPDATE)
            .bind(id)
            .bind(campaign.uuid())
            .bind(actor.user().map(UserId::uuid))
            .bind(&new.author)
            .bind(title)
            .bind(body)
            .bind(now.as_micros())
    )
    .map_err(StoreError::from)?;
    let id = UpdateId::new(id);
    let published = CampaignEvent::UpdatePublished { update: id };
    outbox::add(tx, Event::Campaign(campaign, published), now).await?;
    permit.write_down(tx, found.done(id.to_string())).await?;
    Ok(id)
}

/// The updates of a campaign, the newest first, at most `limit` (1 to [`PAGE_ITEMS_MAX`]) from `cursor` on. A
/// cursor that is not one of ours begins at the newest.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_updates(
    tx: &mut Tx,
    campaign: CampaignId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Listing<UpdateView>, StoreError> {
    let limit = limit.clamp(1, PAGE_ITEMS_MAX);
    let (at, id) = cursor.and_then(parse_cursor).unzip();
    let mut rows: Vec<(Uuid, String, String, String, i64)> = on!(tx, c => sqlx::query_as(sql::UPDATES)
        .bind(campaign.uuid()).bind(at).bind(id).bind(limit + 1).fetch_all(c).await)?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let last = rows.last().filter(|_| has_more);
    Ok(Listing {
        next_cursor: last.map(|(id, .., at)| write_cursor(*at, *id)),
        total: count_talk(tx, campaign).await?.updates,
        items: rows
            .into_iter()
            .map(|(id, author, title, body, at)| UpdateView {
                id: UpdateId::new(id),
                author,
                title,
                body,
                at: Timestamp::from_micros(at),
            })
            .collect(),
    })
}

/// How many updates and questions a campaign has.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(super) async fn count_talk(tx: &mut Tx, campaign: CampaignId) -> Result<TalkCounts, StoreError> {
    let (updates, questions) =
        on!(tx, c => sqlx::query_as(sql::COUNT_TALK).bind(campaign.uuid()).fetch_one(c).await)?;
    Ok(TalkCounts { updates, questions })
}

/// When a campaign is to be heard of next, by its milestones.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_promised_update(
    tx: &mut Tx,
    campaign: &CampaignView,
) -> Result<PromisedUpdate, StoreError> {
    let summary = &campaign.summary;
    let last: Option<i64> =
        on!(tx, c => sqlx::query_scalar(sql::LAST_UPDATE).bind(summary.id.uuid()).fetch_one(c).await)?;
    let day = |at: Timestamp| at.in_zurich().day;
    // What an import brought may have no day; it promises nothing then.
    let milestones: Vec<Day> = campaign.milestones.iter().filter_map(|one| one.due_on.parse().ok()).collect();
    Ok(promised_update(
        summary.state,
        summary.closes_at.map(day),
        &milestones,
        last.map(|at| day(Timestamp::from_micros(at))),
        day(campaign.now),
    ))
}
