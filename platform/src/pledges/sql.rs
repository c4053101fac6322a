//! Statements about pledges.

use crate::db::Many;

/// What campaigns take pledges with, by their slugs. `CROSS JOIN` has SQLite look up each of them.
pub(super) const OFFERS: Many = Many {
    head: "
    SELECT c.id, c.slug, c.currency, c.policy, c.state, c.goal_minor, c.livemode, c.closes_at,
        (c.origin = 'import') AS is_imported,
        EXISTS (SELECT 1 FROM pool_campaigns m WHERE m.campaign_id = c.id) AS has_pool
    FROM (",
    tail: ") AS asked CROSS JOIN campaigns c WHERE c.slug = asked.column1",
};

pub(super) const OFFERED_REWARD: &str = "SELECT title, price_minor, stock, taken, early_until, is_shipped FROM rewards WHERE id = $1 AND campaign_id = $2";

pub(super) const REGIONS: &str =
    "SELECT region, shipping_minor FROM reward_regions WHERE reward_id = $1 ORDER BY position";

pub(super) const OFFERED_ADD_ONS: &str =
    "SELECT id, price_minor FROM add_ons WHERE campaign_id = $1 ORDER BY position";

pub(super) const BY_KEY: &str = "
    SELECT id, state, request_hash FROM pledges WHERE caller_hash = $1 AND idempotency_key = $2";

/// What was placed with keys. `CROSS JOIN` has SQLite look up each key instead of going through all pledges;
/// that a key is there is said twice, for the index of those that have one.
pub(super) const BY_KEYS: Many = Many {
    head: "SELECT p.id, p.state, p.caller_hash, p.idempotency_key, p.request_hash FROM (",
    tail: ") AS asked CROSS JOIN pledges p
        WHERE p.caller_hash = asked.column1 AND p.idempotency_key = asked.column2 AND p.idempotency_key IS NOT NULL",
};

/// Takes so many of a limited reward, unless they are taken or held by other browsers.
pub(super) const TAKE_REWARD: &str = "
    UPDATE rewards SET taken = taken + $2
    WHERE id = $1 AND taken + $2 + COALESCE((SELECT SUM(h.qty) FROM reward_holds h
        WHERE h.reward_id = $1 AND h.expires_at > $3 AND h.browser_hash <> $4), 0) <= stock";

/// How many of a limited reward no pledge has taken, and how many wait for transfers or providers, or for
/// somebody to look at a transfer that differs.
pub(super) const ANNOUNCED: &str = "
    SELECT r.stock - r.taken, CAST(COALESCE((SELECT SUM(p.reward_qty) FROM pledges p
        WHERE p.campaign_id = $2 AND (p.state IN ('awaiting_funds', 'awaiting_setup') OR (p.state = 'needs_review' AND NOT p.gave_back)) AND p.reward_id = $1), 0) AS BIGINT)
    FROM rewards r
    WHERE r.id = $1";

/// Whether somebody has paid a pledge.
pub(super) const HAS_PAID: &str =
    "SELECT EXISTS (SELECT 1 FROM pledges WHERE user_id = $1 AND state = 'paid')";

/// The same of a limited add-on, with its title.
pub(super) const ANNOUNCED_ADD_ON: &str = "
    SELECT o.title, o.stock - o.taken, CAST(COALESCE((SELECT SUM(a.qty) FROM pledges p JOIN pledge_add_ons a ON a.pledge_id = p.id
        WHERE p.campaign_id = $2 AND (p.state IN ('awaiting_funds', 'awaiting_setup') OR (p.state = 'needs_review' AND NOT p.gave_back)) AND a.add_on_id = $1), 0) AS BIGINT)
    FROM add_ons o
    WHERE o.id = $1 AND o.stock IS NOT NULL";

/// `$2` more of an add-on, or fewer.
pub(super) const TAKE_ADD_ON: &str =
    "UPDATE add_ons SET taken = taken + $2 WHERE id = $1 AND (stock IS NULL OR taken + $2 <= stock)";

/// Once, whatever becomes of the pledge afterwards.
pub(super) const GIVE_BACK: &str = "UPDATE pledges SET gave_back = TRUE WHERE id = $1 AND NOT gave_back";

/// Where all of it is there still.
pub(super) const TAKE_AGAIN: &str = "
    UPDATE pledges SET gave_back = FALSE
    WHERE id = $1 AND gave_back
        AND NOT EXISTS (SELECT 1 FROM rewards r
            WHERE r.id = pledges.reward_id AND r.taken + pledges.reward_qty > r.stock)
        AND NOT EXISTS (SELECT 1 FROM pledge_add_ons a JOIN add_ons o ON o.id = a.add_on_id
            WHERE a.pledge_id = pledges.id AND o.taken + a.qty > o.stock)";

/// `$2` more of a limited reward, or fewer.
pub(super) const MOVE_TAKEN: &str =
    "UPDATE rewards SET taken = taken + $2 WHERE id = $1 AND stock IS NOT NULL";

/// The add-ons of a pledge, `$2` times: 1 or -1.
pub(super) const MOVE_TAKEN_ADD_ONS: &str = "
    UPDATE add_ons SET taken = taken
        + $2 * (SELECT a.qty FROM pledge_add_ons a WHERE a.pledge_id = $1 AND a.add_on_id = add_ons.id)
    WHERE id IN (SELECT a.add_on_id FROM pledge_add_ons a WHERE a.pledge_id = $1)";

/// What of a pledge that gave back what it had taken is not to be had once more: others have it, or hold it
/// at `$2`.
pub(super) const GONE: &str = "
    SELECT r.title FROM pledges p LEFT JOIN rewards r ON r.id = p.reward_id AND r.taken + p.reward_qty
            + COALESCE((SELECT SUM(h.qty) FROM reward_holds h WHERE h.reward_id = r.id AND h.expires_at > $2), 0) > r.stock
    WHERE p.id = $1 AND p.gave_back AND (r.id IS NOT NULL OR EXISTS (SELECT 1 FROM pledge_add_ons a
        JOIN add_ons o ON o.id = a.add_on_id WHERE a.pledge_id = p.id AND o.taken + a.qty > o.stock))";

/// What somebody who is of the team now pledged to its campaign and is matched.
pub(super) const MATCHED_OF: &str = "
    SELECT p.id FROM pledges p JOIN pledge_matches m ON m.pledge_id = p.id
    WHERE p.campaign_id = $1 AND (p.user_id = $2 OR p.email_counted = $3) AND m.state = 'reserved'
    ORDER BY p.id";

pub(super) const OF_PAYER: &str =
    "SELECT id FROM pledges WHERE campaign_id = $1 AND payer_hash = $2 ORDER BY id";

pub(super) const ADDRESS_OF_USER: &str = "SELECT id, email FROM users WHERE id = $1";

pub(super) const DROP_HOLD: &str = "DELETE FROM reward_holds WHERE browser_hash = $1 AND campaign_id = $2";

pub(super) const ADD_PLEDGES: Many = Many::insert(
    "INSERT INTO pledges (id, campaign_id, user_id, state, amount_minor, currency, reward_id, reward_qty, region, email, name,
        show_as, locale, method, livemode, receipt_hash, caller_hash, idempotency_key, request_hash, created_at, review,
        payer_hash, email_confirmed_at, state_since, email_folded, email_counted) ",
);

