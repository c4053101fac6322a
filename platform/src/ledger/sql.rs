//! Statements about the ledger.

use crate::db::Many;

pub(super) const ADD_TRANSACTIONS: Many = Many::insert(
    "INSERT INTO ledger_transactions (id, kind, currency, campaign_id, livemode, source, reverses, written_on, commitment) ",
);

/// An advisory lock by its number; those of campaigns are hashes.
pub(super) const LOCK_SEALING: &str = "SELECT pg_advisory_xact_lock($1)";

pub(super) const ADD_ENTRIES: Many =
    Many::insert("INSERT INTO ledger_entries (transaction_id, position, account, amount_minor) ");

pub(super) const ADD_DETAILS: Many =
    Many::insert("INSERT INTO ledger_details (transaction_id, salt, details) ");

pub(super) const AWAIT_SEAL: Many = Many::insert("INSERT INTO ledger_unsealed (transaction_id) ");

/// Collected is what came in from backers less what went back; the share of the goal counts what is matched,
/// until the decision.
pub(super) const MOVE_TOTALS: &str = "
    UPDATE campaign_totals SET
        captured_minor = captured_minor + $2, banked_minor = banked_minor + $3, posted_minor = posted_minor + $4,
        matched_minor = matched_minor + $5, fees_minor = fees_minor + $6, cost_minor = cost_minor + $7,
        refunded_minor = refunded_minor + $8, charged_back_minor = charged_back_minor + $9,
        paid_out_minor = paid_out_minor + $10, waiting_minor = waiting_minor + $11, escrow_minor = escrow_minor + $12,
        collected_minor = collected_minor + $2 + $3 - $8 - $9,
        reached_bp = (secured_minor + COALESCE(decided_match_minor, matched_minor + $5)) * 10000
            / (SELECT c.goal_minor FROM campaigns c WHERE c.id = campaign_totals.campaign_id)
    WHERE campaign_id = $1";

pub(super) const UNSEALED: &str = "
    SELECT t.id, t.kind, t.currency, t.campaign_id, t.written_on, t.commitment
    FROM ledger_unsealed u JOIN ledger_transactions t ON t.id = u.transaction_id
    ORDER BY t.id
    LIMIT $1";

/// The entries of what waits to be sealed, from one transaction to another.
pub(super) const UNSEALED_ENTRIES: &str = "
    SELECT e.transaction_id, e.account, e.amount_minor
    FROM ledger_unsealed u JOIN ledger_entries e ON e.transaction_id = u.transaction_id
    WHERE u.transaction_id BETWEEN $1 AND $2
    ORDER BY e.transaction_id, e.position";

pub(super) const LAST_BLOCK: &str =
    "SELECT number, hash, last_sequence, sealed_at FROM ledger_blocks ORDER BY number DESC LIMIT 1";

pub(super) const LAST_OF_CAMPAIGN: &str =
    "SELECT hash FROM ledger_seals WHERE campaign_id = $1 ORDER BY sequence DESC LIMIT 1";

pub(super) const LAST_OF_NONE: &str =
    "SELECT hash FROM ledger_seals WHERE campaign_id IS NULL ORDER BY sequence DESC LIMIT 1";

pub(super) const ADD_BLOCK: &str = "
    INSERT INTO ledger_blocks (number, previous_hash, hash, last_sequence, sealed_at) VALUES ($1, $2, $3, $4, $5)";

pub(super) const ADD_SEALS: Many = Many::insert(
    "INSERT INTO ledger_seals (sequence, transaction_id, block, campaign_id, previous_hash, hash) ",
);

pub(super) const SEALED: &str = "DELETE FROM ledger_unsealed
    WHERE transaction_id IN (SELECT transaction_id FROM ledger_seals WHERE block = $1)";

/// The next records of the chain after a sequence number.
pub(super) const CHAIN: &str = "
    SELECT s.sequence, s.transaction_id, s.block, s.previous_hash, s.hash, s.campaign_id AS sealed_for, t.kind, t.currency,
        t.campaign_id, t.written_on, t.commitment
    FROM ledger_seals s JOIN ledger_transactions t ON t.id = s.transaction_id
    WHERE s.sequence > $1
    ORDER BY s.sequence
    LIMIT $2";

