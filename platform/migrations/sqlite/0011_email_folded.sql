-- Addresses are compared and counted as the program folds them: the two databases fold differently beyond ASCII.
ALTER TABLE pledges ADD COLUMN email_folded TEXT;
-- Old rows as far as both databases agree.
UPDATE pledges SET email_folded = lower(email) WHERE email IS NOT NULL;
CREATE INDEX pledges_by_email_folded ON pledges (email_folded) WHERE user_id IS NULL AND email_folded IS NOT NULL;
DROP INDEX pledges_by_email;

-- Without tags: whoever is written to, whatever follows a plus. Rows of before count for nobody; they are an hour old soon.
ALTER TABLE sign_ins ADD COLUMN email_counted TEXT NOT NULL DEFAULT '';
CREATE INDEX sign_ins_by_email_counted ON sign_ins (email_counted, asked_at);
ALTER TABLE mails ADD COLUMN email_counted TEXT NOT NULL DEFAULT '';
CREATE INDEX mails_by_email_counted ON mails (email_counted, created_at) WHERE letter IN ('confirm', 'bank');

-- What somebody waits for at a screen leaves before everything else that waits.
CREATE INDEX mails_waiting_urgent ON mails ((letter NOT IN ('sign_in', 'confirm')), send_at, id) WHERE state = 'waiting';
