-- What campaigns promise beyond their goal, and fees that stand once a campaign is open.
CREATE TABLE campaign_stretch_goals (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    label TEXT NOT NULL,
    PRIMARY KEY (campaign_id, position)
) STRICT;

-- A campaign pays what held when it opened.
CREATE TRIGGER campaigns_fees BEFORE UPDATE OF platform_fee_bp ON campaigns
WHEN NEW.platform_fee_bp <> OLD.platform_fee_bp
    AND OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled')
BEGIN SELECT RAISE(ABORT, 'fees cannot change after launch'); END;
