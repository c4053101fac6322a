-- Who else is of a campaign's team, beside whoever answers for it.
CREATE TABLE campaign_members (
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    user_id UUID NOT NULL REFERENCES users (id),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, user_id)
);
CREATE INDEX campaign_members_by_user ON campaign_members (user_id);
