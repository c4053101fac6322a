-- What pools had reserved when the deadline decided: what was reached stands still, as secured does, when matches are given back.
ALTER TABLE campaign_totals ADD COLUMN decided_match_minor INTEGER;
UPDATE campaign_totals SET decided_match_minor = matched_minor
    WHERE campaign_id IN (SELECT id FROM campaigns WHERE decided_at IS NOT NULL);
-- The keyed hash of the account that a campaign is paid out to, as `pledges.payer_hash` has those that pay.
ALTER TABLE campaigns ADD COLUMN payee_hash BLOB;
