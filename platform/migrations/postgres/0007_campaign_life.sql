-- What people decide and say about a campaign: how long it is to run, notes and reasons, updates, questions and answers.
ALTER TABLE campaigns ADD COLUMN run_days BIGINT CHECK (run_days > 0);
UPDATE campaigns SET run_days = GREATEST(1, (closes_at - opens_at) / 86400000000) WHERE opens_at IS NOT NULL AND closes_at IS NOT NULL;

-- What was accepted stands: goal, start and deadline move only while the campaign is being written.
CREATE TRIGGER campaigns_accepted BEFORE UPDATE OF goal_minor, run_days, opens_at, closes_at ON campaigns
FOR EACH ROW WHEN (OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined'))
EXECUTE FUNCTION refuse_with_argument('goal, start and deadline cannot change once a campaign is accepted');

CREATE TABLE campaign_notes (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    -- The state that the note explains.
    state TEXT NOT NULL CHECK (state IN ('changes_requested', 'declined', 'suspended', 'cancelled')),
    user_id UUID REFERENCES users (id),
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX campaign_notes_by_campaign ON campaign_notes (campaign_id, at DESC, id DESC);

CREATE TABLE campaign_updates (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    user_id UUID REFERENCES users (id),
    -- Who wrote it, as the page shows it.
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX campaign_updates_by_campaign ON campaign_updates (campaign_id, at DESC, id DESC);

CREATE TABLE campaign_questions (
    id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    user_id UUID REFERENCES users (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    answer TEXT,
    answer_user_id UUID REFERENCES users (id),
    answer_author TEXT,
    answered_at BIGINT,
    CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answer_author IS NULL))
);

CREATE INDEX campaign_questions_by_campaign ON campaign_questions (campaign_id, at DESC, id DESC);

-- Holds that have run out are swept away.
CREATE INDEX reward_holds_by_end ON reward_holds (expires_at);