/// The entries of the same records, in the same order.
pub(super) const CHAIN_ENTRIES: &str = "
    SELECT s.sequence, e.account, e.amount_minor
    FROM ledger_seals s JOIN ledger_entries e ON e.transaction_id = s.transaction_id
    WHERE s.sequence > $1 AND s.sequence <= $2
    ORDER BY s.sequence, e.position";

pub(super) const BLOCKS: &str = "SELECT number, previous_hash, hash, last_sequence FROM ledger_blocks WHERE number > $1 ORDER BY number LIMIT $2";

/// Transactions that are neither sealed nor waiting for it.
pub(super) const COUNT_LOST: &str = "
    SELECT COUNT(*) FROM ledger_transactions t
    WHERE NOT EXISTS (SELECT 1 FROM ledger_seals s WHERE s.transaction_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM ledger_unsealed u WHERE u.transaction_id = t.id)";

pub(super) const UNBALANCED: &str = "
    SELECT transaction_id FROM ledger_entries GROUP BY transaction_id HAVING SUM(amount_minor) <> 0
    ORDER BY transaction_id LIMIT 100";

/// A reversal, and nothing else, undoes an earlier transaction, entry by entry.
pub(super) const REVERSED_WRONGLY: &str = "
    SELECT t.id FROM ledger_transactions t
    WHERE (t.kind = 'reversal') <> (t.reverses IS NOT NULL)
        OR (t.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_entries e
            WHERE e.transaction_id IN (t.id, t.reverses) GROUP BY e.account HAVING SUM(e.amount_minor) <> 0))
    ORDER BY t.id LIMIT 100";

/// Details that do not hash to their commitment cannot be found in SQL; the verifier reads them.
pub(super) const DETAILS: &str = "
    SELECT d.transaction_id, d.salt, d.details, t.commitment
    FROM ledger_details d JOIN ledger_transactions t ON t.id = d.transaction_id
    WHERE d.transaction_id > $1
    ORDER BY d.transaction_id
    LIMIT $2";

pub(super) const BALANCES: &str = "
    SELECT e.account, t.currency, CAST(SUM(e.amount_minor) AS BIGINT)
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    GROUP BY e.account, t.currency
    ORDER BY e.account, t.currency";

/// What each kind of transaction did to the accounts of each campaign; a reversal counts to the kind that it
/// undid.
pub(super) const BY_KIND: &str = "
    SELECT t.campaign_id, COALESCE(o.kind, t.kind) AS moved_kind, e.account, CAST(SUM(e.amount_minor) AS BIGINT)
    FROM ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id
        LEFT JOIN ledger_transactions o ON o.id = t.reverses
    WHERE t.campaign_id IS NOT NULL
    GROUP BY t.campaign_id, COALESCE(o.kind, t.kind), e.account
    ORDER BY t.campaign_id, moved_kind, e.account";

pub(super) const TOTALS: &str = "
    SELECT t.campaign_id, c.state, (c.payee_verified_at IS NOT NULL) AS is_payee_verified, c.goal_minor,
        (c.decided_at IS NOT NULL OR c.state IN ('cancelled', 'releasing', 'closed')) AS is_frozen, t.pledged_minor, t.secured_minor, t.backers, t.reached_bp,
        t.captured_minor, t.banked_minor, t.posted_minor, t.matched_minor, t.decided_match_minor, t.fees_minor, t.cost_minor, t.refunded_minor,
        t.charged_back_minor, t.paid_out_minor, t.waiting_minor, t.escrow_minor, t.collected_minor
    FROM campaign_totals t JOIN campaigns c ON c.id = t.campaign_id
    ORDER BY t.campaign_id";

/// What the pledges are, whatever the books say.
pub(super) const BY_STATE: &str = "
    SELECT campaign_id, state, review, CAST(SUM(amount_minor) AS BIGINT), COUNT(*)
    FROM pledges
    GROUP BY campaign_id, state, review
    ORDER BY campaign_id, state, review";

/// What is limited is taken by the pledges that have not given it back.
pub(super) const REWARDS_MISCOUNTED: &str = "
    SELECT r.id FROM rewards r LEFT JOIN (SELECT reward_id, SUM(reward_qty) AS qty FROM pledges
        WHERE reward_id IS NOT NULL AND NOT gave_back GROUP BY reward_id) held ON held.reward_id = r.id
    WHERE r.stock IS NOT NULL AND r.taken <> COALESCE(held.qty, 0)
    ORDER BY r.id LIMIT 100";

