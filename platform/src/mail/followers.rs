//! What is mailed to who wants to hear that a campaign opens.

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::shown_email;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_words::format::date_time;
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::{Block, Letter};
use super::post::Post;
use super::sql;
use super::words::{Texts, words_of};
use super::write::site;
use crate::db::{StoreError, Tx};
use crate::keys::{Keys, Purpose};
use crate::on;

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
pub(super) async fn letter(
    tx: &mut Tx,
    keys: &Keys,
    post: &Post,
    kind: LetterKind,
    follower: Uuid,
) -> Result<Option<Letter>, StoreError> {
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
    let (subject, blocks) = match (kind, state, row.confirmed_at) {
        (LetterKind::Follow, CampaignState::Scheduled, None) => {
            let token = keys.token(Purpose::Follow, follower.as_bytes());
            let link = format!("{}/{locale}/follow/{token}", post.public_url);
            let blocks = vec![
                Block::Text(w.letter_follow_text(&row.title, when(row.opens_at))),
                Block::Action(w.letter_follow_button().to_owned(), link),
                Block::Text(w.letter_follow_other().to_owned()),
            ];
            (w.letter_follow_subject(&row.title), blocks)
        }
        (LetterKind::Opened, CampaignState::Live, Some(_)) => {
            let page = format!("{}/{locale}/c/{}", post.public_url, row.slug);
            let blocks = vec![
                Block::Text(w.letter_opened_text(&row.title, when(row.closes_at))),
                Block::Action(w.letter_open_campaign().to_owned(), page),
                Block::Text(w.letter_opened_last().to_owned()),
            ];
            (w.letter_opened_subject(&row.title), blocks)
        }
        _ => return Ok(None),
    };
    Ok(Some(Letter {
        subject,
        locale,
        hello: w.letter_hello_nobody().to_owned(),
        blocks,
        footer: w.letter_follow_footer(site(post), shown_email(&row.email)),
    }))
}