pub(super) const ADD_ADD_ONS: Many = Many::insert("INSERT INTO pledge_add_ons (pledge_id, add_on_id, qty) ");

pub(super) const ADD_ATTEMPTS: Many = Many::insert(
    "INSERT INTO payment_attempts (id, pledge_id, kind, provider, token, state, provider_reference, amount_minor, created_at,
        answered_at, ask_at) ",
);

pub(super) const ADD_EVENTS: Many = Many::insert(
    "INSERT INTO pledge_events (id, pledge_id, campaign_id, from_state, to_state, pledged_delta_minor, secured_delta_minor,
        backers_delta, at, deed, amount_minor, chosen) ",
);

/// Sums move; the share of the goal that lists sort by moves with them.
pub(super) const MOVE_SUMS: &str = "
    UPDATE campaign_totals SET
        pledged_minor = pledged_minor + $2, secured_minor = secured_minor + $3, backers = backers + $4,
        reached_bp = (secured_minor + $3 + COALESCE(decided_match_minor, matched_minor)) * 10000 / $5
    WHERE campaign_id = $1";

/// As [`MOVE_SUMS`], of several campaigns.
pub(super) const MOVE_ALL_SUMS: Many = Many {
    head: "
    UPDATE campaign_totals SET
        pledged_minor = pledged_minor + moved.column2, secured_minor = secured_minor + moved.column3,
        backers = backers + moved.column4,
        reached_bp = (secured_minor + moved.column3 + COALESCE(decided_match_minor, matched_minor)) * 10000 / moved.column5
    FROM (",
    tail: ") AS moved WHERE campaign_totals.campaign_id = moved.column1",
};

/// The columns of a pledge's record, from `pledges p JOIN campaigns c`.
macro_rules! to_move_columns {
    () => {
        "p.id, p.campaign_id, p.state, p.amount_minor, p.currency, p.review, p.livemode, p.method, p.user_id, p.email,
         p.payer_hash, p.arrived_minor, p.arrived_on, p.reward_id, p.reward_qty, c.goal_minor, c.slug, c.closes_at, c.state AS campaign_state,
         c.decided_at, (c.origin = 'import') AS is_imported,
         EXISTS (SELECT 1 FROM pool_campaigns m WHERE m.campaign_id = p.campaign_id) AS has_pool,
         EXISTS (SELECT 1 FROM pledge_matches m WHERE m.pledge_id = p.id AND m.state = 'reserved') AS is_matched,
         (p.match_limit IS NOT NULL) AS is_limited,
         EXISTS (SELECT 1 FROM pledge_add_ons a WHERE a.pledge_id = p.id) AS has_add_ons"
    };
}

pub(crate) use to_move_columns;

/// Pledges that can be charged or refunded: each with the token of its newest mandate, and whether its backer
/// had taken it back. A condition follows. SQLite begins at the left of a cross join: at pledges.
macro_rules! startable {
    () => {
        concat!(
            "SELECT ",
            to_move_columns!(),
            ", (SELECT a.token FROM payment_attempts a WHERE a.pledge_id = p.id AND a.kind = 'setup'
                AND a.state = 'succeeded' ORDER BY a.created_at DESC, a.id DESC LIMIT 1) AS token,
            EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'cancelled') AS was_cancelled
            FROM pledges p CROSS JOIN campaigns c
            WHERE c.id = p.campaign_id AND "
        )
    };
}

