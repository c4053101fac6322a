-- Words, topics and places are found however they are spelled. What is there is folded anew at the start: see the search module.
ALTER TABLE campaigns ADD COLUMN topic_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN place_folded TEXT NOT NULL DEFAULT '';
-- The version of the folding that it was folded by; none yet.
ALTER TABLE campaigns ADD COLUMN folded_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX campaigns_by_folding ON campaigns (folded_by, id);
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic_folded, place_folded, currency, livemode, closes_at, id);
-- The stems stand apart, under a label of their own in the same document: they are looked up whole, words by their beginning.
