-- What people decide and say about a campaign: how long it is to run, notes and reasons, updates, questions and answers.
ALTER TABLE campaigns ADD COLUMN run_days INTEGER CHECK (run_days > 0);
UPDATE campaigns SET run_days = MAX(1, (closes_at - opens_at) / 86400000000) WHERE opens_at IS NOT NULL AND closes_at IS NOT NULL;

-- What was accepted stands: goal, start and deadline move only while the campaign is being written.
CREATE TRIGGER campaigns_accepted BEFORE UPDATE OF goal_minor, run_days, opens_at, closes_at ON campaigns
WHEN OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined')
BEGIN SELECT RAISE(ABORT, 'goal, start and deadline cannot change once a campaign is accepted'); END;

CREATE TABLE campaign_notes (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    -- The state that the note explains.
    state TEXT NOT NULL CHECK (state IN ('changes_requested', 'declined', 'suspended', 'cancelled')),
    user_id BLOB REFERENCES users (id),
    body TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX campaign_notes_by_campaign ON campaign_notes (campaign_id, at DESC, id DESC);

CREATE TABLE campaign_updates (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    user_id BLOB REFERENCES users (id),
    -- Who wrote it, as the page shows it.
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX campaign_updates_by_campaign ON campaign_updates (campaign_id, at DESC, id DESC);

CREATE TABLE campaign_questions (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    user_id BLOB REFERENCES users (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    answer TEXT,
    answer_user_id BLOB REFERENCES users (id),
    answer_author TEXT,
    answered_at INTEGER,
    CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answer_author IS NULL))
) STRICT;

CREATE INDEX campaign_questions_by_campaign ON campaign_questions (campaign_id, at DESC, id DESC);

-- Holds that have run out are swept away.
CREATE INDEX reward_holds_by_end ON reward_holds (expires_at);
