-- What is told beyond a pledge itself: news of a campaign, its last two days, the update that it promised.
ALTER TABLE outbox ADD COLUMN update_id UUID REFERENCES campaign_updates (id);
ALTER TABLE mails ADD COLUMN update_id UUID REFERENCES campaign_updates (id);

-- When whoever wants to hear of it was told that it closes soon.
ALTER TABLE campaigns ADD COLUMN closing_told_at BIGINT;
CREATE INDEX campaigns_closing_untold ON campaigns (closes_at) WHERE state = 'live' AND origin = 'here' AND closing_told_at IS NULL;

-- What was told of the update that a milestone promises: that it is due soon, and that its day has passed.
ALTER TABLE campaign_milestones ADD COLUMN told TEXT NOT NULL DEFAULT 'nothing' CHECK (told IN ('nothing', 'due', 'past'));
CREATE INDEX campaign_milestones_untold ON campaign_milestones (due_on) WHERE told <> 'past';

-- Who hears of a campaign.
CREATE INDEX pledges_wanting_updates ON pledges (campaign_id, id) WHERE wants_updates;

-- Where a reward is sent to; asked for once the pledge is paid.
CREATE TABLE pledge_addresses (
    pledge_id UUID PRIMARY KEY REFERENCES pledges (id),
    name TEXT NOT NULL,
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    town TEXT NOT NULL,
    country TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- The platform's share of what campaigns collect, in basis points: each keeps what holds when it opens.
ALTER TABLE instance ADD COLUMN platform_fee_bp BIGINT NOT NULL DEFAULT 500 CHECK (platform_fee_bp BETWEEN 0 AND 10000);
