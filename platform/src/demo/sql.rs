//! Statements about what this installation is.

pub(super) const ORIGIN: &str = "SELECT origin FROM instance WHERE id = 1";

pub(super) const COUNT_HELD: &str = "SELECT (SELECT COUNT(*) FROM campaigns) + (SELECT COUNT(*) FROM users)";

pub(super) const SKIP: &str =
    "UPDATE instance SET skipped_us = skipped_us + $1 WHERE id = 1 AND origin = 'demo'";

pub(super) const BECOME_DEMO: &str = "UPDATE instance SET origin = 'demo' WHERE id = 1 AND origin = 'live'";
