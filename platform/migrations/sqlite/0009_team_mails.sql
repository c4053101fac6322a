-- Mails to a campaign's team.
ALTER TABLE mails ADD COLUMN campaign_id BLOB REFERENCES campaigns (id);
