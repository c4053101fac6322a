-- Lists are narrowed by their end too, and count without reading the campaigns themselves.
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic, place, currency, livemode, closes_at, id);
-- Campaigns that had missed their goal before had given their matches back already.
UPDATE campaign_totals SET decided_match_minor = (
        SELECT COALESCE(SUM(m.amount_minor), 0) FROM pledge_matches m JOIN pledges p ON p.id = m.pledge_id
        WHERE m.campaign_id = campaign_totals.campaign_id
            AND (m.state <> 'voided' OR p.state IN ('released', 'refund_pending', 'refund_failed', 'refunded')))
    WHERE campaign_id IN (SELECT id FROM campaigns WHERE decided_at IS NOT NULL AND state IN ('failed', 'releasing', 'closed'));
UPDATE campaign_totals SET reached_bp = (secured_minor + decided_match_minor) * 10000
        / (SELECT c.goal_minor FROM campaigns c WHERE c.id = campaign_totals.campaign_id)
    WHERE decided_match_minor IS NOT NULL;
