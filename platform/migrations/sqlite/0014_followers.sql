-- Who wants to hear that a campaign opens. Kept until it has: then there is nothing left to say.
CREATE TABLE campaign_followers (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    email TEXT NOT NULL,
    -- As addresses are told apart: one mailbox hears of a campaign once.
    email_counted TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    token_hash BLOB NOT NULL UNIQUE,
    asked_at INTEGER NOT NULL,
    -- Nobody is written to whose address was not proved.
    confirmed_at INTEGER,
    UNIQUE (campaign_id, email_counted)
) STRICT;

ALTER TABLE mails ADD COLUMN follower_id BLOB REFERENCES campaign_followers (id) ON DELETE CASCADE;
CREATE INDEX mails_by_follower ON mails (follower_id) WHERE follower_id IS NOT NULL;
