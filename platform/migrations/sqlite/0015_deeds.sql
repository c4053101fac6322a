-- What happened to a pledge where it stayed in its state; NULL where it moved, and where nobody wrote it down yet.
ALTER TABLE pledge_events ADD COLUMN deed TEXT CHECK (deed IN ('amount', 'review', 'method'));
-- What its amount became, where that is what happened.
ALTER TABLE pledge_events ADD COLUMN amount_minor INTEGER;

-- Whether what was taken with a pledge can be chosen by others again: it is given back once, however often money comes and goes.
ALTER TABLE pledges ADD COLUMN gave_back INTEGER NOT NULL DEFAULT 0;
UPDATE pledges SET gave_back = 1
WHERE state IN ('released', 'dropped', 'expired', 'cancelled', 'refund_pending', 'refund_failed', 'partially_refunded', 'refunded', 'charged_back')
    OR EXISTS (SELECT 1 FROM pledge_events e WHERE e.pledge_id = pledges.id AND e.to_state IN ('expired', 'cancelled'));