pub(crate) use startable;

pub(super) const STARTABLE: &str = concat!(startable!(), "p.id = $1");

/// Whether its money was ever the campaign's.
pub(super) const WAS_PAID: &str =
    "SELECT EXISTS (SELECT 1 FROM pledge_events WHERE pledge_id = $1 AND to_state = 'paid')";

pub(super) const TO_MOVE: Many = Many {
    head: concat!(
        "SELECT ",
        to_move_columns!(),
        " FROM pledges p JOIN campaigns c ON c.id = p.campaign_id WHERE p.id IN ("
    ),
    tail: ") ORDER BY p.id",
};

pub(super) const ID_BY_RECEIPT: &str = "SELECT id FROM pledges WHERE receipt_hash = $1";

/// Each pledge from the state it was found in to its next one.
pub(super) const MOVE_ON: Many = Many {
    head: "UPDATE pledges SET state = moved.column3, state_since = moved.column4 FROM (",
    tail: ") AS moved WHERE pledges.id = moved.column1 AND pledges.state = moved.column2",
};

pub(super) const SET_PAYERS: Many = Many {
    head: "UPDATE pledges SET payer_hash = known.column2 FROM (",
    tail: ") AS known WHERE pledges.id = known.column1",
};

pub(super) const PASS_REVIEW: &str =
    "UPDATE pledges SET review = 'passed' WHERE id = $1 AND review = 'waiting' AND state = $2";

