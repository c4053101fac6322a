-- When something was last saved only to see whether anything can be; when the clock was last believed; and when an operator last said
-- that it is right. All in wall time.
ALTER TABLE instance ADD COLUMN beat_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN clock_seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN clock_confirmed_at INTEGER NOT NULL DEFAULT 0;
