-- What campaigns promise beyond their goal, and fees that stand once a campaign is open.
CREATE TABLE campaign_stretch_goals (
    campaign_id UUID NOT NULL REFERENCES campaigns (id),
    position BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    label TEXT NOT NULL,
    PRIMARY KEY (campaign_id, position)
);

-- A campaign pays what held when it opened.
CREATE TRIGGER campaigns_fees BEFORE UPDATE OF platform_fee_bp ON campaigns
FOR EACH ROW WHEN (NEW.platform_fee_bp <> OLD.platform_fee_bp
    AND OLD.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined', 'scheduled'))
EXECUTE FUNCTION refuse_with_argument('fees cannot change after launch');