/// Large ones that count for nothing yet, and transfers that differ, while the deadline has not frozen what
/// counts. A transfer that came in time is decided while its campaign closes, too.
pub(super) const UNDECIDED: &str = "
    SELECT p.id, c.slug, p.amount_minor, p.currency, p.arrived_minor, c.closes_at
    FROM campaigns c JOIN pledges p ON p.campaign_id = c.id
    WHERE (c.state IN ('live', 'suspended', 'closing') AND p.state = 'needs_review')
        OR (c.state IN ('live', 'suspended') AND c.closes_at > $1 AND p.state = 'secured' AND p.review = 'waiting')
    ORDER BY c.closes_at, p.id LIMIT 100";

pub(super) const CONSENT: &str = "UPDATE pledges SET wants_updates = $2, wants_news = $3 WHERE id = $1";

pub(super) const CONFIRM_EMAIL: &str =
    "UPDATE pledges SET email_confirmed_at = $2 WHERE id = $1 AND email_confirmed_at IS NULL";

pub(super) const CONFIRM_OWN: &str = "UPDATE pledges SET email_confirmed_at = COALESCE(email_confirmed_at, $3) WHERE id = $1 AND email_folded = $2";

/// Counts a try before it is looked at, so that tries at once do not count as one.
pub(super) const COUNT_CODE_TRY: &str =
    "UPDATE pledges SET code_tries = code_tries + 1 WHERE id = $1 AND code_tries < $2 RETURNING code_tries";

pub(super) const FIND_ATTEMPTS: Many = Many {
    head: "SELECT id, pledge_id, kind, state, amount_minor FROM payment_attempts WHERE id IN (",
    tail: ") ORDER BY id",
};

pub(super) const ARRIVED: &str =
    "UPDATE pledges SET arrived_minor = $2, arrived_on = $3 WHERE id = $1 AND arrived_minor IS NULL";

/// The first answer counts; a second one finds the attempt no longer as it was.
pub(super) const ANSWER_ATTEMPTS: Many = Many {
    head: "UPDATE payment_attempts SET state = told.column2, provider_reference = told.column3, answered_at = told.column4 FROM (",
    tail: ") AS told WHERE payment_attempts.id = told.column1 AND payment_attempts.state = told.column5
        RETURNING id",
};

pub(super) const ABANDON_ATTEMPTS: &str = "
    UPDATE payment_attempts SET state = 'abandoned', answered_at = $2
    WHERE pledge_id = $1 AND kind = 'setup' AND state IN ('pending', 'action_required')";

/// How many methods a pledge was set up with since then; the first one counts.
pub(super) const COUNT_SETUPS: &str =
    "SELECT COUNT(*) FROM payment_attempts WHERE pledge_id = $1 AND kind = 'setup' AND created_at >= $2";

pub(super) const STATE_OF_ATTEMPT: &str = "SELECT state FROM payment_attempts WHERE id = $1";

pub(super) const RECEIPT: &str = "
    SELECT p.id, p.state, p.amount_minor, p.currency, p.region, p.email, p.name, p.show_as, p.method, p.review,
        p.email_confirmed_at, p.wants_updates, p.wants_news, p.created_at, p.match_limit, p.reward_qty,
        r.title AS reward_title, c.slug, c.title AS campaign_title, c.locale AS campaign_locale, c.state AS campaign_state,
        c.model = 'flexible' AS is_flexible, c.decided_at, c.closes_at,
        (SELECT m.amount_minor FROM pledge_matches m WHERE m.pledge_id = p.id AND m.state <> 'voided') AS matched_minor,
        (SELECT a.id FROM payment_attempts a WHERE a.pledge_id = p.id AND a.state = 'action_required'
            ORDER BY a.created_at DESC, a.id DESC LIMIT 1) AS waiting_attempt
    FROM pledges p JOIN campaigns c ON c.id = p.campaign_id LEFT JOIN rewards r ON r.id = p.reward_id
    WHERE p.receipt_hash = $1";

