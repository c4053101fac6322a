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

/// Rows older than `$1` and `$2`, the newest first, at most `$3`.
macro_rules! list {
    ($about:literal) => {
        concat!(
            "SELECT a.id, a.at, a.user_id, a.grounds, a.deed, a.how, a.subject_kind, a.subject_id, a.person_id,
                a.words_hash, c.slug, w.salt, w.who, w.whom, w.why
            FROM audit a
            LEFT JOIN audit_words w ON w.audit_id = a.id
            LEFT JOIN campaigns c ON c.id = a.subject_id
            WHERE (a.at, a.id) < ($1, $2)",
            $about,
            " ORDER BY a.at DESC, a.id DESC LIMIT $3"
        )
    };
}

/// All of them.
pub(super) const LIST: &str = list!("");

/// Those of what was done to one thing, and by and to one person.
pub(super) const LIST_ABOUT: &str = list!(
    " AND a.id IN (
        SELECT id FROM audit WHERE subject_id = $4
        UNION SELECT id FROM audit WHERE user_id = $4
        UNION SELECT id FROM audit WHERE person_id = $4)"
);
