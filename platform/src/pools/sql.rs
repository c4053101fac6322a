//! Statements about pools of match money.

pub(super) const ADD_POOL: &str = "
    INSERT INTO pools (id, name, giver, currency, adds, per, campaign_minor_max, funded_minor, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

pub(super) const ADD_CAMPAIGN: &str = "INSERT INTO pool_campaigns (campaign_id, pool_id) VALUES ($1, $2)";

pub(super) const OF_CAMPAIGN: &str = "
    SELECT p.id, p.adds, p.per, p.campaign_minor_max, p.funded_minor - p.used_minor AS free_minor, m.used_minor
    FROM pool_campaigns m JOIN pools p ON p.id = m.pool_id
    WHERE m.campaign_id = $1";

/// Whether the money of the campaign goes where that of the pledge comes from.
pub(super) const IS_PAYEE: &str = "SELECT EXISTS (SELECT 1 FROM campaigns WHERE id = $1 AND payee_hash = $2)";

/// Whether another pledge of the same campaign is matched that has the same card or bank account, the same
/// counted address, or the same account here.
pub(super) const IS_SAME_PAYER: &str = "
    SELECT EXISTS (SELECT 1 FROM pledges p JOIN pledge_matches m ON m.pledge_id = p.id
            WHERE p.campaign_id = $1 AND p.payer_hash = $2 AND p.id <> $5 AND m.state <> 'voided')
        OR EXISTS (SELECT 1 FROM pledges p JOIN pledge_matches m ON m.pledge_id = p.id
            WHERE p.campaign_id = $1 AND p.email_counted = $3 AND p.id <> $5 AND m.state <> 'voided')
        OR EXISTS (SELECT 1 FROM pledges p JOIN pledge_matches m ON m.pledge_id = p.id
            WHERE p.campaign_id = $1 AND p.user_id = $4 AND p.id <> $5 AND m.state <> 'voided')";

/// Whoever is or was of the campaign's team.
pub(super) const TEAM_EVER: &str = "
    SELECT u.id, u.email FROM campaigns c JOIN users u ON u.id = c.owner_id WHERE c.id = $1
    UNION SELECT u.id, u.email FROM campaign_members m JOIN users u ON u.id = m.user_id WHERE m.campaign_id = $1
    UNION SELECT u.id, u.email FROM campaign_former_members f JOIN users u ON u.id = f.user_id WHERE f.campaign_id = $1";

pub(super) const MOVE_POOL: &str = "UPDATE pools SET used_minor = used_minor + $2 WHERE id = $1";

pub(super) const MOVE_CAMPAIGN: &str =
    "UPDATE pool_campaigns SET used_minor = used_minor + $2 WHERE campaign_id = $1";

/// Something of it was given back: whoever went short may have it.
pub(super) const MARK_ROOM: &str =
    "UPDATE pool_campaigns SET has_room = TRUE WHERE pool_id = $1 AND NOT has_room";

pub(super) const HAS_ROOM: &str =
    "SELECT EXISTS (SELECT 1 FROM pool_campaigns WHERE campaign_id = $1 AND has_room)";

pub(super) const CLEAR_ROOM: &str = "UPDATE pool_campaigns SET has_room = FALSE WHERE campaign_id = $1";

/// Campaigns that are not decided.
pub(super) const WITH_ROOM: &str = "
    SELECT m.campaign_id FROM pool_campaigns m
    WHERE m.has_room AND EXISTS (SELECT 1 FROM campaigns c
        WHERE c.id = m.campaign_id AND c.decided_at IS NULL AND c.state IN ('live', 'suspended', 'closing'))
    ORDER BY m.campaign_id
    LIMIT $1";

/// Pledges that count and went short of the pool, the oldest first, behind `$2`: those whose backer has no
/// matched one any more and, where the pool has room (`$3`), those that found none.
pub(super) const SHORT: &str = "
    SELECT p.id FROM pledges p
    WHERE p.campaign_id = $1 AND p.state IN ('secured', 'funded')
        AND p.match_limit IN ('same_payer', 'campaign_cap', 'pool_used_up')
        AND ((p.match_limit <> 'same_payer' AND CAST($3 AS BIGINT) IS NOT NULL)
            OR (p.match_limit = 'same_payer'
                AND NOT EXISTS (SELECT 1 FROM pledges q JOIN pledge_matches m ON m.pledge_id = q.id
                    WHERE q.campaign_id = p.campaign_id AND q.payer_hash = p.payer_hash AND q.id <> p.id AND m.state <> 'voided')
                AND NOT EXISTS (SELECT 1 FROM pledges q JOIN pledge_matches m ON m.pledge_id = q.id
                    WHERE q.campaign_id = p.campaign_id AND q.email_counted = p.email_counted AND q.id <> p.id
                        AND m.state <> 'voided')
                AND NOT EXISTS (SELECT 1 FROM pledges q JOIN pledge_matches m ON m.pledge_id = q.id
                    WHERE q.campaign_id = p.campaign_id AND q.user_id = p.user_id AND q.id <> p.id AND m.state <> 'voided')))
        AND p.id > $2
    ORDER BY p.id
    LIMIT $4";

pub(super) const ADD_MATCH: &str = "
    INSERT INTO pledge_matches (pledge_id, pool_id, campaign_id, amount_minor, state)
    VALUES ($1, $2, $3, $4, 'reserved')
    ON CONFLICT (pledge_id) DO UPDATE SET amount_minor = excluded.amount_minor, state = 'reserved'
    WHERE pledge_matches.state = 'voided'";

pub(super) const SAY_LIMIT: &str = "UPDATE pledges SET match_limit = $2 WHERE id = $1";

pub(super) const RESERVED: &str =
    "SELECT pool_id, amount_minor FROM pledge_matches WHERE pledge_id = $1 AND state = 'reserved'";

pub(super) const VOID_MATCH: &str =
    "UPDATE pledge_matches SET state = 'voided' WHERE pledge_id = $1 AND state = 'reserved'";

pub(super) const RESERVED_FOR: &str = "
    SELECT pool_id, CAST(SUM(amount_minor) AS BIGINT) FROM pledge_matches
    WHERE campaign_id = $1 AND state = 'reserved'
    GROUP BY pool_id";

pub(super) const POST_MATCHES: &str =
    "UPDATE pledge_matches SET state = 'posted' WHERE campaign_id = $1 AND state = 'reserved'";

pub(super) const FIND: &str = "
    SELECT name, giver, currency, adds, per, campaign_minor_max, funded_minor, used_minor,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM pool_campaigns m
            JOIN pledge_matches x ON x.campaign_id = m.campaign_id AND x.state = 'posted'
            WHERE m.pool_id = $1), 0) AS BIGINT) AS paid_minor
    FROM pools WHERE id = $1";

