//! Statements about whose secret made the database.

pub(super) const MARK: &str = "SELECT secret_mark FROM instance WHERE id = 1";

/// Who comes second finds the first one's.
pub(super) const SET_MARK: &str = "UPDATE instance SET secret_mark = $1 WHERE id = 1 AND secret_mark IS NULL";
