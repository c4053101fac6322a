-- What this installation is, and who has an account.
CREATE TABLE instance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL DEFAULT 'live' CHECK (origin IN ('live', 'demo')),
    -- How far the demo has moved the business clock; forward only.
    skipped_us BIGINT NOT NULL DEFAULT 0 CHECK (skipped_us >= 0),
    -- The key that keyed hashes (addresses, browsers) are made with.
    pepper BYTEA
);

INSERT INTO instance (id) VALUES (1);

CREATE FUNCTION refuse_with_argument() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER instance_clock_forward BEFORE UPDATE OF skipped_us ON instance
FOR EACH ROW WHEN (NEW.skipped_us < OLD.skipped_us)
EXECUTE FUNCTION refuse_with_argument('the demo clock only moves forward');

CREATE TABLE users (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'fr', 'it')),
    created_at BIGINT NOT NULL
);

CREATE TABLE user_roles (
    user_id UUID NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('coach', 'moderator', 'operator')),
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, role)
);
