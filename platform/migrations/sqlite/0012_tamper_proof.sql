-- What was real money stays real, mails are claimed before they leave, and what nothing ever read goes.

-- Replacing a row of the books deletes it; `recursive_triggers`, set where the database is opened, has their triggers see it.
-- PostgreSQL's way round them, TRUNCATE, does not exist here.
CREATE TRIGGER campaigns_livemode BEFORE UPDATE OF livemode ON campaigns
WHEN NEW.livemode <> OLD.livemode
BEGIN SELECT RAISE(ABORT, 'livemode is fixed when the row is made'); END;
CREATE TRIGGER pledges_livemode BEFORE UPDATE OF livemode ON pledges
WHEN NEW.livemode <> OLD.livemode
BEGIN SELECT RAISE(ABORT, 'livemode is fixed when the row is made'); END;

-- Until then, in wall time, a mail is in the hands of one process.
ALTER TABLE mails ADD COLUMN claimed_until INTEGER;

-- Lists tell apart what is real without reading the campaigns' stories.
DROP INDEX campaigns_by_filter;
CREATE INDEX campaigns_by_filter ON campaigns (state, topic, place, currency, livemode);

-- Match money counts towards the goal as soon as it is reserved.
UPDATE campaign_totals SET reached_bp = (secured_minor + matched_minor) * 10000
    / (SELECT c.goal_minor FROM campaigns c WHERE c.id = campaign_totals.campaign_id);

ALTER TABLE payment_attempts DROP COLUMN fingerprint;
ALTER TABLE campaigns DROP COLUMN provider_fee_bp;
ALTER TABLE campaigns DROP COLUMN provider_fee_fixed_minor;
DROP INDEX payment_attempts_pending;
