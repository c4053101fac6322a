-- Lists can be narrowed by the language that campaigns are told in.
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic_folded, place_folded, currency, livemode, locale, closes_at, id);
