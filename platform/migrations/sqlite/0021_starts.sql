-- A team may choose another start until it comes, match money that was given back is offered again, and a database knows whose
-- secret made it.
DROP TRIGGER campaigns_accepted;
CREATE TRIGGER campaigns_accepted BEFORE UPDATE OF goal_minor, run_days ON campaigns
WHEN OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined')
BEGIN SELECT RAISE(ABORT, 'goal and duration cannot change once a campaign is accepted'); END;
CREATE TRIGGER campaigns_started BEFORE UPDATE OF opens_at, closes_at ON campaigns
WHEN OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled')
BEGIN SELECT RAISE(ABORT, 'start and deadline cannot change after launch'); END;

-- Nothing has ever read it.
ALTER TABLE instance DROP COLUMN pepper;
-- A keyed hash that only the secret makes with which the links and hashes in here were made.
ALTER TABLE instance ADD COLUMN secret_mark BLOB;

-- Something of the pool was given back since the campaign's pledges were looked at that went short of it.
ALTER TABLE pool_campaigns ADD COLUMN has_room INTEGER NOT NULL DEFAULT 0 CHECK (has_room IN (0, 1));
CREATE INDEX pool_campaigns_with_room ON pool_campaigns (campaign_id) WHERE has_room;
CREATE INDEX pool_campaigns_by_pool ON pool_campaigns (pool_id);
CREATE INDEX pledges_short_of_match ON pledges (campaign_id, id) WHERE match_limit IN ('same_payer', 'campaign_cap', 'pool_used_up');
