-- How often an address is asked to be proved is counted by when it is, not by when that was decided: what is too much for one
-- hour waits for the next.
DROP INDEX mails_by_email_counted;
CREATE INDEX mails_by_email_counted ON mails (email_counted, send_at) WHERE letter IN ('confirm', 'bank', 'follow');
