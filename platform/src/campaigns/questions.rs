//! What readers ask a team, and what it answers. Both are public.

use multitude_domain::campaigns::{
    ANSWER_CHARS_MAX, OPEN_QUESTIONS_MAX, QUESTION_CHARS_MAX, TextFault, check_text,
};
use multitude_domain::id::{CampaignId, QuestionId, UserId};
use multitude_domain::permission::Actor;
use multitude_domain::permission::campaigns::Deed;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{AnswerView, Listing, QuestionView};
use uuid::Uuid;

use super::event::CampaignEvent;
use super::life::find_standing;
use super::list::{PAGE_ITEMS_MAX, parse_cursor, write_cursor};
use super::sql;
use super::updates::count_talk;
use crate::db::{CarriesStoreError, StoreError, Tx};
use crate::outbox::{self, Event};
use crate::{on, rows};

/// What somebody asks or answers.
#[derive(Debug, Clone)]
pub struct NewWords {
    /// The name of who writes, as the page is to show it.
    pub author: String,
    /// What is written.
    pub body: String,
}

/// Why a question was not asked, or not answered.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// There is no such campaign, or it is not public.
    #[error("no such campaign")]
    NoCampaign,
    /// There is no such question.
    #[error("no such question")]
    NoQuestion,
    /// Guests do not ask, and only the team answers.
    #[error("not allowed")]
    Denied,
    /// What was written cannot be kept.
    #[error("the text: {0}")]
    Body(TextFault),
    /// So many questions of this person wait already.
    #[error("{OPEN_QUESTIONS_MAX} questions of this person wait for an answer")]
    TooMany,
    /// It was answered before.
    #[error("answered already")]
    Answered,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl QuestionError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCampaign => "question.no_campaign",
            Self::NoQuestion => "question.not_found",
            Self::Denied => "question.denied",
            Self::Body(_) => "question.body",
            Self::TooMany => "question.too_many",
            Self::Answered => "question.answered",
            Self::Store(_) => "unavailable",
        }
    }
}

impl From<sqlx::Error> for QuestionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl CarriesStoreError for QuestionError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NoCampaign
            | Self::NoQuestion
            | Self::Denied
            | Self::Body(_)
            | Self::TooMany
            | Self::Answered => None,
        }
    }
}

/// A person with an account asks the team of a public campaign.
///
/// # Errors
/// [`QuestionError`]; nothing is asked then.
pub async fn ask_question(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    new: &NewWords,
) -> Result<QuestionId, QuestionError> {
    let found = find_standing(tx, campaign).await?.ok_or(QuestionError::NoCampaign)?;
    if !found.state.is_public() {
        return Err(QuestionError::NoCampaign);
    }
    let permit = found.permit(actor, Deed::AskQuestion).ok_or(QuestionError::Denied)?;
    let body = check_text(&new.body, QUESTION_CHARS_MAX).map_err(QuestionError::Body)?;
    let user = actor.user().map(UserId::uuid);
    let open: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_OPEN_QUESTIONS)
        .bind(campaign.uuid()).bind(user).fetch_one(c).await)?;
    if open >= OPEN_QUESTIONS_MAX {
        return Err(QuestionError::TooMany);
    }
    let (id, now) = (tx.uuid(), tx.now().await?);
    rows!(
        tx,
        sqlx::query(sql::ADD_QUESTION)
            .bind(id)
            .bind(campaign.uuid())
            .bind(user)
            .bind(&new.author)
            .bind(body)
            .bind(now.as_micros())
    )?;
    outbox::add(tx, Event::Campaign(campaign, CampaignEvent::QuestionAsked), now).await?;
    permit.write_down(tx, found.done(id.to_string())).await?;
    Ok(QuestionId::new(id))
}

/// The team answers a question, once.
///
/// # Errors
/// [`QuestionError`]; nothing is answered then.
pub async fn answer_question(
    tx: &mut Tx,
    actor: &Actor,
    question: QuestionId,
    new: &NewWords,
) -> Result<(), QuestionError> {
    let campaign: Option<Uuid> = on!(tx, c => sqlx::query_scalar(sql::CAMPAIGN_OF_QUESTION).bind(question.uuid()).fetch_optional(c).await)?;
    let campaign = CampaignId::new(campaign.ok_or(QuestionError::NoQuestion)?);
    let found = find_standing(tx, campaign).await?.ok_or(QuestionError::NoCampaign)?;
    if !found.may_be_seen(actor) {
        return Err(QuestionError::NoQuestion);
    }
    let permit = found.permit(actor, Deed::AnswerQuestion).ok_or(QuestionError::Denied)?;
    let body = check_text(&new.body, ANSWER_CHARS_MAX).map_err(QuestionError::Body)?;
    let now = tx.now().await?;
    let answered = rows!(
        tx,
        sqlx::query(sql::ANSWER)
            .bind(question.uuid())
            .bind(body)
            .bind(actor.user().map(UserId::uuid))
            .bind(&new.author)
            .bind(now.as_micros())
    )?;
    if answered != 1 {
        return Err(QuestionError::Answered);
    }
    outbox::add(tx, Event::Campaign(campaign, CampaignEvent::QuestionAnswered), now).await?;
    permit.write_down(tx, found.done(question.to_string())).await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
struct QuestionRow {
    id: Uuid,
    author: String,
    body: String,
    at: i64,
    answer: Option<String>,
    answer_author: Option<String>,
    answered_at: Option<i64>,
}

impl From<QuestionRow> for QuestionView {
    fn from(row: QuestionRow) -> Self {
        // The table lets all three be there, or none.
        let answer = match (row.answer, row.answer_author, row.answered_at) {
            (Some(body), Some(author), Some(at)) => {
                Some(AnswerView { author, body, at: Timestamp::from_micros(at) })
            }
            _ => None,
        };
        Self {
            id: QuestionId::new(row.id),
            author: row.author,
            body: row.body,
            at: Timestamp::from_micros(row.at),
            answer,
        }
    }
}

/// The questions to a campaign's team, the newest first, at most `limit` (1 to [`PAGE_ITEMS_MAX`]) from
/// `cursor` on. A cursor that is not one of ours begins at the newest.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_questions(
    tx: &mut Tx,
    campaign: CampaignId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Listing<QuestionView>, StoreError> {
    let limit = limit.clamp(1, PAGE_ITEMS_MAX);
    let (at, id) = cursor.and_then(parse_cursor).unzip();
    let mut rows: Vec<QuestionRow> = on!(tx, c => sqlx::query_as(sql::QUESTIONS)
        .bind(campaign.uuid()).bind(at).bind(id).bind(limit + 1).fetch_all(c).await)?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let last = rows.last().filter(|_| has_more);
    Ok(Listing {
        next_cursor: last.map(|row| write_cursor(row.at, row.id)),
        total: count_talk(tx, campaign).await?.questions,
        items: rows.into_iter().map(QuestionView::from).collect(),
    })
}
