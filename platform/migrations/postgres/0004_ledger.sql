-- Where money is: the double-entry ledger, the chain that seals it, pools of match money, and what pledges need for them.
ALTER TABLE campaigns ADD COLUMN platform_fee_bp BIGINT NOT NULL DEFAULT 500 CHECK (platform_fee_bp BETWEEN 0 AND 10000);
ALTER TABLE campaigns ADD COLUMN provider_fee_bp BIGINT NOT NULL DEFAULT 150 CHECK (provider_fee_bp BETWEEN 0 AND 10000);
ALTER TABLE campaigns ADD COLUMN provider_fee_fixed_minor BIGINT NOT NULL DEFAULT 25 CHECK (provider_fee_fixed_minor >= 0);
-- When secured was frozen; what happens to pledges afterwards no longer moves it.
ALTER TABLE campaigns ADD COLUMN decided_at BIGINT;

-- What the ledger says about a campaign. Nobody is owed less than nothing, whatever the code above believes.
ALTER TABLE campaign_totals ADD COLUMN captured_minor BIGINT NOT NULL DEFAULT 0 CHECK (captured_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN banked_minor BIGINT NOT NULL DEFAULT 0 CHECK (banked_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN posted_minor BIGINT NOT NULL DEFAULT 0 CHECK (posted_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN fees_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaign_totals ADD COLUMN cost_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaign_totals ADD COLUMN refunded_minor BIGINT NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN charged_back_minor BIGINT NOT NULL DEFAULT 0 CHECK (charged_back_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN paid_out_minor BIGINT NOT NULL DEFAULT 0 CHECK (paid_out_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN waiting_minor BIGINT NOT NULL DEFAULT 0 CHECK (waiting_minor >= 0);
ALTER TABLE campaign_totals ADD COLUMN escrow_minor BIGINT NOT NULL DEFAULT 0 CHECK (escrow_minor >= 0);

-- A large pledge counts only after its money arrived or somebody has looked at it.
ALTER TABLE pledges ADD COLUMN review TEXT NOT NULL DEFAULT 'not_needed' CHECK (review IN ('not_needed', 'waiting', 'passed'));
-- The card or account, as a keyed hash: the second pledge from it is not matched.
ALTER TABLE pledges ADD COLUMN payer_hash BYTEA;
-- Why a pool adds nothing, or less than its ratio.
ALTER TABLE pledges ADD COLUMN match_limit TEXT
    CHECK (match_limit IN ('team_member', 'same_payer', 'campaign_cap', 'pool_used_up', 'needs_review'));
ALTER TABLE pledges ADD COLUMN state_since BIGINT NOT NULL DEFAULT 0;

CREATE INDEX pledges_by_payer ON pledges (campaign_id, payer_hash) WHERE payer_hash IS NOT NULL;
CREATE INDEX pledges_by_state ON pledges (campaign_id, state, id);

ALTER TABLE payment_attempts ADD COLUMN amount_minor BIGINT NOT NULL DEFAULT 0 CHECK (amount_minor >= 0);
-- When the provider is asked again, in business time.
ALTER TABLE payment_attempts ADD COLUMN ask_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX payment_attempts_due ON payment_attempts (ask_at) WHERE state IN ('pending', 'action_required');

-- The mandate that a charge uses: by it the sandbox knows how often it was asked.
ALTER TABLE sandbox_operations ADD COLUMN mandate UUID;
CREATE INDEX sandbox_operations_by_mandate ON sandbox_operations (mandate) WHERE mandate IS NOT NULL;

CREATE TABLE campaign_transitions (
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

INSERT INTO campaign_transitions (from_state, to_state) VALUES
    ('draft', 'in_review'), ('in_review', 'changes_requested'), ('changes_requested', 'in_review'),
    ('in_review', 'declined'), ('declined', 'draft'), ('in_review', 'scheduled'), ('scheduled', 'live'),
    ('scheduled', 'draft'), ('scheduled', 'cancelled'), ('live', 'suspended'), ('suspended', 'live'),
    ('suspended', 'cancelled'), ('live', 'closing'), ('closing', 'collecting'), ('closing', 'failed'),
    ('collecting', 'settled'), ('settled', 'fulfilling'), ('fulfilling', 'completed'), ('failed', 'releasing'),
    ('cancelled', 'releasing'), ('releasing', 'closed');

CREATE FUNCTION campaigns_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM campaign_transitions WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'no such change of a campaign' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER campaigns_transition BEFORE UPDATE OF state ON campaigns
FOR EACH ROW EXECUTE FUNCTION campaigns_transition();

-- Goal and deadline cannot change after launch.
CREATE TRIGGER campaigns_promise BEFORE UPDATE OF goal_minor, optimum_minor, currency, model, closes_at ON campaigns
FOR EACH ROW WHEN (OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled'))
EXECUTE FUNCTION refuse_with_argument('goal and deadline cannot change after launch');

CREATE TABLE pools (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    giver TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    adds BIGINT NOT NULL CHECK (adds > 0),
    per BIGINT NOT NULL CHECK (per > 0),
    campaign_minor_max BIGINT NOT NULL CHECK (campaign_minor_max > 0),
    funded_minor BIGINT NOT NULL DEFAULT 0 CHECK (funded_minor >= 0),
    -- Reserved and posted together.
    used_minor BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    CHECK (used_minor BETWEEN 0 AND funded_minor)
);

CREATE TABLE pool_campaigns (
    campaign_id UUID PRIMARY KEY REFERENCES campaigns (id),
    pool_id UUID NOT NULL REFERENCES pools (id),
    used_minor BIGINT NOT NULL DEFAULT 0 CHECK (used_minor >= 0)
);

CREATE TABLE pledge_matches (
    pledge_id UUID PRIMARY KEY REFERENCES pledges (id),
    pool_id UUID NOT NULL REFERENCES pools (id),
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'posted', 'voided'))
);

CREATE INDEX pledge_matches_by_campaign ON pledge_matches (campaign_id, state);

CREATE TABLE ledger_transactions (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('capture', 'fee', 'pool_funded', 'match_reserved', 'match_posted', 'match_voided',
        'bank_in', 'bank_booked', 'bank_returned', 'refund', 'chargeback', 'payout', 'unknown', 'reversal')),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    campaign_id UUID REFERENCES campaigns (id),
    livemode BOOLEAN NOT NULL,
    -- What outside the ledger caused it: one entry there, one transaction here.
    source TEXT UNIQUE,
    reverses UUID UNIQUE REFERENCES ledger_transactions (id),
    written_on TEXT NOT NULL,
    commitment BYTEA NOT NULL
);

CREATE INDEX ledger_transactions_by_campaign ON ledger_transactions (campaign_id, id) WHERE campaign_id IS NOT NULL;

CREATE TABLE ledger_entries (
    transaction_id UUID NOT NULL REFERENCES ledger_transactions (id),
    position BIGINT NOT NULL,
    account TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (transaction_id, position)
);

-- What is not public about a transaction. Erasing a person deletes the row; the chain holds without it.
CREATE TABLE ledger_details (
    transaction_id UUID PRIMARY KEY REFERENCES ledger_transactions (id),
    salt BYTEA NOT NULL,
    details TEXT NOT NULL
);

-- Written, and not yet in the chain.
CREATE TABLE ledger_unsealed (
    transaction_id UUID PRIMARY KEY REFERENCES ledger_transactions (id)
);

CREATE TABLE ledger_blocks (
    number BIGINT PRIMARY KEY,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    last_sequence BIGINT NOT NULL UNIQUE,
    sealed_at BIGINT NOT NULL
);

CREATE TABLE ledger_seals (
    sequence BIGINT PRIMARY KEY,
    transaction_id UUID NOT NULL UNIQUE REFERENCES ledger_transactions (id),
    block BIGINT NOT NULL REFERENCES ledger_blocks (number),
    campaign_id UUID REFERENCES campaigns (id),
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

CREATE INDEX ledger_seals_by_campaign ON ledger_seals (campaign_id, sequence);
CREATE INDEX ledger_seals_by_block ON ledger_seals (block, sequence);

CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions
FOR EACH ROW EXECUTE FUNCTION refuse_with_argument('the ledger is append-only');
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
FOR EACH ROW EXECUTE FUNCTION refuse_with_argument('the ledger is append-only');
CREATE TRIGGER ledger_blocks_append_only BEFORE UPDATE OR DELETE ON ledger_blocks
FOR EACH ROW EXECUTE FUNCTION refuse_with_argument('the chain is append-only');
CREATE TRIGGER ledger_seals_append_only BEFORE UPDATE OR DELETE ON ledger_seals
FOR EACH ROW EXECUTE FUNCTION refuse_with_argument('the chain is append-only');

-- Work that only one process does at a time.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder UUID NOT NULL,
    until_at BIGINT NOT NULL
);
