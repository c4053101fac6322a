//! Statements about what this installation is.

pub(super) const ORIGIN: &str = "SELECT origin FROM instance WHERE id = 1";

pub(super) const COUNT_HELD: &str = "SELECT (SELECT COUNT(*) FROM campaigns) + (SELECT COUNT(*) FROM users)";

pub(super) const BECOME_DEMO: &str = "UPDATE instance SET origin = 'demo' WHERE id = 1 AND origin = 'live'";
