-- Who signs in and from where, what is mailed to whom, and what of the outbox has been mailed.
CREATE TABLE sign_ins (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    -- SHA-256 of the link's token. The code is computed, not kept; it counts only with the browser that asked.
    link_hash BLOB NOT NULL UNIQUE,
    browser_hash BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    asked_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE INDEX sign_ins_by_email ON sign_ins (email, asked_at);
CREATE INDEX sign_ins_by_browser ON sign_ins (browser_hash, asked_at);

CREATE TABLE sessions (
    id BLOB PRIMARY KEY,
    -- SHA-256 of the cookie's token.
    token_hash BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES users (id),
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, started_at);

-- Guest pledges find their way to the account of whoever proves the address.
CREATE INDEX pledges_by_email ON pledges (lower(email)) WHERE user_id IS NULL AND email IS NOT NULL;

-- Wrong codes that were typed for the address of a pledge.
ALTER TABLE pledges ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0 CHECK (code_tries >= 0);

-- What a backer wants to be written about beside the pledge itself; nothing unless they say so.
ALTER TABLE pledges ADD COLUMN wants_updates INTEGER NOT NULL DEFAULT 0 CHECK (wants_updates IN (0, 1));
ALTER TABLE pledges ADD COLUMN wants_news INTEGER NOT NULL DEFAULT 0 CHECK (wants_news IN (0, 1));

ALTER TABLE outbox ADD COLUMN from_state TEXT;
ALTER TABLE outbox ADD COLUMN to_state TEXT;
ALTER TABLE outbox ADD COLUMN mailed_at INTEGER;
UPDATE outbox SET mailed_at = at;
CREATE INDEX outbox_unmailed ON outbox (at, id) WHERE mailed_at IS NULL;

-- What is to be mailed. Words, links and codes are made when it is sent: nothing secret lies here.
CREATE TABLE mails (
    id BLOB PRIMARY KEY,
    letter TEXT NOT NULL,
    email TEXT NOT NULL,
    pledge_id BLOB REFERENCES pledges (id),
    sign_in_id BLOB REFERENCES sign_ins (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    send_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((state = 'waiting') = (ended_at IS NULL))
) STRICT;

CREATE INDEX mails_waiting ON mails (send_at, id) WHERE state = 'waiting';
CREATE INDEX mails_by_pledge ON mails (pledge_id, created_at) WHERE pledge_id IS NOT NULL;
CREATE INDEX mails_by_sign_in ON mails (sign_in_id) WHERE sign_in_id IS NOT NULL;

-- Where the demo world's mails end up.
CREATE TABLE captured_mails (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
