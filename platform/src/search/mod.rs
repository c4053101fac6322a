//! Full-text search: the same words find the same campaigns on both databases, however they are spelled.
//!
//! Texts, queries, topics and places are folded here ([`spelling`]), because the two databases fold
//! differently or not at all. Every campaign says by which version it was folded; what an older one did is
//! done anew at the start.

mod spelling;

use std::collections::BTreeSet;

use multitude_domain::id::CampaignId;
use multitude_domain::locale::Locale;
use uuid::Uuid;

use spelling::{Forms, forms};
pub(crate) use spelling::{Spelling, spelled, words};
pub use spelling::{fold, says};

use crate::db::{Conn, Db, StoreError, Tx};
use crate::{on, rows};

/// The version of what is kept of campaigns to find them by. To be raised with every change of the folding,
/// with a migration that empties SQLite's `campaign_search`.
const FOLDING: i64 = 1;
/// More words than this in one query are not looked at.
const QUERY_WORDS_MAX: usize = 24;
/// As many campaigns as one transaction folds anew.
const REFOLDED_AT_ONCE: i64 = 200;

/// What people may look for in a campaign.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The language that it is written in.
    pub locale: Locale,
    /// Weighs most.
    pub title: &'a str,
    /// The rest: one-liner, place, team, story.
    pub texts: &'a [&'a str],
    /// A topic's code.
    pub topic: &'a str,
    /// A place.
    pub place: &'a str,
}

/// Words to look for, in the open database's own query language; none where nothing searchable was typed.
/// Nobody says in which language they type: each of ours may be it.
pub fn query(tx: &mut Tx, typed: &str) -> Option<String> {
    let words: Vec<Forms> = forms(typed, &Locale::ALL).take(QUERY_WORDS_MAX).collect();
    if words.is_empty() {
        return None;
    }
    let query = match tx.conn() {
        Conn::Sqlite(_) => words
            .iter()
            .map(|word| {
                let spellings =
                    word.spellings.iter().map(|w| format!("\"{w}\"*")).collect::<Vec<_>>().join(" OR ");
                let stems = word.stems.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" OR ");
                format!("({{title rest}} : ({spellings}) OR stems : ({stems}))")
            })
            .collect::<Vec<_>>()
            .join(" AND "),
        // What an older program wrote beside this one has no label but the last.
        Conn::Postgres(_) => words
            .iter()
            .map(|word| {
                let spellings = word.spellings.iter().map(|w| format!("{w}:*ABD"));
                let stems = word.stems.iter().map(|w| format!("{w}:C"));
                format!("({})", spellings.chain(stems).collect::<Vec<_>>().join(" | "))
            })
            .collect::<Vec<_>>()
            .join(" & "),
    };
    Some(query)
}

/// Makes a campaign findable: by its words, its topic and its place.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn index_campaign(
    tx: &mut Tx,
    campaign: CampaignId,
    document: Document<'_>,
) -> Result<(), StoreError> {
    let id = campaign.uuid();
    let mut stems = BTreeSet::new();
    let title = spellings(document.title, document.locale, &mut stems);
    let rest = spellings(&document.texts.join(" "), document.locale, &mut stems);
    let stems = stems.into_iter().collect::<Vec<_>>().join(" ");
    let before: i64 = on!(tx, c => sqlx::query_scalar(FOLDED_BY).bind(id).fetch_one(c).await)?;
    match tx.conn() {
        Conn::Sqlite(_) => {
            // Looks through all of them: only where there is something to forget.
            if before > 0 {
                rows!(tx, sqlx::query(SQLITE_FORGET).bind(id))?;
            }
            rows!(tx, sqlx::query(SQLITE_ADD).bind(id).bind(&title).bind(&rest).bind(&stems))?;
        }
        Conn::Postgres(_) => {
            rows!(tx, sqlx::query(POSTGRES_PUT).bind(id).bind(&title).bind(&rest).bind(&stems))?;
        }
    }
    let (topic, place) = (fold(document.topic), fold(document.place));
    rows!(tx, sqlx::query(NOTE_FOLDED).bind(id).bind(topic).bind(place).bind(FOLDING))?;
    Ok(())
}

/// Every spelling of a text's words; adds their stems.
fn spellings(text: &str, locale: Locale, stems: &mut BTreeSet<String>) -> String {
    let mut spellings = Vec::new();
    for word in forms(text, &[locale]) {
        spellings.extend(word.spellings);
        stems.extend(word.stems);
    }
    spellings.join(" ")
}

/// Folds again what an older version folded; how many there were. It may be cut off anywhere and goes on
/// where it was.
///
/// # Errors
/// [`StoreError`] where the database does not answer or holds what it cannot.
pub async fn refold(db: &Db) -> Result<usize, StoreError> {
    let is_stale = async |tx: &mut Tx| {
        Ok::<bool, StoreError>(on!(tx, c => sqlx::query_scalar(IS_STALE).bind(FOLDING).fetch_one(c).await)?)
    };
    if !db.read(is_stale).await? {
        return Ok(0);
    }
    let mut all = 0_usize;
    loop {
        let folded = db.write(async |tx| refold_some(tx).await).await?;
        all = all.saturating_add(folded);
        if folded == 0 {
            return Ok(all);
        }
        tracing::info!(campaigns = all, "folded anew for whoever searches");
    }
}

#[derive(Debug, sqlx::FromRow)]
struct TextsRow {
    id: Uuid,
    locale: String,
    title: String,
    one_liner: String,
    topic: String,
    place: String,
    team_name: String,
    problem: String,
    solution: String,
    plan: String,
}

async fn refold_some(tx: &mut Tx) -> Result<usize, StoreError> {
    let rows: Vec<TextsRow> =
        on!(tx, c => sqlx::query_as(STALE).bind(FOLDING).bind(REFOLDED_AT_ONCE).fetch_all(c).await)?;
    for row in &rows {
        let bad = |_| StoreError::Impossible { table: "campaigns", column: "locale", id: row.id.to_string() };
        let texts: [&str; 6] =
            [&row.one_liner, &row.place, &row.team_name, &row.problem, &row.solution, &row.plan];
        let document = Document {
            locale: row.locale.parse().map_err(bad)?,
            title: &row.title,
            texts: &texts,
            topic: &row.topic,
            place: &row.place,
        };
        index_campaign(tx, CampaignId::new(row.id), document).await?;
    }
    Ok(rows.len())
}

const FOLDED_BY: &str = "SELECT folded_by FROM campaigns WHERE id = $1";
const NOTE_FOLDED: &str =
    "UPDATE campaigns SET topic_folded = $2, place_folded = $3, folded_by = $4 WHERE id = $1";
const IS_STALE: &str = "SELECT EXISTS (SELECT 1 FROM campaigns WHERE folded_by < $1)";
const STALE: &str = "
    SELECT id, locale, title, one_liner, topic, place, team_name, problem, solution, plan
    FROM campaigns
    WHERE folded_by < $1
    ORDER BY folded_by, id
    LIMIT $2";
const SQLITE_FORGET: &str = "DELETE FROM campaign_search WHERE campaign_id = $1";
const SQLITE_ADD: &str =
    "INSERT INTO campaign_search (campaign_id, title, rest, stems) VALUES ($1, $2, $3, $4)";
const POSTGRES_PUT: &str = "
    INSERT INTO campaign_search (campaign_id, document)
    VALUES ($1, setweight(to_tsvector('simple', $2), 'A') || setweight(to_tsvector('simple', $3), 'B')
        || setweight(to_tsvector('simple', $4), 'C'))
    ON CONFLICT (campaign_id) DO UPDATE SET document = EXCLUDED.document";
