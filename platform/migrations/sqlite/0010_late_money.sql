-- Money that comes late, or in another amount, finds its way: when it counts from, and who it is looked for by.
ALTER TABLE pledges ADD COLUMN arrived_on TEXT;
-- What arrived before this was kept: what did not fit is taken for late, and goes back.
UPDATE pledges SET arrived_on = CASE state WHEN 'needs_review' THEN '9999-12-31' ELSE '2000-01-01' END WHERE arrived_minor IS NOT NULL;
CREATE INDEX pledges_to_return ON pledges (campaign_id) WHERE state IN ('needs_review', 'refund_failed');

-- Nothing is paid out before somebody has checked whom it goes to.
ALTER TABLE campaigns ADD COLUMN payee_verified_at INTEGER;

-- What providers tell without being asked: each event once, and only a hint to ask about its try.
CREATE TABLE provider_events (
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    attempt_id BLOB NOT NULL REFERENCES payment_attempts (id),
    received_at INTEGER NOT NULL,
    PRIMARY KEY (provider, event_id)
) STRICT, WITHOUT ROWID;
