-- Campaigns, what they offer, and the one row of totals that every page reads.
CREATE TABLE campaigns (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    one_liner TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    topic TEXT NOT NULL,
    place TEXT NOT NULL,
    team_name TEXT NOT NULL,
    owner_id UUID REFERENCES users (id),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    model TEXT NOT NULL CHECK (model IN ('all_or_nothing', 'flexible', 'minimum_and_optimum')),
    goal_minor BIGINT NOT NULL CHECK (goal_minor > 0),
    optimum_minor BIGINT CHECK (optimum_minor > goal_minor),
    problem TEXT NOT NULL DEFAULT '',
    solution TEXT NOT NULL DEFAULT '',
    plan TEXT NOT NULL DEFAULT '',
    risks TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled', 'live',
        'suspended', 'cancelled', 'closing', 'collecting', 'settled', 'fulfilling', 'completed', 'failed', 'releasing', 'closed')),
    state_since BIGINT NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('standard', 'historical')),
    origin TEXT NOT NULL CHECK (origin IN ('here', 'import')),
    external_id TEXT UNIQUE,
    livemode BOOLEAN NOT NULL,
    opens_at BIGINT,
    closes_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK (closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at),
    CHECK (state NOT IN ('scheduled', 'live') OR (opens_at IS NOT NULL AND closes_at IS NOT NULL))
);

CREATE INDEX campaigns_by_state ON campaigns (state, closes_at, id);
CREATE INDEX campaigns_by_opening ON campaigns (opens_at DESC, id DESC);

CREATE TABLE campaign_totals (
    campaign_id UUID PRIMARY KEY REFERENCES campaigns (id),
    pledged_minor BIGINT NOT NULL DEFAULT 0 CHECK (pledged_minor >= 0),
    secured_minor BIGINT NOT NULL DEFAULT 0 CHECK (secured_minor >= 0),
    matched_minor BIGINT NOT NULL DEFAULT 0 CHECK (matched_minor >= 0),
    collected_minor BIGINT NOT NULL DEFAULT 0,
    backers BIGINT NOT NULL DEFAULT 0 CHECK (backers >= 0),
    -- Share of the goal that secured and matched money has reached, in basis points: what lists sort by.
    reached_bp BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE campaign_budget (
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    position BIGINT NOT NULL,
    label TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (campaign_id, position)
);

CREATE TABLE campaign_milestones (
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    position BIGINT NOT NULL,
    label TEXT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (campaign_id, position)
);

CREATE TABLE rewards (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor > 0),
    stock BIGINT CHECK (stock > 0),
    taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0),
    early_until BIGINT,
    delivery_month TEXT,
    is_shipped BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (campaign_id, position),
    -- Never oversold, whatever the code above believes.
    CHECK (stock IS NULL OR taken <= stock)
) WITH (fillfactor = 50);

CREATE TABLE reward_regions (
    reward_id UUID NOT NULL REFERENCES rewards (id),
    position BIGINT NOT NULL,
    region TEXT NOT NULL,
    shipping_minor BIGINT NOT NULL CHECK (shipping_minor >= 0),
    PRIMARY KEY (reward_id, region)
);

CREATE TABLE add_ons (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor > 0),
    stock BIGINT CHECK (stock > 0),
    taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0),
    UNIQUE (campaign_id, position),
    CHECK (stock IS NULL OR taken <= stock)
);

-- Full text: what a person may type to find a campaign. Texts arrive folded; see the search module.
CREATE TABLE campaign_search (
    campaign_id UUID PRIMARY KEY REFERENCES campaigns (id),
    document TSVECTOR NOT NULL
);

CREATE INDEX campaign_search_document ON campaign_search USING gin (document);
