-- Where money is: the double-entry ledger, the chain that seals it, pools of match money, and what pledges need for them.
ALTER TABLE campaigns ADD COLUMN platform_fee_bp INTEGER NOT NULL DEFAULT 500 CHECK (platform_fee_bp BETWEEN 0 AND 10000);
ALTER TABLE campaigns ADD COLUMN provider_fee_bp INTEGER NOT NULL DEFAULT 150 CHECK (provider_fee_bp BETWEEN 0 AND 10000);
ALTER TABLE campaigns ADD COLUMN provider_fee_fixed_minor INTEGER NOT NULL DEFAULT 25 CHECK (provider_fee_fixed_minor >= 0);
-- When secured was frozen; what happens to pledges afterwards no longer moves it.
ALTER TABLE campaigns ADD COLUMN decided_at INTEGER;

-- What the ledger says about a campaign. Nobody is owed less than nothing, whatever the code above believes.
ALTER TABLE campaign_totals ADD COLUMN captured_minor INTEGER NOT NULL DEFAULT 0 CHECK (captured_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN banked_minor INTEGER NOT NULL DEFAULT 0 CHECK (banked_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN posted_minor INTEGER NOT NULL DEFAULT 0 CHECK (posted_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN fees_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign_totals ADD COLUMN cost_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign_totals ADD COLUMN refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN charged_back_minor INTEGER NOT NULL DEFAULT 0 CHECK (charged_back_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN paid_out_minor INTEGER NOT NULL DEFAULT 0 CHECK (paid_out_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN waiting_minor INTEGER NOT NULL DEFAULT 0 CHECK (waiting_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN escrow_minor INTEGER NOT NULL DEFAULT 0 CHECK (escrow_minor >= 0);

-- A large pledge counts only after its money arrived or somebody has looked at it.
ALTER TABLE pledges ADD COLUMN review TEXT NOT NULL DEFAULT 'not_needed' CHECK (review IN ('not_needed', 'waiting', 'passed'));
-- The card or account, as a keyed hash: the second pledge from it is not matched.
ALTER TABLE pledges ADD COLUMN payer_hash BLOB;
-- Why a pool adds nothing, or less than its ratio.
ALTER TABLE pledges ADD COLUMN match_limit TEXT
    CHECK (match_limit IN ('team_member', 'same_payer', 'campaign_cap', 'pool_used_up', 'needs_review'));
ALTER TABLE pledges ADD COLUMN state_since INTEGER NOT NULL DEFAULT 0;

CREATE INDEX pledges_by_payer ON pledges (campaign_id, payer_hash) WHERE payer_hash IS NOT NULL;
CREATE INDEX pledges_by_state ON pledges (campaign_id, state, id);

ALTER TABLE payment_attempts ADD COLUMN amount_minor INTEGER NOT NULL DEFAULT 0 CHECK (amount_minor >= 0);
-- When the provider is asked again, in business time.
ALTER TABLE payment_attempts ADD COLUMN ask_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX payment_attempts_due ON payment_attempts (ask_at) WHERE state IN ('pending', 'action_required');

-- The mandate that a charge uses: by it the sandbox knows how often it was asked.
ALTER TABLE sandbox_operations ADD COLUMN mandate BLOB;
CREATE INDEX sandbox_operations_by_mandate ON sandbox_operations (mandate) WHERE mandate IS NOT NULL;

CREATE TABLE campaign_transitions (
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO campaign_transitions (from_state, to_state) VALUES
    ('draft', 'in_review'), ('in_review', 'changes_requested'), ('changes_requested', 'in_review'),
    ('in_review', 'declined'), ('declined', 'draft'), ('in_review', 'scheduled'), ('scheduled', 'live'),
    ('scheduled', 'draft'), ('scheduled', 'cancelled'), ('live', 'suspended'), ('suspended', 'live'),
    ('suspended', 'cancelled'), ('live', 'closing'), ('closing', 'collecting'), ('closing', 'failed'),
    ('collecting', 'settled'), ('settled', 'fulfilling'), ('fulfilling', 'completed'), ('failed', 'releasing'),
    ('cancelled', 'releasing'), ('releasing', 'closed');

CREATE TRIGGER campaigns_transition BEFORE UPDATE OF state ON campaigns
WHEN NOT EXISTS (SELECT 1 FROM campaign_transitions WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'no such change of a campaign'); END;

-- Goal and deadline cannot change after launch.
CREATE TRIGGER campaigns_promise BEFORE UPDATE OF goal_minor, optimum_minor, currency, model, closes_at ON campaigns
WHEN OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled')
BEGIN SELECT RAISE(ABORT, 'goal and deadline cannot change after launch'); END;

CREATE TABLE pools (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    giver TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    adds INTEGER NOT NULL CHECK (adds > 0),
    per INTEGER NOT NULL CHECK (per > 0),
    campaign_minor_max INTEGER NOT NULL CHECK (campaign_minor_max > 0),
    funded_minor INTEGER NOT NULL DEFAULT 0 CHECK (funded_minor >= 0),
    -- Reserved and posted together.
    used_minor INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    CHECK (used_minor BETWEEN 0 AND funded_minor)
) STRICT;

CREATE TABLE pool_campaigns (
    campaign_id BLOB PRIMARY KEY REFERENCES campaigns (id),
    pool_id BLOB NOT NULL REFERENCES pools (id),
    used_minor INTEGER NOT NULL DEFAULT 0 CHECK (used_minor >= 0)
) STRICT;

CREATE TABLE pledge_matches (
    pledge_id BLOB PRIMARY KEY REFERENCES pledges (id),
    pool_id BLOB NOT NULL REFERENCES pools (id),
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'posted', 'voided'))
) STRICT;

CREATE INDEX pledge_matches_by_campaign ON pledge_matches (campaign_id, state);

CREATE TABLE ledger_transactions (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('capture', 'fee', 'pool_funded', 'match_reserved', 'match_posted', 'match_voided',
        'bank_in', 'bank_booked', 'bank_returned', 'refund', 'chargeback', 'payout', 'unknown', 'reversal')),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    campaign_id BLOB REFERENCES campaigns (id),
    livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    -- What outside the ledger caused it: one entry there, one transaction here.
    source TEXT UNIQUE,
    reverses BLOB UNIQUE REFERENCES ledger_transactions (id),
    written_on TEXT NOT NULL,
    commitment BLOB NOT NULL
) STRICT;

CREATE INDEX ledger_transactions_by_campaign ON ledger_transactions (campaign_id, id) WHERE campaign_id IS NOT NULL;

CREATE TABLE ledger_entries (
    transaction_id BLOB NOT NULL REFERENCES ledger_transactions (id),
    position INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (transaction_id, position)
) STRICT, WITHOUT ROWID;

-- What is not public about a transaction. Erasing a person deletes the row; the chain holds without it.
CREATE TABLE ledger_details (
    transaction_id BLOB PRIMARY KEY REFERENCES ledger_transactions (id),
    salt BLOB NOT NULL,
    details TEXT NOT NULL
) STRICT;

-- Written, and not yet in the chain.
CREATE TABLE ledger_unsealed (
    transaction_id BLOB PRIMARY KEY REFERENCES ledger_transactions (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_blocks (
    number INTEGER PRIMARY KEY,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    last_sequence INTEGER NOT NULL UNIQUE,
    sealed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_seals (
    sequence INTEGER PRIMARY KEY,
    transaction_id BLOB NOT NULL UNIQUE REFERENCES ledger_transactions (id),
    block INTEGER NOT NULL REFERENCES ledger_blocks (number),
    campaign_id BLOB REFERENCES campaigns (id),
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE INDEX ledger_seals_by_campaign ON ledger_seals (campaign_id, sequence);
CREATE INDEX ledger_seals_by_block ON ledger_seals (block, sequence);

CREATE TRIGGER ledger_transactions_keep BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_transactions_stay BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entries_keep BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_blocks_keep BEFORE UPDATE ON ledger_blocks
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER ledger_blocks_stay BEFORE DELETE ON ledger_blocks
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER ledger_seals_keep BEFORE UPDATE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER ledger_seals_stay BEFORE DELETE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;

-- Work that only one process does at a time.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder BLOB NOT NULL,
    until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
