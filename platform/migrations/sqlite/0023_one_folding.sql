-- Words, topics and places are found however they are spelled. What is there is folded anew at the start: see the search module.
ALTER TABLE campaigns ADD COLUMN topic_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN place_folded TEXT NOT NULL DEFAULT '';
-- The version of the folding that it was folded by; none yet.
ALTER TABLE campaigns ADD COLUMN folded_by INTEGER NOT NULL DEFAULT 0;
CREATE INDEX campaigns_by_folding ON campaigns (folded_by, id);
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic_folded, place_folded, currency, livemode, closes_at, id);
-- The stems stand apart: they are looked up whole, words by their beginning.
DROP TABLE campaign_search;
CREATE VIRTUAL TABLE campaign_search USING fts5 (
    title, rest, stems,
    campaign_id UNINDEXED,
    tokenize = "unicode61 remove_diacritics 0",
    prefix = '2 3'
);
