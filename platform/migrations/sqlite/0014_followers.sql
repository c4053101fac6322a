-- Who wants to hear that a campaign opens. Kept until it has: then there is nothing left to say.
CREATE TABLE campaign_followers (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    email TEXT NOT NULL,
    -- As people are told apart: each hears of a campaign once.
    email_folded TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    token_hash BLOB NOT NULL UNIQUE,
    asked_at INTEGER NOT NULL,
    -- Nobody is written to whose address was not proved.
    confirmed_at INTEGER,
    UNIQUE (campaign_id, email_folded)
) STRICT;

ALTER TABLE mails ADD COLUMN follower_id BLOB REFERENCES campaign_followers (id) ON DELETE CASCADE;
CREATE INDEX mails_by_follower ON mails (follower_id) WHERE follower_id IS NOT NULL;

-- Their proofs count and leave like those of pledges: the indexes say what the statements say, or they are not used.
DROP INDEX mails_by_email_counted;
CREATE INDEX mails_by_email_counted ON mails (email_counted, created_at) WHERE letter IN ('confirm', 'bank', 'follow');
DROP INDEX mails_waiting_urgent;
CREATE INDEX mails_waiting_urgent ON mails ((letter NOT IN ('sign_in', 'confirm', 'follow')), send_at, id) WHERE state = 'waiting';

-- What lists are narrowed by is counted without looking at campaigns themselves.
CREATE INDEX campaigns_by_topic ON campaigns (topic, state, livemode);
CREATE INDEX campaigns_by_place ON campaigns (place, state, livemode);
-- Since lists look at it: counted without reading stories again.
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic, place, currency, livemode);