pub(super) const ADD_ONS_MISCOUNTED: &str = "
    SELECT a.id FROM add_ons a LEFT JOIN (SELECT q.add_on_id, SUM(q.qty) AS qty
        FROM pledge_add_ons q JOIN pledges p ON p.id = q.pledge_id WHERE NOT p.gave_back GROUP BY q.add_on_id) held
        ON held.add_on_id = a.id
    WHERE a.taken <> COALESCE(held.qty, 0)
    ORDER BY a.id LIMIT 100";

/// What the other book says.
pub(super) const PLEDGE_SUMS: &str = "
    SELECT campaign_id, CAST(SUM(pledged_delta_minor) AS BIGINT), CAST(SUM(secured_delta_minor) AS BIGINT),
        CAST(SUM(backers_delta) AS BIGINT)
    FROM pledge_events
    GROUP BY campaign_id
    ORDER BY campaign_id";

/// Pledges whose newest event does not lead to the state they are in. Events of one instant have no order;
/// but a path ends where it came to once more often than it left.
pub(super) const PLEDGES_ASTRAY: &str = "
    SELECT p.id FROM pledges p
    WHERE p.state <> 'draft' AND (
        SELECT COALESCE(SUM(CASE WHEN e.to_state = p.state THEN 1 ELSE 0 END)
            - SUM(CASE WHEN e.from_state = p.state THEN 1 ELSE 0 END), 0)
        FROM pledge_events e WHERE e.pledge_id = p.id) <> 1
    ORDER BY p.id LIMIT 100";

pub(super) const PLEDGES_OF_OTHER_MONEY: &str = "
    SELECT p.id FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
    WHERE p.livemode <> c.livemode
    ORDER BY p.id LIMIT 100";

pub(super) const TRANSACTIONS_OF_OTHER_MONEY: &str = "
    SELECT t.id FROM ledger_transactions t JOIN campaigns c ON c.id = t.campaign_id
    WHERE t.livemode <> c.livemode
    ORDER BY t.id LIMIT 100";

/// Attempts of a kind that went through, and of which pledge.
pub(super) const SUCCEEDED: &str = "
    SELECT id, provider, pledge_id FROM payment_attempts
    WHERE kind = $2 AND state = 'succeeded' AND id > $1
    ORDER BY id
    LIMIT $3";

/// Those of some attempts that went through.
pub(super) const SUCCEEDED_OF: Many =
    Many { head: "SELECT id, kind FROM payment_attempts WHERE state = 'succeeded' AND id IN (", tail: ")" };

/// Those of some sources that were captured.
pub(super) const CAPTURES: Many =
    Many { head: "SELECT source FROM ledger_transactions WHERE kind = 'capture' AND source IN (", tail: ")" };

/// Those of some sources that were given back.
pub(super) const REFUNDS: Many = Many {
    head: "SELECT source FROM ledger_transactions WHERE kind IN ('refund', 'bank_returned') AND source IN (",
    tail: ")",
};

/// Transactions that a provider's entry causes.
pub(super) const CAUSED: &str = "
    SELECT id, kind, source FROM ledger_transactions
    WHERE kind IN ('capture', 'refund', 'bank_returned') AND id > $1
    ORDER BY id
    LIMIT $2";

/// Pledges that were charged more than once.
pub(super) const CHARGED_WRONGLY: &str = "
    SELECT a.pledge_id FROM payment_attempts a
    WHERE a.kind = 'charge' AND a.state = 'succeeded'
    GROUP BY a.pledge_id HAVING COUNT(*) > 1
    ORDER BY a.pledge_id LIMIT 100";

/// What the provider did twice, by its own memory.
pub(super) const PROVIDER_TWICE: &str = "
    SELECT mandate FROM sandbox_operations
    WHERE kind = 'charge' AND outcome IN ('succeeded', 'lost')
    GROUP BY mandate HAVING COUNT(*) > 1
    ORDER BY mandate LIMIT 100";

