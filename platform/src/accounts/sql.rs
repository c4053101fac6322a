//! Statements about accounts.

/// When mails were asked for since an instant, and one that is still to come; for the plain address, or for
/// all its tags.
pub(super) const ASKED: &str = "
    SELECT asked_at FROM sign_ins
    WHERE email_counted = $1 AND asked_at > $2 AND (email = email_counted) = $3
    ORDER BY asked_at DESC
    LIMIT $4";

pub(super) const ADD_SIGN_IN: &str = "
    INSERT INTO sign_ins (id, email, locale, link_hash, browser_hash, asked_at, ends_at, email_counted)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

pub(super) const BY_LINK: &str =
    "SELECT email FROM sign_ins WHERE link_hash = $1 AND used_at IS NULL AND ends_at > $2";

/// Used once, whoever is second finds nothing.
pub(super) const USE_LINK: &str = "
    UPDATE sign_ins SET used_at = $2 WHERE link_hash = $1 AND used_at IS NULL AND ends_at > $2
    RETURNING email, locale";

/// The latest that this browser asked for, of those whose mail has left.
pub(super) const LATEST_OF_BROWSER: &str = "
    SELECT id FROM sign_ins
    WHERE browser_hash = $1 AND used_at IS NULL AND ends_at > $2 AND asked_at <= $2
    ORDER BY asked_at DESC, id DESC
    LIMIT 1";

/// Counts a try before it is looked at, so that tries at once do not count as one.
pub(super) const COUNT_TRY: &str =
    "UPDATE sign_ins SET tries = tries + 1 WHERE id = $1 AND tries < $2 RETURNING tries";

pub(super) const USE_CODE: &str =
    "UPDATE sign_ins SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING email, locale";

pub(super) const FORGET_SIGN_INS: &str = "DELETE FROM sign_ins WHERE ends_at < $1";

pub(super) const FORGET_SESSIONS: &str = "DELETE FROM sessions WHERE ends_at <= $1";

pub(super) const ADD_SESSION: &str = "
    INSERT INTO sessions (id, token_hash, user_id, started_at, ends_at) VALUES ($1, $2, $3, $4, $5)";

pub(super) const SESSION: &str = "
    SELECT s.id, s.user_id, u.email, u.name, u.locale
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = $1 AND s.ends_at > $2";

pub(super) const ROLES: &str = "SELECT role FROM user_roles WHERE user_id = $1 ORDER BY role";

pub(super) const SESSIONS_OF: &str = "
    SELECT id, started_at, ends_at FROM sessions
    WHERE user_id = $1 AND ends_at > $2
    ORDER BY started_at DESC, id DESC
    LIMIT $3";

pub(super) const END_SESSION: &str = "DELETE FROM sessions WHERE id = $1 AND user_id = $2";

pub(super) const END_SESSIONS_OF: &str = "DELETE FROM sessions WHERE user_id = $1";

pub(super) const ADD_USER: &str = "
    INSERT INTO users (id, email, name, locale, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (email) DO NOTHING";

pub(super) const USER_BY_EMAIL: &str = "SELECT id FROM users WHERE email = $1";

/// The name on the newest pledge that a guest made with this address and proved: anybody can type another's
/// address, and any name.
pub(super) const NAME_BY_EMAIL: &str = "
    SELECT name FROM pledges
    WHERE user_id IS NULL AND email_folded = $1 AND email_confirmed_at IS NOT NULL
    ORDER BY created_at DESC, id DESC
    LIMIT 1";

/// Pledges that were made as a guest with an address that is proved now. Whether its owner made them, only
/// they can say.
pub(super) const ADOPT_PLEDGES: &str =
    "UPDATE pledges SET user_id = $1 WHERE user_id IS NULL AND email_folded = $2";

pub(super) const GRANT: &str = "
    INSERT INTO user_roles (user_id, role, granted_at) VALUES ($1, $2, $3)
    ON CONFLICT (user_id, role) DO NOTHING";

pub(super) const HAS_TO_READDRESS: &str = "SELECT EXISTS (SELECT 1 FROM emails_to_readdress)";

pub(super) const TO_READDRESS: &str = "SELECT email FROM emails_to_readdress ORDER BY email LIMIT $1";

pub(super) const READDRESSED: &str = "DELETE FROM emails_to_readdress WHERE email = $1";

pub(super) const READDRESS_USER: &str = "
    UPDATE users SET email = $2
    WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users other WHERE other.email = $2)";

pub(super) const READDRESS_PLEDGES: &str =
    "UPDATE pledges SET email = $2, email_folded = $3, email_counted = $4 WHERE email = $1";

pub(super) const FOLLOWERS_BY_EMAIL: &str = "SELECT id FROM campaign_followers WHERE email = $1 ORDER BY id";

pub(super) const READDRESS_FOLLOWER: &str = "
    UPDATE campaign_followers SET email = $2, email_folded = $3
    WHERE id = $1 AND NOT EXISTS (
        SELECT 1 FROM campaign_followers other
        WHERE other.campaign_id = campaign_followers.campaign_id AND other.email_folded = $3
            AND other.id <> $1)";

pub(super) const DROP_FOLLOWER: &str = "DELETE FROM campaign_followers WHERE id = $1";

pub(super) const READDRESS_SIGN_INS: &str = "UPDATE sign_ins SET email = $2 WHERE email = $1";

pub(super) const READDRESS_MAILS: &str = "UPDATE mails SET email = $2 WHERE email = $1";

pub(super) const READDRESS_CAPTURED: &str = "UPDATE captured_mails SET email = $2 WHERE email = $1";

pub(super) const ERASE_SIGN_INS: &str = "DELETE FROM sign_ins WHERE email = $1";

/// The account, after whatever names it.
pub(super) const ERASE_ACCOUNT: [&str; 3] = [
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM user_roles WHERE user_id = $1",
    "DELETE FROM users WHERE id = $1",
];

pub(super) const SIGN_IN: &str =
    "SELECT id, email, locale, browser_hash, ends_at FROM sign_ins WHERE id = $1 AND used_at IS NULL";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("pledges_by_email_folded", NAME_BY_EMAIL).await;
        assert_uses("pledges_by_email_folded", ADOPT_PLEDGES).await;
    }
}