/// Those that anybody may see; `$2` says whether what is simulated shows.
pub(super) const CAMPAIGNS: &str = "
    SELECT c.slug, c.title, c.locale, m.used_minor,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM pledge_matches x
            WHERE x.campaign_id = c.id AND x.state = 'posted'), 0) AS BIGINT)
    FROM pool_campaigns m JOIN campaigns c ON c.id = m.campaign_id
    WHERE m.pool_id = $1 AND ($2 OR c.livemode)
        AND c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined')
    ORDER BY c.title, c.id
    LIMIT $3";

/// The newest, by the time-ordered ids of their pledges.
pub(super) const MATCHES: &str = "
    SELECT c.title, c.locale, p.created_at, p.amount_minor, x.amount_minor, p.match_limit
    FROM pool_campaigns m JOIN campaigns c ON c.id = m.campaign_id
    JOIN pledge_matches x ON x.campaign_id = c.id JOIN pledges p ON p.id = x.pledge_id
    WHERE m.pool_id = $1 AND ($2 OR c.livemode) AND x.state <> 'voided'
    ORDER BY x.pledge_id DESC
    LIMIT $3";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        for statement in [IS_SAME_PAYER, SHORT] {
            for index in ["pledges_by_payer", "pledges_by_email_counted", "pledges_by_backer"] {
                assert_uses(index, statement).await;
            }
        }
        assert_uses("pledges_short_of_match", SHORT).await;
        assert_uses("pool_campaigns_with_room", WITH_ROOM).await;
        assert_uses("pool_campaigns_by_pool", MARK_ROOM).await;
    }
}
