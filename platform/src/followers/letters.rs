//! What is mailed to who wants to hear that a campaign opens.

use std::collections::HashSet;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::{count_email, shown_email};
use multitude_domain::id::CampaignId;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_words::format::date_time;
use uuid::Uuid;

use super::sql;
use crate::campaigns::CampaignEvent;
use crate::db::{StoreError, Tx};
use crate::keys::Purpose;
use crate::mail::{Block, Letter, LetterKind, NewMail, Proofs, Writing, letters, queue};
use crate::on;
use crate::words::{Texts, words_of};

letters! {
    /// A letter to who wants to hear that a campaign opens.
    FollowerLetter {
        /// Prove the address.
        Follow = "follow"
        /// It has opened.
        Opened = "opened"
    }
}

/// Whether followers hear of an event: a campaign opens. One that goes on after a pause does not.
pub(crate) fn may_follow_from(event: CampaignEvent) -> bool {
    event == CampaignEvent::Moved { from: CampaignState::Scheduled, to: CampaignState::Live }
}

/// What follows for followers from what happened to a campaign.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn letters_from(
    tx: &mut Tx,
    campaign: CampaignId,
    event: CampaignEvent,
    at: Timestamp,
) -> Result<Vec<NewMail>, StoreError> {
    if !may_follow_from(event) {
        return Ok(Vec::new());
    }
    let followers: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql::FOLLOWERS).bind(campaign.uuid()).fetch_all(c).await)?;
    let kind = LetterKind::Follower(FollowerLetter::Opened);
    let mail = |(follower, email)| NewMail::about(follower, kind, email, at);
    Ok(followers.into_iter().map(mail).collect())
}

/// Queues the link that proves a follower's address; after several in an hour, for another hour.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(super) async fn queue_proof(tx: &mut Tx, email: &str, follower: Uuid) -> Result<(), StoreError> {
    let mut proofs = Proofs::find(tx, HashSet::from([count_email(email)])).await?;
    let send_at = tx.now().await?.plus(proofs.wait_for(email));
    let kind = LetterKind::Follower(FollowerLetter::Follow);
    queue(tx, &[NewMail::about(follower, kind, email.to_owned(), send_at)]).await
}

#[derive(Debug, sqlx::FromRow)]
struct FollowerRow {
    email: String,
    locale: String,
    confirmed_at: Option<i64>,
    title: String,
    slug: String,
    state: String,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
}

/// The letter to a follower; none where what it would say is no longer so.
///
/// # Errors
/// [`StoreError`] where the database does not answer, or has what this version does not understand.
pub(crate) async fn write(
    tx: &mut Tx,
    writing: &Writing<'_>,
    kind: FollowerLetter,
) -> Result<Option<Letter>, StoreError> {
    let follower = writing.subject;
    let row: Option<FollowerRow> =
        on!(tx, c => sqlx::query_as(sql::FOLLOWER).bind(follower).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let bad =
        |column| StoreError::Impossible { table: "campaign_followers", column, id: follower.to_string() };
    let locale: Locale = row.locale.parse().map_err(|_| bad("locale"))?;
    let state: CampaignState = row.state.parse().map_err(|UnknownState| bad("state"))?;
    let w = words_of(locale);
    let when =
        |at: Option<i64>| at.map(|at| date_time(locale, Timestamp::from_micros(at))).unwrap_or_default();
    let is_proved = row.confirmed_at.is_some();
    let (subject, blocks) = match kind {
        FollowerLetter::Follow if state == CampaignState::Scheduled && !is_proved => {
            let token = writing.keys.token(Purpose::Follow, follower.as_bytes());
            let link = writing.address(locale, &format!("follow/{token}"));
            let blocks = vec![
                Block::Text(w.followers_follow_text(&row.title, when(row.opens_at))),
                Block::Action(w.followers_follow_button().to_owned(), link),
                Block::Text(w.followers_follow_other().to_owned()),
            ];
            (w.followers_follow_subject(&row.title), blocks)
        }
        FollowerLetter::Opened if state == CampaignState::Live && is_proved => {
            let page = writing.address(locale, &format!("c/{}", row.slug));
            let blocks = vec![
                Block::Text(w.followers_opened_text(&row.title, when(row.closes_at))),
                Block::Action(w.letter_open_campaign().to_owned(), page),
                Block::Text(w.followers_opened_last().to_owned()),
            ];
            (w.followers_opened_subject(&row.title), blocks)
        }
        FollowerLetter::Follow | FollowerLetter::Opened => return Ok(None),
    };
    Ok(Some(Letter {
        subject,
        locale,
        hello: w.letter_hello_nobody().to_owned(),
        blocks,
        footer: w.followers_follow_footer(writing.site(), shown_email(&row.email)),
    }))
}
