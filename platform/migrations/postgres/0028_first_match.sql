-- A person's first pledge to a campaign is matched, whichever card, address or account it comes from:
-- addresses as limits count them, without their tag. Old ones are made here of what is folded already; those
-- beyond ASCII that are not, by the program (see 22).
ALTER TABLE pledges ADD COLUMN email_counted TEXT;
UPDATE pledges SET email_counted = CASE
        WHEN strpos(email_folded, '+') > 1 AND strpos(email_folded, '+') < strpos(email_folded, '@')
        THEN substr(email_folded, 1, strpos(email_folded, '+') - 1) || substr(email_folded, strpos(email_folded, '@'))
        ELSE email_folded END
    WHERE email_folded IS NOT NULL;
CREATE INDEX pledges_by_email_counted ON pledges (campaign_id, email_counted) WHERE email_counted IS NOT NULL;
CREATE INDEX pledges_by_backer ON pledges (campaign_id, user_id) WHERE user_id IS NOT NULL;

-- Whoever was of a campaign's team is never matched there, whichever program let them go.
CREATE TABLE campaign_former_members (
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (campaign_id, user_id)
);
CREATE INDEX campaign_former_members_by_user ON campaign_former_members (user_id);

CREATE FUNCTION campaign_members_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_former_members (campaign_id, user_id) VALUES (OLD.campaign_id, OLD.user_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_members_left AFTER DELETE ON campaign_members
FOR EACH ROW EXECUTE FUNCTION campaign_members_left();

CREATE FUNCTION campaigns_owner_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_former_members (campaign_id, user_id) VALUES (OLD.id, OLD.owner_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER campaigns_owner_left AFTER UPDATE OF owner_id ON campaigns
FOR EACH ROW WHEN (OLD.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id)
EXECUTE FUNCTION campaigns_owner_left();
