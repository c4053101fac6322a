//! The statements of the audit.

use crate::db::Many;

pub(super) const ADD: &str = "
    INSERT INTO audit (id, at, user_id, grounds, deed, how, subject_kind, subject_id, person_id, words_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub(super) const ADD_WORDS: &str =
    "INSERT INTO audit_words (audit_id, salt, who, whom, why) VALUES ($1, $2, $3, $4, $5)";

pub(super) const NAME_OF: &str = "SELECT name FROM users WHERE id = $1";

pub(super) const ERASE_WORDS_OF_PERSON: &str = "
    DELETE FROM audit_words WHERE audit_id IN (
        SELECT id FROM audit WHERE user_id = $1 UNION SELECT id FROM audit WHERE person_id = $1)";

pub(super) const ERASE_WORDS_OF_PLEDGES: Many = Many {
    head: "DELETE FROM audit_words WHERE audit_id IN (SELECT id FROM audit WHERE subject_id IN (",
    tail: "))",
};

/// The rows from a place on, the newest first.
pub(super) const LIST: &str = "
    SELECT a.id, a.at, a.user_id, a.grounds, a.deed, a.how, a.subject_kind, a.subject_id, a.person_id, a.words_hash,
        c.slug, w.salt, w.who, w.whom, w.why
    FROM audit a
    LEFT JOIN audit_words w ON w.audit_id = a.id
    LEFT JOIN campaigns c ON c.id = a.subject_id
    WHERE (CAST($1 AS BIGINT) IS NULL OR a.at < $1 OR (a.at = $1 AND a.id < $2))
    ORDER BY a.at DESC, a.id DESC LIMIT $3";

/// The same, of what was done to one thing, and by and to one person.
pub(super) const LIST_ABOUT: &str = "
    SELECT a.id, a.at, a.user_id, a.grounds, a.deed, a.how, a.subject_kind, a.subject_id, a.person_id, a.words_hash,
        c.slug, w.salt, w.who, w.whom, w.why
    FROM audit a
    LEFT JOIN audit_words w ON w.audit_id = a.id
    LEFT JOIN campaigns c ON c.id = a.subject_id
    WHERE a.id IN (
            SELECT id FROM audit WHERE subject_id = $4
            UNION SELECT id FROM audit WHERE user_id = $4
            UNION SELECT id FROM audit WHERE person_id = $4)
        AND (CAST($1 AS BIGINT) IS NULL OR a.at < $1 OR (a.at = $1 AND a.id < $2))
    ORDER BY a.at DESC, a.id DESC LIMIT $3";