pub(super) const RECEIPT_ADD_ONS: &str = "
    SELECT a.title, p.qty FROM pledge_add_ons p JOIN add_ons a ON a.id = p.add_on_id
    WHERE p.pledge_id = $1
    ORDER BY a.position";

pub(super) const ADDRESS: &str =
    "SELECT name, street, postcode, town, country FROM pledge_addresses WHERE pledge_id = $1";

pub(super) const GIVE_ADDRESS: &str = "
    INSERT INTO pledge_addresses (pledge_id, name, street, postcode, town, country, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (pledge_id) DO UPDATE SET name = excluded.name, street = excluded.street, postcode = excluded.postcode,
        town = excluded.town, country = excluded.country, at = excluded.at";

pub(super) const HISTORY: &str = "
    SELECT to_state, deed, amount_minor, chosen, at FROM pledge_events
    WHERE pledge_id = $1 AND (from_state <> to_state OR deed IS NOT NULL)
    ORDER BY at, CASE from_state WHEN 'draft' THEN 0 ELSE 1 END, id";

pub(super) const OF_USER: &str = "
    SELECT p.id, p.state, p.amount_minor, p.currency, p.created_at, c.slug, c.title, c.locale, c.closes_at
    FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
    WHERE p.user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR p.created_at < $2 OR (p.created_at = $2 AND p.id < $3))
    ORDER BY p.created_at DESC, p.id DESC
    LIMIT $4";

/// Those of one account to one campaign.
pub(super) const BACKING: &str = "
    SELECT id, state, amount_minor FROM pledges WHERE campaign_id = $1 AND user_id = $2
    ORDER BY created_at DESC, id DESC
    LIMIT $3";

pub(super) const COUNT_OF_USER: &str = "SELECT COUNT(*) FROM pledges WHERE user_id = $1";

pub(super) const CHANGE_AMOUNT: &str =
    "UPDATE pledges SET amount_minor = $2, review = $5 WHERE id = $1 AND amount_minor = $3 AND state = $4";

/// Only while it has what it took: what was given back is not moved any more.
pub(super) const CHOOSE: &str = "
    UPDATE pledges SET reward_id = $2, reward_qty = $3, region = $4
    WHERE id = $1 AND state = $5 AND NOT gave_back";

pub(super) const SHOW_AS: &str = "UPDATE pledges SET show_as = $2 WHERE id = $1";

pub(super) const CHOSEN: &str = "
    SELECT amount_minor, currency, reward_id, reward_qty, region, method, show_as FROM pledges WHERE id = $1";

pub(super) const CHOSEN_ADD_ONS: &str =
    "SELECT add_on_id, qty FROM pledge_add_ons WHERE pledge_id = $1 ORDER BY add_on_id";

pub(super) const DROP_ADD_ONS: &str = "DELETE FROM pledge_add_ons WHERE pledge_id = $1";

pub(super) const FIND_HOLD: &str = "
    SELECT reward_id, qty, extensions, expires_at FROM reward_holds
    WHERE browser_hash = $1 AND campaign_id = $2 AND expires_at > $3";

/// What is taken, what other browsers hold, and how many holds this address has on the reward.
pub(super) const ROOM: &str = "
    SELECT r.taken,
        CAST(COALESCE((SELECT SUM(h.qty) FROM reward_holds h
            WHERE h.reward_id = r.id AND h.expires_at > $2 AND h.browser_hash <> $3), 0) AS BIGINT) AS held,
        (SELECT COUNT(*) FROM reward_holds h
            WHERE h.reward_id = r.id AND h.expires_at > $2 AND h.browser_hash <> $3 AND h.address_hash = $4) AS holds
    FROM rewards r
    WHERE r.id = $1";

pub(super) const ADD_HOLD: &str = "
    INSERT INTO reward_holds (id, campaign_id, reward_id, browser_hash, address_hash, qty, created_at, expires_at, extensions)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

pub(super) const CHANGE_HOLD: &str = "
    UPDATE reward_holds SET qty = $3
    WHERE browser_hash = $1 AND campaign_id = $2";

pub(super) const FORGET_HOLDS: &str = "DELETE FROM reward_holds WHERE expires_at <= $1";

