//! Statements about backers' letters.

use crate::db::Many;

/// Where a pledge's letters go, whether that address is proved, and whether it was asked to be: a letter that
/// waits for another hour has not asked yet.
pub(super) const ADDRESSEES: Many = Many {
    head: "SELECT p.id, p.email, p.email_confirmed_at IS NOT NULL AS is_proved,
            EXISTS (SELECT 1 FROM mails m WHERE m.subject_id = p.id AND m.letter IN ('confirm', 'bank')
                AND (m.send_at <= m.created_at OR m.ended_at IS NOT NULL)) AS was_asked
        FROM pledges p WHERE p.email IS NOT NULL AND p.id IN (",
    tail: ")",
};

/// Backers whose pledge may still be charged or returned.
pub(super) const CHARGEABLE: &str = "
    SELECT id, email FROM pledges
    WHERE campaign_id = $1 AND email IS NOT NULL
        AND state IN ('awaiting_setup', 'awaiting_funds', 'needs_review', 'secured', 'funded')
    ORDER BY id";

/// Whose reward is to be sent somewhere that they have not told yet.
pub(super) const ADDRESSLESS: &str = "
    SELECT p.id, p.email FROM pledges p
    WHERE p.campaign_id = $1 AND p.email IS NOT NULL AND p.state = 'paid' AND p.region IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM pledge_addresses a WHERE a.pledge_id = p.id)
    ORDER BY p.id";

/// Letters that have asked for the proof of an address, the first of each pledge that left, where it is not
/// proved yet.
pub(super) const ASKED_FOR_A_PROOF: &str = "
    SELECT m.subject_id, p.email, m.ended_at AS at
    FROM mails m JOIN pledges p ON p.id = m.subject_id
    WHERE m.letter IN ('confirm', 'bank') AND m.ended_at > $1 AND m.ended_at <= $2 AND m.state = 'sent'
        AND p.email IS NOT NULL AND p.email_confirmed_at IS NULL
        AND p.state IN ('awaiting_setup', 'awaiting_funds', 'secured')
        AND NOT EXISTS (SELECT 1 FROM mails o WHERE o.subject_id = m.subject_id
            AND ((o.letter = 'reminder' AND o.state = 'waiting')
                OR (o.letter IN ('confirm', 'bank') AND o.state = 'sent'
                    AND (o.ended_at < m.ended_at OR (o.ended_at = m.ended_at AND o.id < m.id)))))
    ORDER BY m.ended_at, m.id
    LIMIT $3";

pub(super) const HAS_ASKED_FOR_A_PROOF: &str = "
    SELECT EXISTS (SELECT 1 FROM mails WHERE letter IN ('confirm', 'bank') AND ended_at > $1 AND ended_at <= $2)";

/// Pledges whose charge waits for the backer to confirm it.
pub(super) const ASKED_TO_CONFIRM: &str = "
    SELECT p.id AS subject_id, p.email, p.state_since AS at
    FROM pledges p
    WHERE p.state = 'action_required' AND p.state_since > $1 AND p.state_since <= $2 AND p.email IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM mails o
            WHERE o.subject_id = p.id AND o.letter = 'action' AND o.state = 'waiting')
    ORDER BY p.state_since, p.id
    LIMIT $3";

pub(super) const HAS_ASKED_TO_CONFIRM: &str = "
    SELECT EXISTS (SELECT 1 FROM pledges
        WHERE state = 'action_required' AND state_since > $1 AND state_since <= $2)";

pub(super) const PLEDGE: &str = "
    SELECT p.id, p.name, p.locale, p.state, p.amount_minor, p.arrived_minor, p.currency, p.method, p.email_confirmed_at,
        p.state_since, p.reward_qty, r.title AS reward_title, c.title AS campaign_title, c.closes_at, c.decided_at,
        c.state AS campaign_state, c.model = 'flexible' AS is_flexible,
        EXISTS (SELECT 1 FROM pledge_addresses a WHERE a.pledge_id = p.id) AS has_address
    FROM pledges p JOIN campaigns c ON c.id = p.campaign_id LEFT JOIN rewards r ON r.id = p.reward_id
    WHERE p.id = $1";

/// How often a pledge's address was asked for a proof, reminders apart.
pub(super) const COUNT_OF_PLEDGE: &str = "
    SELECT COUNT(*) FROM mails WHERE subject_id = $1 AND letter = 'confirm' AND created_at > $2";
