-- Mails to a campaign's team.
ALTER TABLE mails ADD COLUMN campaign_id UUID REFERENCES campaigns (id);
