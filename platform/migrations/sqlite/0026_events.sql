-- Events know no feature: kind, id and name of what happened, and the rest as JSON of ids and states. A dispatcher makes one
-- delivery for each consumer that wants an event.
ALTER TABLE outbox RENAME TO outbox_before;
CREATE TABLE outbox (
    id BLOB PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    dispatched_at INTEGER
) STRICT;

INSERT INTO outbox (id, subject_kind, subject_id, name, body, at, dispatched_at)
SELECT id, 'pledge', pledge_id, CASE kind WHEN 'pledge_placed' THEN 'placed' ELSE 'moved' END,
    CASE kind
        WHEN 'pledge_placed' THEN json_object('campaign', lower(hex(campaign_id)), 'to', to_state)
        ELSE json_object('campaign', lower(hex(campaign_id)), 'from', from_state, 'to', to_state)
    END, at, mailed_at
FROM outbox_before WHERE pledge_id IS NOT NULL;

INSERT INTO outbox (id, subject_kind, subject_id, name, body, at, dispatched_at)
SELECT id, 'campaign', campaign_id,
    CASE kind
        WHEN 'campaign_start' THEN 'start_chosen'
        WHEN 'campaign_update' THEN 'update_published'
        WHEN 'campaign_question' THEN 'question_asked'
        WHEN 'campaign_answer' THEN 'question_answered'
        WHEN 'campaign_closes_soon' THEN 'closes_soon'
        WHEN 'campaign_statement' THEN 'statement_asked'
        WHEN 'campaign_update_due' THEN 'update_due'
        WHEN 'campaign_update_past' THEN 'update_missed'
        ELSE 'moved'
    END,
    CASE
        WHEN kind = 'campaign_update' THEN json_object('update', lower(hex(update_id)))
        WHEN kind IN ('campaign_start', 'campaign_question', 'campaign_answer', 'campaign_closes_soon', 'campaign_statement',
            'campaign_update_due', 'campaign_update_past') THEN '{}'
        ELSE json_object('from', from_state, 'to', to_state)
    END, at, mailed_at
FROM outbox_before WHERE pledge_id IS NULL;

DROP TABLE outbox_before;
CREATE INDEX outbox_undispatched ON outbox (at, id) WHERE dispatched_at IS NULL;
CREATE INDEX outbox_dispatched ON outbox (dispatched_at) WHERE dispatched_at IS NOT NULL;

CREATE TABLE outbox_deliveries (
    consumer TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    event_id BLOB NOT NULL REFERENCES outbox (id),
    PRIMARY KEY (consumer, due_at, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_deliveries_by_event ON outbox_deliveries (event_id);

-- Letters know no feature: what each is about stands as one id, and for a part of that as another. Two reminders and the
-- later letters of a charge that waits are no longer stored before they are due.
ALTER TABLE mails RENAME TO mails_before;
CREATE TABLE mails (
    id BLOB PRIMARY KEY,
    letter TEXT NOT NULL,
    email TEXT NOT NULL,
    email_counted TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    detail_id BLOB,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    send_at INTEGER NOT NULL,
    claimed_until INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((state = 'waiting') = (ended_at IS NULL))
) STRICT;
INSERT INTO mails (id, letter, email, email_counted, subject_id, detail_id, state, tries, send_at, claimed_until, created_at, ended_at)
SELECT id, letter, email, email_counted, COALESCE(pledge_id, sign_in_id, campaign_id, follower_id), update_id, state, tries,
    send_at, claimed_until, created_at, ended_at
FROM mails_before;
DROP TABLE mails_before;
CREATE INDEX mails_waiting ON mails (send_at, id) WHERE state = 'waiting';
CREATE INDEX mails_waiting_urgent ON mails ((letter NOT IN ('sign_in', 'confirm', 'follow')), send_at, id) WHERE state = 'waiting';
CREATE INDEX mails_by_subject ON mails (subject_id, letter);
CREATE INDEX mails_by_email_counted ON mails (email_counted, send_at) WHERE letter IN ('confirm', 'bank', 'follow');
CREATE INDEX mails_asking ON mails (ended_at, id) WHERE letter IN ('confirm', 'bank');
CREATE INDEX pledges_to_confirm ON pledges (state_since, id) WHERE state = 'action_required';

-- Up to when the letters were queued that only time brings.
CREATE TABLE ripenings (
    name TEXT PRIMARY KEY,
    until_at INTEGER NOT NULL
) STRICT;

-- What was stored for later and is not due yet is derived from here on, from the present instant on. What was tried already waits for
-- another try, and stays.
INSERT INTO ripenings (name, until_at)
SELECT name, CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) * 1000 + skipped_us - after_us
FROM instance, (SELECT 'reminder_1_h' AS name, 3600000000 AS after_us UNION ALL SELECT 'reminder_20_h', 72000000000
    UNION ALL SELECT 'action_48_h', 172800000000 UNION ALL SELECT 'action_96_h', 345600000000
    UNION ALL SELECT 'action_144_h', 518400000000 UNION ALL SELECT 'failing_24_h', 86400000000)
WHERE EXISTS (SELECT 1 FROM mails);
DELETE FROM mails WHERE state = 'waiting' AND tries = 0 AND letter IN ('reminder', 'action', 'failing')
    AND send_at > (SELECT CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) * 1000 + skipped_us FROM instance);
