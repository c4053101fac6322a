-- Campaigns, what they offer, and the one row of totals that every page reads.
CREATE TABLE campaigns (
    id BLOB PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    one_liner TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    topic TEXT NOT NULL,
    place TEXT NOT NULL,
    team_name TEXT NOT NULL,
    owner_id BLOB REFERENCES users (id),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    model TEXT NOT NULL CHECK (model IN ('all_or_nothing', 'flexible', 'minimum_and_optimum')),
    goal_minor INTEGER NOT NULL CHECK (goal_minor > 0),
    optimum_minor INTEGER CHECK (optimum_minor > goal_minor),
    problem TEXT NOT NULL DEFAULT '',
    solution TEXT NOT NULL DEFAULT '',
    plan TEXT NOT NULL DEFAULT '',
    risks TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled', 'live',
        'suspended', 'cancelled', 'closing', 'collecting', 'settled', 'fulfilling', 'completed', 'failed', 'releasing', 'closed')),
    state_since INTEGER NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('standard', 'historical')),
    origin TEXT NOT NULL CHECK (origin IN ('here', 'import')),
    external_id TEXT UNIQUE,
    livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    opens_at INTEGER,
    closes_at INTEGER,
    created_at INTEGER NOT NULL,
    CHECK (closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at),
    CHECK (state NOT IN ('scheduled', 'live') OR (opens_at IS NOT NULL AND closes_at IS NOT NULL))
) STRICT;

CREATE INDEX campaigns_by_state ON campaigns (state, closes_at, id);
CREATE INDEX campaigns_by_opening ON campaigns (opens_at DESC, id DESC);

CREATE TABLE campaign_totals (
    campaign_id BLOB PRIMARY KEY REFERENCES campaigns (id),
    pledged_minor INTEGER NOT NULL DEFAULT 0 CHECK (pledged_minor >= 0),
    secured_minor INTEGER NOT NULL DEFAULT 0 CHECK (secured_minor >= 0),
    matched_minor INTEGER NOT NULL DEFAULT 0 CHECK (matched_minor >= 0),
    collected_minor INTEGER NOT NULL DEFAULT 0,
    backers INTEGER NOT NULL DEFAULT 0 CHECK (backers >= 0),
    -- Share of the goal that secured and matched money has reached, in basis points: what lists sort by.
    reached_bp INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE campaign_budget (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (campaign_id, position)
) STRICT;

CREATE TABLE campaign_milestones (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (campaign_id, position)
) STRICT;

CREATE TABLE rewards (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor > 0),
    stock INTEGER CHECK (stock > 0),
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
    early_until INTEGER,
    delivery_month TEXT,
    is_shipped INTEGER NOT NULL DEFAULT 0 CHECK (is_shipped IN (0, 1)),
    UNIQUE (campaign_id, position),
    -- Never oversold, whatever the code above believes.
    CHECK (stock IS NULL OR taken <= stock)
) STRICT;

CREATE TABLE reward_regions (
    reward_id BLOB NOT NULL REFERENCES rewards (id),
    position INTEGER NOT NULL,
    region TEXT NOT NULL,
    shipping_minor INTEGER NOT NULL CHECK (shipping_minor >= 0),
    PRIMARY KEY (reward_id, region)
) STRICT;

CREATE TABLE add_ons (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor > 0),
    stock INTEGER CHECK (stock > 0),
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
    UNIQUE (campaign_id, position),
    CHECK (stock IS NULL OR taken <= stock)
) STRICT;

-- Full text: what a person may type to find a campaign. Texts arrive folded; see the search module.
CREATE VIRTUAL TABLE campaign_search USING fts5 (
    title, rest,
    campaign_id UNINDEXED,
    tokenize = "unicode61 remove_diacritics 0",
    prefix = '2 3'
);
