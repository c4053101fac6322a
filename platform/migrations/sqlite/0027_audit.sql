-- Who did what that is privileged: a row is written with the deed and never changed. What was said about it lies
-- in a table of its own, where it can be erased.
CREATE TABLE audit (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    -- No reference: the row outlives the account. NULL is the installation, or somebody without an account.
    user_id BLOB,
    grounds TEXT NOT NULL CHECK (grounds IN ('own', 'role', 'installation')),
    deed TEXT NOT NULL CHECK (length(deed) BETWEEN 1 AND 60),
    -- Ids, states and numbers only.
    how TEXT NOT NULL CHECK (length(how) <= 200),
    subject_kind TEXT NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 60),
    subject_id BLOB,
    -- Whose account or pledge it was about.
    person_id BLOB,
    -- SHA-256(salt ‖ words); NULL where nothing was said.
    words_hash BLOB CHECK (length(words_hash) = 32),
    CHECK (grounds <> 'installation' OR user_id IS NULL)
) STRICT;
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_subject ON audit (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_person ON audit (person_id) WHERE person_id IS NOT NULL;

-- Erasing a person deletes the row; the audit stays.
CREATE TABLE audit_words (
    audit_id BLOB PRIMARY KEY REFERENCES audit (id),
    salt BLOB NOT NULL,
    -- The names of whoever did it and of whom it was about, as they were then, and the reason.
    who TEXT NOT NULL,
    whom TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_keep BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_stay BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_words_keep BEFORE UPDATE ON audit_words
BEGIN SELECT RAISE(ABORT, 'words of the audit are erased, never changed'); END;
