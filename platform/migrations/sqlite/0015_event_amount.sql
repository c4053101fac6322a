-- What a pledge was of when something happened to it; NULL where nobody wrote it down yet.
ALTER TABLE pledge_events ADD COLUMN amount_minor INTEGER;
