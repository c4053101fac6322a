-- What this installation is, and who has an account.
CREATE TABLE instance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL DEFAULT 'live' CHECK (origin IN ('live', 'demo')),
    -- How far the demo has moved the business clock; forward only.
    skipped_us INTEGER NOT NULL DEFAULT 0 CHECK (skipped_us >= 0),
    -- The key that keyed hashes (addresses, browsers) are made with.
    pepper BLOB
) STRICT;

INSERT INTO instance (id) VALUES (1);

CREATE TRIGGER instance_clock_forward BEFORE UPDATE OF skipped_us ON instance
WHEN NEW.skipped_us < OLD.skipped_us
BEGIN SELECT RAISE(ABORT, 'the demo clock only moves forward'); END;

CREATE TABLE users (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user_roles (
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('coach', 'moderator', 'operator')),
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, role)
) STRICT;
