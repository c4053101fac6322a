-- The title of the reward that a pledge has since then, empty where it has none; NULL where its backer chose nothing anew.
ALTER TABLE pledge_events ADD COLUMN chosen TEXT;
