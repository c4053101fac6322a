-- Pledges, the book of what happened to each, held rewards, and every try at a provider.
CREATE TABLE reward_holds (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    reward_id BLOB NOT NULL REFERENCES rewards (id),
    browser_hash BLOB NOT NULL,
    address_hash BLOB NOT NULL,
    qty INTEGER NOT NULL CHECK (qty > 0),
    extensions INTEGER NOT NULL DEFAULT 0 CHECK (extensions >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (browser_hash, campaign_id)
) STRICT;

CREATE INDEX reward_holds_running ON reward_holds (reward_id, expires_at);

CREATE TABLE pledge_transitions (
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO pledge_transitions (from_state, to_state) VALUES
    ('draft', 'awaiting_setup'), ('draft', 'awaiting_funds'),
    ('awaiting_setup', 'secured'), ('awaiting_setup', 'expired'), ('awaiting_setup', 'cancelled'),
    ('awaiting_funds', 'funded'), ('awaiting_funds', 'needs_review'), ('awaiting_funds', 'expired'), ('awaiting_funds', 'cancelled'),
    ('needs_review', 'funded'), ('needs_review', 'refund_pending'),
    ('secured', 'charging'), ('secured', 'released'), ('secured', 'cancelled'), ('secured', 'secured'),
    ('charging', 'paid'), ('charging', 'action_required'), ('charging', 'charge_failed'),
    ('action_required', 'charging'), ('action_required', 'dropped'),
    ('charge_failed', 'charging'), ('charge_failed', 'dropped'),
    ('funded', 'paid'), ('funded', 'refund_pending'),
    ('paid', 'refund_pending'), ('partially_refunded', 'refund_pending'),
    ('refund_pending', 'refunded'), ('refund_pending', 'partially_refunded'), ('refund_pending', 'refund_failed'),
    ('refund_failed', 'refund_pending'),
    ('paid', 'disputed'), ('disputed', 'paid'), ('disputed', 'charged_back'),
    ('expired', 'needs_review'), ('cancelled', 'needs_review');

CREATE TABLE pledges (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    user_id BLOB REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'awaiting_setup', 'awaiting_funds', 'needs_review', 'secured', 'funded',
        'charging', 'action_required', 'charge_failed', 'paid', 'disputed', 'charged_back', 'refund_pending',
        'partially_refunded', 'refunded', 'refund_failed', 'released', 'dropped', 'expired', 'cancelled')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reward_id BLOB REFERENCES rewards (id),
    reward_qty INTEGER NOT NULL DEFAULT 0 CHECK (reward_qty >= 0),
    region TEXT,
    email TEXT,
    name TEXT NOT NULL,
    show_as TEXT NOT NULL CHECK (show_as IN ('name', 'initials', 'anonymous')),
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    method TEXT NOT NULL CHECK (method IN ('card', 'twint', 'bank')),
    livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    -- SHA-256 of the receipt's token; the token itself is only in the backer's hands.
    receipt_hash BLOB NOT NULL UNIQUE,
    email_confirmed_at INTEGER,
    -- One key, one pledge: who asked, the key it sent, and what it asked for.
    caller_hash BLOB,
    idempotency_key TEXT,
    request_hash BLOB,
    created_at INTEGER NOT NULL,
    CHECK ((reward_id IS NULL) = (reward_qty = 0))
) STRICT;

CREATE UNIQUE INDEX pledges_by_key ON pledges (caller_hash, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX pledges_by_campaign ON pledges (campaign_id, created_at DESC, id DESC);
CREATE INDEX pledges_by_user ON pledges (user_id, created_at DESC) WHERE user_id IS NOT NULL;

CREATE TRIGGER pledges_transition BEFORE UPDATE OF state ON pledges
WHEN NOT EXISTS (SELECT 1 FROM pledge_transitions WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'no such change of a pledge'); END;

CREATE TABLE pledge_add_ons (
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    add_on_id BLOB NOT NULL REFERENCES add_ons (id),
    qty INTEGER NOT NULL CHECK (qty > 0),
    PRIMARY KEY (pledge_id, add_on_id)
) STRICT;

-- The first of the two books: pledged, secured and backers are its sums.
CREATE TABLE pledge_events (
    id BLOB PRIMARY KEY,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    pledged_delta_minor INTEGER NOT NULL,
    secured_delta_minor INTEGER NOT NULL,
    backers_delta INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX pledge_events_by_campaign ON pledge_events (campaign_id);

CREATE TRIGGER pledge_events_keep BEFORE UPDATE ON pledge_events
BEGIN SELECT RAISE(ABORT, 'pledge events are append-only'); END;
CREATE TRIGGER pledge_events_stay BEFORE DELETE ON pledge_events
BEGIN SELECT RAISE(ABORT, 'pledge events are append-only'); END;

-- One row per try at a provider; its idempotency key is stored before the call.
CREATE TABLE payment_attempts (
    id BLOB PRIMARY KEY,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    kind TEXT NOT NULL CHECK (kind IN ('setup', 'charge', 'refund')),
    provider TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'action_required', 'declined', 'abandoned')),
    provider_reference TEXT,
    fingerprint TEXT,
    created_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;

CREATE INDEX payment_attempts_by_pledge ON payment_attempts (pledge_id, created_at);
CREATE INDEX payment_attempts_pending ON payment_attempts (created_at) WHERE state = 'pending';

-- The sandbox provider's own memory: it lives here so that it outlasts a crash, as a real provider's does.
CREATE TABLE sandbox_operations (
    idempotency_key BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    token TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What changed, written with the change: live totals, mails, feeds and audit read from here.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    campaign_id BLOB REFERENCES campaigns (id),
    pledge_id BLOB REFERENCES pledges (id),
    at INTEGER NOT NULL
) STRICT;
