//! Full-text search: the same words find the same campaigns on both databases.
//!
//! Texts and queries are folded here (case, accents), because the two databases fold differently or not at all.

use multitude_domain::id::CampaignId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::db::{Conn, StoreError, Tx};
use crate::rows;

/// More words than this in one query are not looked at.
const QUERY_WORDS_MAX: usize = 24;
/// A longer word is cut: nobody types more to find something.
const WORD_CHARS_MAX: usize = 40;

/// What people may look for in a campaign.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Weighs most.
    pub title: &'a str,
    /// The rest: one-liner, place, team, story.
    pub texts: &'a [&'a str],
}

/// Words to look for, in the open database's own query language; none where nothing searchable was typed.
pub fn query(tx: &mut Tx, typed: &str) -> Option<String> {
    let words: Vec<String> = words(typed).take(QUERY_WORDS_MAX).collect();
    if words.is_empty() {
        return None;
    }
    let query = match tx.conn() {
        Conn::Sqlite(_) => words.iter().map(|w| format!("\"{w}\"*")).collect::<Vec<_>>().join(" AND "),
        Conn::Postgres(_) => words.iter().map(|w| format!("{w}:*")).collect::<Vec<_>>().join(" & "),
    };
    Some(query)
}

/// Makes a campaign findable.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn index_campaign(
    tx: &mut Tx,
    campaign: CampaignId,
    document: Document<'_>,
) -> Result<(), StoreError> {
    let title = fold(document.title);
    let rest = fold(&document.texts.join(" "));
    match tx.conn() {
        Conn::Sqlite(_) => {
            rows!(tx, sqlx::query(SQLITE_FORGET).bind(campaign.uuid()))?;
            rows!(tx, sqlx::query(SQLITE_ADD).bind(campaign.uuid()).bind(&title).bind(&rest))?;
        }
        Conn::Postgres(_) => {
            rows!(tx, sqlx::query(POSTGRES_PUT).bind(campaign.uuid()).bind(&title).bind(&rest))?;
        }
    }
    Ok(())
}

const SQLITE_FORGET: &str = "DELETE FROM campaign_search WHERE campaign_id = $1";
const SQLITE_ADD: &str = "INSERT INTO campaign_search (campaign_id, title, rest) VALUES ($1, $2, $3)";
const POSTGRES_PUT: &str = "
    INSERT INTO campaign_search (campaign_id, document)
    VALUES ($1, setweight(to_tsvector('simple', $2), 'A') || to_tsvector('simple', $3))
    ON CONFLICT (campaign_id) DO UPDATE SET document = EXCLUDED.document";

/// Lower case without accents, words apart by single blanks.
pub fn fold(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().take(WORD_CHARS_MAX).collect())
        .collect::<Vec<String>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fold_case_accents_and_marks() {
        assert_eq!(fold("Vélo-cargo  de NUIT, l’été!"), "velo cargo de nuit l ete");
        assert_eq!(fold("Kühle Strassen"), "kuhle strassen");
        assert_eq!(fold("\"'; DROP"), "drop");
    }
}
