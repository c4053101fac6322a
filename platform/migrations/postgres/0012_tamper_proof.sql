-- What was real money stays real, mails are claimed before they leave, and what nothing ever read goes.

-- Truncating a table deletes its rows without any row's trigger.
CREATE TRIGGER pledge_events_whole BEFORE TRUNCATE ON pledge_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_with_argument('pledge events are append-only');
CREATE TRIGGER ledger_transactions_whole BEFORE TRUNCATE ON ledger_transactions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_with_argument('the ledger is append-only');
CREATE TRIGGER ledger_entries_whole BEFORE TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_with_argument('the ledger is append-only');
CREATE TRIGGER ledger_blocks_whole BEFORE TRUNCATE ON ledger_blocks
FOR EACH STATEMENT EXECUTE FUNCTION refuse_with_argument('the chain is append-only');
CREATE TRIGGER ledger_seals_whole BEFORE TRUNCATE ON ledger_seals
FOR EACH STATEMENT EXECUTE FUNCTION refuse_with_argument('the chain is append-only');

CREATE TRIGGER campaigns_livemode BEFORE UPDATE OF livemode ON campaigns
FOR EACH ROW WHEN (NEW.livemode <> OLD.livemode)
EXECUTE FUNCTION refuse_with_argument('livemode is fixed when the row is made');
CREATE TRIGGER pledges_livemode BEFORE UPDATE OF livemode ON pledges
FOR EACH ROW WHEN (NEW.livemode <> OLD.livemode)
EXECUTE FUNCTION refuse_with_argument('livemode is fixed when the row is made');

-- Until then, in wall time, a mail is in the hands of one process.
ALTER TABLE mails ADD COLUMN claimed_until BIGINT;

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
