//! Statements about fees.

pub(super) const SHARE: &str = "SELECT platform_fee_bp FROM instance WHERE id = 1";

pub(super) const SET_SHARE: &str = "UPDATE instance SET platform_fee_bp = $1 WHERE id = 1";
