//! The locks of campaigns. Whoever shares a campaign and whoever needs it alone wait in one line before they
//! lock its row: an advisory lock of its own. Row locks have no line: sharers who keep coming would for ever
//! keep out whoever needs it alone.

use std::collections::HashSet;

use uuid::Uuid;

use crate::db::{Lock, StoreError, Tx};

/// A campaign: shared, it cannot close; alone, nobody pledges to it or moves its pledges.
pub(crate) static CAMPAIGN: Lock = Lock { name: "campaign", rank: 10 };
/// What a campaign has in all. Everybody who pledges wants it: it is taken last.
pub(crate) static TOTALS: Lock = Lock { name: "campaign's totals", rank: 60 };

/// A statement that waits in line for what `$campaigns` names before it locks these rows.
macro_rules! in_line {
    ($lock:literal, $campaigns:literal, $rows:literal) => {
        concat!(
            "WITH wanted AS MATERIALIZED (",
            $campaigns,
            "), line AS MATERIALIZED (SELECT ",
            $lock,
            "(hashtextextended(CAST(id AS TEXT), 0)) FROM wanted)
            SELECT id FROM campaigns WHERE id IN (SELECT id FROM wanted) AND (SELECT COUNT(*) FROM line) > 0
            ORDER BY id ",
            $rows
        )
    };
}

const ALONE: &str = in_line!("pg_advisory_xact_lock", "SELECT CAST($1 AS UUID) AS id", "FOR UPDATE");

const SHARED: &str = in_line!("pg_advisory_xact_lock_shared", "SELECT CAST($1 AS UUID) AS id", "FOR SHARE");

const SHARED_BY_SLUG: &str =
    in_line!("pg_advisory_xact_lock_shared", "SELECT id FROM campaigns WHERE slug = $1", "FOR SHARE");

const SHARED_OF_PLEDGES: &str = in_line!(
    "pg_advisory_xact_lock_shared",
    "SELECT DISTINCT campaign_id AS id FROM pledges WHERE id = ANY($1) ORDER BY id",
    "FOR SHARE"
);

/// As [`SHARED_BY_SLUG`] of several, without waiting for any: whoever waits in line to have one alone comes
/// first, and a row that somebody writes is busy too. What is waited for afterwards (rewards, totals) is waited
/// for a moment only, so that one process which stands still keeps no other campaign's pledges.
const SHARED_WHERE_FREE: &str = "
    WITH wanted AS MATERIALIZED (SELECT id, slug FROM campaigns WHERE slug = ANY($1) ORDER BY id),
        line AS MATERIALIZED (SELECT id, slug,
            pg_try_advisory_xact_lock_shared(hashtextextended(CAST(id AS TEXT), 0)) AS is_free FROM wanted),
        held AS MATERIALIZED (SELECT id FROM campaigns WHERE id IN (SELECT id FROM line WHERE is_free)
            ORDER BY id FOR SHARE SKIP LOCKED)
    SELECT line.slug, held.id IS NULL FROM line LEFT JOIN held ON held.id = line.id
    WHERE set_config('lock_timeout', '500ms', TRUE) <> ''";

const TOTALS_OF_CAMPAIGNS: &str = "
    SELECT campaign_id FROM campaign_totals WHERE campaign_id = ANY($1) ORDER BY campaign_id FOR NO KEY UPDATE";

/// Key shares that other tables' foreign keys take do not meet it.
const TOTALS_OF_PLEDGES: &str = "
    SELECT campaign_id FROM campaign_totals WHERE campaign_id IN (SELECT campaign_id FROM pledges WHERE id = ANY($1))
    ORDER BY campaign_id FOR NO KEY UPDATE";

/// Takes a campaign alone: nobody pledges until this transaction ends.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn lock_campaign(tx: &mut Tx, campaign: Uuid) -> Result<(), StoreError> {
    tx.lock(&CAMPAIGN, ALONE, campaign).await
}

/// Takes a campaign together with others: it cannot close before this transaction ends.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn lock_campaign_shared(tx: &mut Tx, campaign: Uuid) -> Result<(), StoreError> {
    tx.lock(&CAMPAIGN, SHARED, campaign).await
}

/// As [`lock_campaign_shared`], of the campaign with this slug; nothing happens where there is none.
pub(crate) async fn lock_campaign_shared_by_slug(tx: &mut Tx, slug: &str) -> Result<(), StoreError> {
    tx.lock(&CAMPAIGN, SHARED_BY_SLUG, slug).await
}

/// As [`lock_campaign_shared`], of the campaigns with these slugs that nobody has alone or waits to have so;
/// says which ones somebody does.
pub(crate) async fn lock_free_campaigns_shared(
    tx: &mut Tx,
    slugs: &[String],
) -> Result<HashSet<String>, StoreError> {
    tx.try_lock(&CAMPAIGN, SHARED_WHERE_FREE, slugs).await
}

/// Takes the totals of these campaigns alone.
pub(crate) async fn lock_totals(tx: &mut Tx, campaigns: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&TOTALS, TOTALS_OF_CAMPAIGNS, campaigns).await
}

/// As [`lock_campaign_shared`], of the campaigns of these pledges.
pub(crate) async fn lock_campaigns_of(tx: &mut Tx, pledges: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&CAMPAIGN, SHARED_OF_PLEDGES, pledges).await
}

/// Takes the totals of these pledges' campaigns alone.
pub(crate) async fn lock_totals_of(tx: &mut Tx, pledges: &[Uuid]) -> Result<(), StoreError> {
    tx.lock(&TOTALS, TOTALS_OF_PLEDGES, pledges).await
}
