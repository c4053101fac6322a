//! Statements about mails.

use crate::db::Many;

pub(super) const ADD: Many = Many::insert(
    "INSERT INTO mails (id, letter, email, email_counted, subject_id, detail_id, state, send_at, created_at) ",
);

pub(super) const WITHDRAW: Many = Many { head: "DELETE FROM mails WHERE subject_id IN (", tail: ")" };

/// An advisory lock by its number; those of campaigns are hashes.
pub(super) const LOCK_RIPENINGS: &str = "SELECT pg_advisory_xact_lock($1)";

pub(super) const RIPENED_UNTIL: &str = "SELECT until_at FROM ripenings WHERE name = $1";

pub(super) const MARK_RIPENED: &str = "
    INSERT INTO ripenings (name, until_at) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET until_at = excluded.until_at WHERE ripenings.until_at < excluded.until_at";

pub(super) const HAS_DUE: &str = "SELECT EXISTS (SELECT 1 FROM mails WHERE state = 'waiting' AND send_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2))";

/// What somebody waits for at a screen comes first, said as an index says it: it does not stand behind the
/// thousands of letters of a settlement. Until `$3`, in wall time like `$2`, nobody else takes them: who
/// comes at the same time waits, looks again and finds them taken. That they wait is said by their end, as in
/// [`FINISH`]. The plus keeps SQLite from the index on the time alone, which it would take for a small `$4`,
/// and then sort all that is due.
pub(super) const CLAIM: &str = "
    UPDATE mails SET claimed_until = $3
    WHERE ended_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $2) AND id IN (
        SELECT id FROM mails
        WHERE state = 'waiting' AND +send_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)
        ORDER BY letter NOT IN ('sign_in', 'confirm', 'follow'), send_at, id
        LIMIT $4)
    RETURNING id, letter, email, subject_id, detail_id, tries, send_at";

/// Mails that wait have no end. Asked for by their state, SQLite would look through all that wait.
pub(super) const FINISH: Many = Many {
    head: "UPDATE mails SET state = ended.column2, ended_at = ended.column3, tries = tries + 1 FROM (",
    tail: ") AS ended WHERE mails.id = ended.column1 AND mails.ended_at IS NULL",
};

pub(super) const LATER: &str = "UPDATE mails SET send_at = $2, tries = tries + 1, claimed_until = NULL WHERE id = $1 AND ended_at IS NULL";

pub(super) const RETRY_FAILED: &str = "
    UPDATE mails SET state = 'waiting', ended_at = NULL, tries = 0, send_at = $1, claimed_until = NULL WHERE state = 'failed'";

/// How often each of some addresses, plain or with whatever tag, is asked to be proved from an instant on, mails
/// that are still to come included. Which letters ask is said as an index says it.
pub(super) const COUNT_PROOFS: Many = Many {
    head: "SELECT m.email_counted, LOWER(m.email) = m.email_counted, COUNT(*) FROM (",
    tail: ") AS asked CROSS JOIN mails m
        WHERE m.email_counted = asked.column1 AND m.send_at > asked.column2 AND m.letter IN ('confirm', 'bank', 'follow')
        GROUP BY m.email_counted, LOWER(m.email) = m.email_counted",
};

/// Mails whose time has come, and mails that were given up.
pub(super) const COUNT_BY_END: &str = "
    SELECT COUNT(CASE WHEN state = 'waiting' AND send_at <= $1 THEN 1 END), COUNT(CASE WHEN state = 'failed' THEN 1 END)
    FROM mails";

pub(super) const CAPTURE: Many =
    Many::insert("INSERT INTO captured_mails (id, email, subject, body_text, body_html, at) ");

pub(super) const CAPTURED: &str = "
    SELECT id, email, subject, body_text, at FROM captured_mails
    WHERE ($1 = '' OR email = $1)
    ORDER BY at DESC, id DESC
    LIMIT $2";

pub(super) const CAPTURED_HTML: &str =
    "SELECT body_html FROM captured_mails WHERE id = $1 AND ($2 = '' OR email = $2)";

/// Letters that have left, before `$1`, and before `$2` what was given up and what asked for a proof: whoever
/// was asked hears how it went on.
pub(super) const FORGET_MAILS: &str = "
    DELETE FROM mails
    WHERE ended_at < $2 OR (ended_at < $1 AND state IN ('sent', 'dropped') AND letter NOT IN ('confirm', 'bank'))";

/// All but the newest `$1` that were captured.
pub(super) const FORGET_CAPTURED: &str = "
    DELETE FROM captured_mails
    WHERE id NOT IN (SELECT id FROM captured_mails ORDER BY at DESC, id DESC LIMIT $1)";

/// Before the addresses of the pledges go.
pub(super) const ERASE_CAPTURED: &str = "
    DELETE FROM captured_mails
    WHERE email = $2 OR email IN (SELECT email FROM pledges WHERE user_id = $1 OR email_folded = $2)
        OR email IN (SELECT email FROM campaign_followers WHERE email_folded = $2)";

/// Before followers go: their addresses stand as they were typed.
pub(super) const ERASE_TO: &str = "
    DELETE FROM mails
    WHERE email = $1 OR subject_id IN (SELECT id FROM campaign_followers WHERE email_folded = $1)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{assert_many_uses, assert_uses};

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("mails_waiting_urgent", CLAIM).await;
        assert_many_uses("mails_by_email_counted", &COUNT_PROOFS, 2).await;
    }
}