/// What the provider did and we do not know of.
pub(super) const PROVIDER_UNKNOWN: &str = "
    SELECT a.pledge_id FROM sandbox_operations o JOIN payment_attempts a ON a.id = o.idempotency_key
    WHERE o.kind = 'charge' AND o.outcome IN ('succeeded', 'lost')
        AND a.state NOT IN ('succeeded', 'pending', 'action_required')
    ORDER BY a.pledge_id LIMIT 100";

/// What was paid by the book of pledges.
pub(super) const PAID_SUMS: &str = "
    SELECT p.campaign_id, CAST(SUM(p.amount_minor) AS BIGINT)
    FROM pledges p
    WHERE EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'paid')
    GROUP BY p.campaign_id
    ORDER BY p.campaign_id";

/// What arrived for pledges and is neither the campaign's nor back where it came from.
pub(super) const WAITING_SUMS: &str = "
    SELECT p.campaign_id, CAST(SUM(p.arrived_minor) AS BIGINT)
    FROM pledges p
    WHERE p.arrived_minor IS NOT NULL AND p.state IN ('funded', 'needs_review', 'refund_pending', 'refund_failed')
        AND NOT EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = p.id AND e.to_state = 'paid')
    GROUP BY p.campaign_id
    ORDER BY p.campaign_id";

pub(super) const POOLS: &str = "
    SELECT p.id, p.funded_minor, p.used_minor,
        CAST(COALESCE((SELECT SUM(m.amount_minor) FROM pledge_matches m WHERE m.pool_id = p.id AND m.state <> 'voided'), 0) AS BIGINT)
    FROM pools p
    ORDER BY p.id";

pub(super) const POOL_CAMPAIGNS: &str = "
    SELECT m.campaign_id, m.used_minor,
        CAST(COALESCE((SELECT SUM(p.amount_minor) FROM pledge_matches p WHERE p.campaign_id = m.campaign_id AND p.state <> 'voided'), 0) AS BIGINT)
    FROM pool_campaigns m
    ORDER BY m.campaign_id";

/// What was paid into pools, by account.
pub(super) const POOL_FUNDS: &str = "
    SELECT e.account, CAST(SUM(e.amount_minor) AS BIGINT)
    FROM ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id
        LEFT JOIN ledger_transactions o ON o.id = t.reverses
    WHERE COALESCE(o.kind, t.kind) = 'pool_funded'
    GROUP BY e.account
    ORDER BY e.account";

pub(super) const OF_CAMPAIGN: &str = "
    SELECT s.sequence, s.block, s.hash, t.kind, t.written_on, t.commitment
    FROM ledger_seals s JOIN ledger_transactions t ON t.id = s.transaction_id
    WHERE s.campaign_id = $1 AND s.sequence > $2
    ORDER BY s.sequence
    LIMIT $3";

pub(super) const NEWEST_OF_CAMPAIGN: &str = "
    SELECT s.sequence, s.block, s.hash, t.kind, t.written_on, t.commitment
    FROM ledger_seals s JOIN ledger_transactions t ON t.id = s.transaction_id
    WHERE s.campaign_id = $1
    ORDER BY s.sequence DESC
    LIMIT $2";

pub(super) const ENTRIES_OF_CAMPAIGN: &str = "
    SELECT s.sequence, e.account, e.amount_minor
    FROM ledger_seals s JOIN ledger_entries e ON e.transaction_id = s.transaction_id
    WHERE s.campaign_id = $1 AND s.sequence >= $2 AND s.sequence <= $3
    ORDER BY s.sequence, e.position";

pub(super) const BLOCK: &str = "SELECT previous_hash, hash FROM ledger_blocks WHERE number = $1";

pub(super) const HASHES_OF_BLOCK: &str = "SELECT hash FROM ledger_seals WHERE block = $1 ORDER BY sequence";

pub(super) const COUNT_UNSEALED: &str = "
    SELECT COUNT(*) FROM ledger_unsealed u JOIN ledger_transactions t ON t.id = u.transaction_id
    WHERE t.campaign_id = $1";

pub(super) const ERASE_DETAILS: Many = Many {
    head: "DELETE FROM ledger_details WHERE (transaction_id, details) IN (
        SELECT t.id, gone.column2 FROM (",
    tail: ") AS gone JOIN ledger_transactions t ON t.campaign_id = gone.column1)",
};
