-- Who wants to hear that a campaign opens. Kept until it has: then there is nothing left to say.
CREATE TABLE campaign_followers (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    email TEXT NOT NULL,
    -- As addresses are told apart: one mailbox hears of a campaign once.
    email_counted TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    token_hash BYTEA NOT NULL UNIQUE,
    asked_at BIGINT NOT NULL,
    -- Nobody is written to whose address was not proved.
    confirmed_at BIGINT,
    UNIQUE (campaign_id, email_counted)
);

ALTER TABLE mails ADD COLUMN follower_id UUID REFERENCES campaign_followers (id) ON DELETE CASCADE;
CREATE INDEX mails_by_follower ON mails (follower_id) WHERE follower_id IS NOT NULL;
