-- Who else is of a campaign's team, beside whoever answers for it.
CREATE TABLE campaign_members (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, user_id)
) STRICT;
CREATE INDEX campaign_members_by_user ON campaign_members (user_id);
