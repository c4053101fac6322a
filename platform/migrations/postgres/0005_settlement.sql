-- What the days after a deadline need: when a team must say that it can deliver with less, and when it said so.
ALTER TABLE campaigns ADD COLUMN statement_due_at BIGINT;
ALTER TABLE campaigns ADD COLUMN stated_at BIGINT;

-- What a transfer brought, which may differ from what was pledged: all of it goes back, or all of it counts.
ALTER TABLE pledges ADD COLUMN arrived_minor BIGINT CHECK (arrived_minor > 0);

CREATE INDEX pledge_events_by_pledge ON pledge_events (pledge_id, at);
