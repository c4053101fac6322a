//! News of a campaign, for whoever ticked on the receipt that they want them.

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::shown_email;
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::name::isolated;
use multitude_domain::time::{Day, Span, Timestamp};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money};
use uuid::Uuid;

use super::{NewsLetter, sql};
use crate::db::{StoreError, Tx};
use crate::keys::Purpose;
use crate::mail::{Block, Letter, Writing};
use crate::on;
use crate::words::{Texts, words_of};

#[derive(Debug, sqlx::FromRow)]
struct NewsRow {
    name: String,
    locale: String,
    is_wanted: bool,
    title: String,
    slug: String,
    team_name: String,
    campaign_locale: String,
    currency: String,
    state: String,
    closes_at: Option<i64>,
    goal_minor: i64,
    is_flexible: bool,
    counted_minor: i64,
    promised_on: Option<String>,
}

struct NewsWriter {
    w: Words,
    row: NewsRow,
    state: CampaignState,
    campaign_locale: Locale,
    currency: Currency,
    page: String,
}

/// News of a campaign; none where it is no longer so, or no longer wanted.
///
/// # Errors
/// [`StoreError`] where the database does not answer, or has what this version does not understand.
pub(crate) async fn write(
    tx: &mut Tx,
    writing: &Writing<'_>,
    kind: NewsLetter,
) -> Result<Option<Letter>, StoreError> {
    let pledge = writing.subject;
    let row: Option<NewsRow> = on!(tx, c => sqlx::query_as(sql::NEWS).bind(pledge).fetch_optional(c).await)?;
    let Some(row) = row.filter(|row| row.is_wanted) else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: row.slug.clone() };
    let locale: Locale = row.locale.parse().map_err(|_| bad("locale"))?;
    let token = writing.keys.token(Purpose::Receipt, pledge.as_bytes());
    let receipt = writing.address(locale, &format!("p/{token}"));
    let writer = NewsWriter {
        w: words_of(locale),
        state: row.state.parse().map_err(|UnknownState| bad("state"))?,
        campaign_locale: row.campaign_locale.parse().map_err(|_| bad("locale"))?,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        page: writing.address(locale, &format!("c/{}", row.slug)),
        row,
    };
    let told = match (kind, writing.detail) {
        (NewsLetter::Update, Some(update)) => writer.update(tx, update).await?,
        (NewsLetter::Update, None) => None,
        (NewsLetter::ClosesSoon, _) => writer.closes_soon(tx.now().await?),
        (NewsLetter::UpdateMissed, _) => writer.update_missed(),
    };
    let Some((subject, mut blocks)) = told else { return Ok(None) };
    let w = writer.w;
    blocks.push(Block::Text(w.campaigns_news_why(receipt)));
    Ok(Some(Letter {
        subject,
        locale,
        hello: hello(w, &writer.row.name),
        blocks,
        footer: w.letter_footer(writing.site(), shown_email(writing.email)),
    }))
}

fn hello(w: Words, name: &str) -> String {
    if name.is_empty() { w.letter_hello_nobody().to_owned() } else { w.letter_hello(isolated(name)) }
}

impl NewsWriter {
    async fn update(&self, tx: &mut Tx, update: Uuid) -> Result<Option<(String, Vec<Block>)>, StoreError> {
        let found: Option<(String, String, String)> =
            on!(tx, c => sqlx::query_as(sql::UPDATE).bind(update).fetch_optional(c).await)?;
        let Some((author, title, body)) = found else { return Ok(None) };
        let (w, campaign) = (self.w, &self.row.title);
        let blocks = vec![
            Block::Text(w.campaigns_update_lead(isolated(&author), campaign)),
            Block::Quote(self.campaign_locale, body),
            Block::Action(w.campaigns_update_button().to_owned(), format!("{}/updates", self.page)),
        ];
        Ok(Some((w.campaigns_update_subject(campaign, title), blocks)))
    }

    /// What is left of its time is what is left when it is sent.
    fn closes_soon(&self, now: Timestamp) -> Option<(String, Vec<Block>)> {
        let (w, row) = (self.w, &self.row);
        let closes_at = row.closes_at.map(Timestamp::from_micros).filter(|at| now < *at)?;
        if self.state != CampaignState::Live {
            return None;
        }
        let hours = closes_at.since(now).as_seconds().saturating_add(Span::hours(1).as_seconds() - 1)
            / Span::hours(1).as_seconds();
        let amount = |minor| money(w.locale, Money::new(minor, self.currency), Precision::Exact);
        let (counted, goal) = (amount(row.counted_minor), amount(row.goal_minor));
        let (campaign, when) = (row.title.as_str(), date_time(w.locale, closes_at));
        let words = if row.is_flexible {
            w.campaigns_closes_soon_flexible_text(campaign, when, counted)
        } else if row.counted_minor >= row.goal_minor {
            w.campaigns_closes_soon_reached_text(campaign, when, counted, goal)
        } else {
            let missing = amount(row.goal_minor.saturating_sub(row.counted_minor));
            w.campaigns_closes_soon_text(campaign, when, counted, goal, missing)
        };
        let open = Block::Action(w.letter_open_campaign().to_owned(), self.page.clone());
        Some((
            w.campaigns_closes_soon_subject(hours.unsigned_abs(), campaign),
            vec![Block::Text(words), open],
        ))
    }

    fn update_missed(&self) -> Option<(String, Vec<Block>)> {
        let (w, row) = (self.w, &self.row);
        let promised: Day = row.promised_on.as_deref()?.parse().ok()?;
        let team = isolated(&row.team_name);
        let words = w.campaigns_update_missed_text(&team, day(w.locale, promised), &row.title);
        let open = Block::Action(w.campaigns_update_button().to_owned(), format!("{}/updates", self.page));
        Some((w.campaigns_update_missed_subject(&team), vec![Block::Text(words), open]))
    }
}
