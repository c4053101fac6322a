-- A domain has one form, in ASCII (ADR 21); SQL cannot make it. These addresses wait for the program, which makes it once.
CREATE TABLE emails_to_readdress (email TEXT PRIMARY KEY) STRICT;
INSERT INTO emails_to_readdress (email)
SELECT email FROM (
    SELECT email FROM users UNION SELECT email FROM pledges UNION SELECT email FROM campaign_followers
    UNION SELECT email FROM sign_ins UNION SELECT email FROM mails UNION SELECT email FROM captured_mails
) AS kept
WHERE length(CAST(email AS BLOB)) > length(email);
