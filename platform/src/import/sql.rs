//! Statements about what was imported.

/// A campaign by its id elsewhere, with what must be the same when its row comes again.
pub(super) const FIND: &str = "
    SELECT c.id, c.slug, c.state, c.currency, c.goal_minor, c.closes_at, t.backers, t.secured_minor
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.external_id = $1";

pub(super) const COUNT_PLEDGES: &str = "
    SELECT c.state, (SELECT COUNT(*) FROM pledges p WHERE p.campaign_id = c.id) FROM campaigns c WHERE c.id = $1";
