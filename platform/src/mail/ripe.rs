//! Letters that only time brings: derived from what stands in the database when they are due, and not stored
//! before.

use multitude_domain::time::{Span, Timestamp};
use uuid::Uuid;

use super::kind::LetterKind;
use super::queue::{NewMail, queue};
use super::sql;
use crate::db::{Lock, StoreError, Tx};
use crate::{campaigns, on, pledges, rows};

/// What is ripe stands still: whoever looks at the same time would queue it too. Nothing else is locked by
/// whoever looks.
pub(crate) static RIPENINGS: Lock = Lock { name: "ripenings", rank: 80 };
const RIPENINGS_NUMBER: i64 = 0x217E;

/// As many letters as one kind brings in one transaction.
const RIPE_AT_ONCE: i64 = 500;

/// A letter that is due some time after something has happened, as long as it is still so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ripening {
    /// Under which it is remembered up to when its letters were queued. It does not change.
    pub(crate) name: &'static str,
    pub(crate) kind: LetterKind,
    /// How long after.
    pub(crate) after: Span,
    /// Finds what happened later than `$1` and until `$2`, at most `$3`, the oldest first: subject, address,
    /// and when. Of what a letter of this kind waits for already it finds nothing, so that after a while
    /// without mail one is enough.
    pub(crate) happened: &'static str,
    /// Whether anything happened later than `$1` and until `$2` that is worth that look.
    pub(crate) has_happened: &'static str,
}

#[derive(Debug, sqlx::FromRow)]
struct RipeRow {
    subject_id: Uuid,
    email: String,
    at: i64,
}

/// All of them, the longest after first.
fn all() -> impl Iterator<Item = &'static Ripening> {
    pledges::letters::RIPENINGS.iter().chain(campaigns::letters::RIPENINGS)
}

/// Whether there is anything to do for [`queue_ripe`].
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub(crate) async fn has_ripe(tx: &mut Tx) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    for ripening in all() {
        let (since, due) = (ripened_until(tx, ripening).await?, due(ripening, now));
        let has_happened: bool = on!(tx, c => sqlx::query_scalar(ripening.has_happened)
            .bind(since).bind(due).fetch_one(c).await)?;
        if has_happened {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Queues the letters that have become ripe, and says how many. Called again while there are any.
///
/// # Errors
/// [`StoreError`] where the database does not do it; they stay ripe then.
pub async fn queue_ripe(tx: &mut Tx) -> Result<usize, StoreError> {
    tx.lock(&RIPENINGS, sql::LOCK_RIPENINGS, RIPENINGS_NUMBER).await?;
    let now = tx.now().await?;
    let mut count = 0_usize;
    for ripening in all() {
        let Ripe { rows, until } = find(tx, ripening, now).await?;
        let mail = |row: RipeRow| NewMail::about(row.subject_id, ripening.kind, row.email, now);
        let mails: Vec<NewMail> = rows.into_iter().map(mail).collect();
        queue(tx, &mails).await?;
        rows!(tx, sqlx::query(sql::MARK_RIPENED).bind(ripening.name).bind(until))?;
        count = count.saturating_add(mails.len());
    }
    Ok(count)
}

/// Lets nobody be told of what happened before now: it was made up.
///
/// # Errors
/// [`StoreError`] where the database does not do it.
pub(crate) async fn skip_ripe(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    for ripening in all() {
        rows!(tx, sqlx::query(sql::MARK_RIPENED).bind(ripening.name).bind(due(ripening, now)))?;
    }
    Ok(())
}

struct Ripe {
    rows: Vec<RipeRow>,
    /// Up to when everything is in `rows`.
    until: i64,
}

/// What happened until then has ripened.
const fn due(ripening: &Ripening, now: Timestamp) -> i64 {
    now.as_micros().saturating_sub(ripening.after.as_micros())
}

async fn ripened_until(tx: &mut Tx, ripening: &Ripening) -> Result<i64, StoreError> {
    let until: Option<i64> = on!(tx, c => sqlx::query_scalar(sql::RIPENED_UNTIL)
        .bind(ripening.name).fetch_optional(c).await)?;
    Ok(until.unwrap_or(0))
}

async fn find(tx: &mut Tx, ripening: &Ripening, now: Timestamp) -> Result<Ripe, StoreError> {
    let (since, due) = (ripened_until(tx, ripening).await?, due(ripening, now));
    let mut rows: Vec<RipeRow> = on!(tx, c => sqlx::query_as(ripening.happened)
        .bind(since).bind(due).bind(RIPE_AT_ONCE).fetch_all(c).await)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= RIPE_AT_ONCE);
    let Some(last) = rows.last().map(|row| row.at).filter(|_| is_full) else {
        return Ok(Ripe { rows, until: due.max(since) });
    };
    // What happened in the same instant as the last one may not all be there: it is left for the next time,
    // or, where that is everything, taken whole.
    if rows.first().is_some_and(|first| first.at < last) {
        rows.retain(|row| row.at < last);
        return Ok(Ripe { rows, until: last.saturating_sub(1) });
    }
    rows = on!(tx, c => sqlx::query_as(ripening.happened)
        .bind(last.saturating_sub(1)).bind(last).bind(i64::MAX).fetch_all(c).await)?;
    Ok(Ripe { rows, until: last })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        for ripening in all() {
            let index = match ripening.kind.name() {
                "reminder" => "mails_asking",
                "action" => "pledges_to_confirm",
                _ => "campaigns_by_state",
            };
            assert_uses(index, ripening.happened).await;
            assert_uses(index, ripening.has_happened).await;
        }
    }

    #[test]
    fn each_is_remembered_under_a_name_of_its_own() {
        let names: HashSet<&str> = all().map(|ripening| ripening.name).collect();
        assert_eq!(names.len(), all().count());
    }
}
