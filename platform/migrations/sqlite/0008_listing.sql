-- Lists in their two usual orders read no further than their page. The expressions are those of the statements.
DROP INDEX campaigns_by_opening;
CREATE INDEX campaigns_by_end ON campaigns (CAST(CASE state WHEN 'live' THEN closes_at WHEN 'scheduled' THEN 3000000000000000000 + opens_at
    ELSE 9000000000000000000 - COALESCE(closes_at, 0) END AS BIGINT), id);
CREATE INDEX campaigns_by_start ON campaigns (CAST(-COALESCE(opens_at, 0) AS BIGINT), id);
-- How many there are is counted without reading their stories.
CREATE INDEX campaigns_by_filter ON campaigns (state, topic, place, currency);