pub(super) const EXTEND_HOLD: &str = "
    UPDATE reward_holds SET expires_at = $3, extensions = extensions + 1
    WHERE browser_hash = $1 AND campaign_id = $2";

/// What the chosen things of a pledge cost together.
pub(super) const LEAST_OF: &str = "
    SELECT CAST(COALESCE(r.price_minor * p.reward_qty, 0)
        + COALESCE((SELECT g.shipping_minor * p.reward_qty FROM reward_regions g
            WHERE g.reward_id = p.reward_id AND g.region = p.region), 0)
        + COALESCE((SELECT SUM(a.price_minor * q.qty) FROM pledge_add_ons q JOIN add_ons a ON a.id = q.add_on_id
            WHERE q.pledge_id = p.id), 0) AS BIGINT)
    FROM pledges p LEFT JOIN rewards r ON r.id = p.reward_id
    WHERE p.id = $1";

/// Whether a pledge `p` has a mandate that it was not charged by yet, though it was by another one.
macro_rules! has_newer_mandate {
    () => {
        "EXISTS (SELECT 1 FROM payment_attempts m WHERE m.pledge_id = p.id AND m.kind = 'setup' AND m.state = 'succeeded'
            AND m.answered_at > (SELECT MAX(b.created_at) FROM payment_attempts b
                WHERE b.pledge_id = p.id AND b.kind = 'charge'))"
    };
}

pub(crate) use has_newer_mandate;

macro_rules! attempts {
    () => {
        "SELECT a.id, a.pledge_id, a.kind, a.token, a.amount_minor, p.currency, p.method, p.email, a.created_at, c.closes_at
    FROM payment_attempts a JOIN pledges p ON p.id = a.pledge_id JOIN campaigns c ON c.id = p.campaign_id
    WHERE a.state IN ('pending', 'action_required') AND "
    };
}

/// Attempts whose end is not known and whose time to ask has come; the longest due first.
pub(super) const ATTEMPTS_DUE: &str = concat!(attempts!(), "a.ask_at <= $1 ORDER BY a.ask_at, a.id LIMIT $2");

pub(super) const ATTEMPT: &str = concat!(attempts!(), "a.id = $1");

pub(super) const ATTEMPTS_OF_CAMPAIGN: &str = concat!(attempts!(), "p.campaign_id = $1 ORDER BY a.id");

pub(super) const ASK_LATER: Many = Many {
    head: "UPDATE payment_attempts SET ask_at = next.column2 FROM (",
    tail: ") AS next WHERE payment_attempts.id = next.column1 AND payment_attempts.state IN ('pending', 'action_required')",
};

/// Charges of a campaign that wait for their backers' banks: all of them with `$3`, else those of backers who
/// gave another card.
pub(super) const CHARGES_TO_WITHDRAW: &str = concat!(
    attempts!(),
    "p.campaign_id = $1 AND a.kind = 'charge' AND p.state = 'action_required'
        AND (CAST($3 AS BIGINT) IS NOT NULL OR ",
    has_newer_mandate!(),
    ") ORDER BY a.id LIMIT $2"
);

pub(super) const OF_PERSON: &str =
    "SELECT id, campaign_id, state FROM pledges WHERE user_id = $1 OR email_folded = $2";

pub(super) const ERASE_ADDRESSES: Many =
    Many { head: "DELETE FROM pledge_addresses WHERE pledge_id IN (", tail: ")" };

pub(super) const ERASE: Many = Many {
    head: "UPDATE pledges SET user_id = NULL, email = NULL, email_folded = NULL, email_counted = NULL, name = '', show_as = 'anonymous',
        payer_hash = NULL, caller_hash = NULL, idempotency_key = NULL, request_hash = NULL, email_confirmed_at = NULL
        WHERE id IN (",
    tail: ")",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{assert_many_uses, assert_uses};

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_many_uses("pledges_by_key", &BY_KEYS, 2).await;
        assert_uses("pledges_by_payer", OF_PAYER).await;
        assert_uses("payment_attempts_due", ATTEMPTS_DUE).await;
    }
}
