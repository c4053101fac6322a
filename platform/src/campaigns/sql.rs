//! Statements about campaigns. Portable; the listing exists once for each order and each way to search.

macro_rules! summary_columns {
    () => {
        "c.id, c.slug, c.title, c.one_liner, c.locale, c.topic, c.place, c.team_name, c.currency, c.state, c.model, c.optimum_minor, c.goal_minor,
         t.pledged_minor, t.secured_minor, t.matched_minor, t.decided_match_minor, t.collected_minor, t.backers, c.opens_at, c.closes_at, c.decided_at"
    };
}

pub(super) const SUMMARY_BY_SLUG: &str = concat!(
    "SELECT ",
    summary_columns!(),
    " FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
      WHERE c.slug = $1 AND c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined')"
);

pub(super) const MILESTONES: &str =
    "SELECT label, due_on FROM campaign_milestones WHERE campaign_id = $1 ORDER BY position";

/// A campaign whole, in one row: what it has many of comes as lists in JSON, whose functions have two names,
/// each part with its position: sorting a handful is cheaper here than there. `$2` and `$3` are the parts of
/// now: holds that have run out no longer count. `$4` finds what is not public, too.
macro_rules! whole {
    ($list:literal, $row:literal, $id:literal, $clock:literal) => {
        concat!(
            "SELECT ",
            summary_columns!(),
            ", c.problem, c.solution, c.plan, c.risks, c.policy, n.now_us,
            (SELECT COUNT(*) FROM campaign_updates u WHERE u.campaign_id = c.id) AS updates,
            (SELECT COUNT(*) FROM campaign_questions q WHERE q.campaign_id = c.id) AS questions,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(b.position, b.label, b.amount_minor)) AS TEXT), '[]')
                FROM campaign_budget b WHERE b.campaign_id = c.id) AS budget,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(m.position, m.label, m.due_on)) AS TEXT), '[]')
                FROM campaign_milestones m WHERE m.campaign_id = c.id) AS milestones,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(s.position, s.amount_minor, s.label)) AS TEXT), '[]')
                FROM campaign_stretch_goals s WHERE s.campaign_id = c.id) AS stretch_goals,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(r.position, ", $id, "(r.id), r.title, r.description, r.price_minor, r.stock, r.taken,
                    COALESCE((SELECT SUM(h.qty) FROM reward_holds h WHERE h.reward_id = r.id AND h.expires_at > n.now_us), 0),
                    r.early_until, r.delivery_month, CAST(r.is_shipped AS INTEGER))) AS TEXT), '[]')
                FROM rewards r WHERE r.campaign_id = c.id) AS rewards,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(g.position, ", $id, "(g.reward_id), g.region, g.shipping_minor)) AS TEXT), '[]')
                FROM reward_regions g JOIN rewards r ON r.id = g.reward_id WHERE r.campaign_id = c.id) AS regions,
            (SELECT COALESCE(CAST(", $list, "(", $row, "(a.position, ", $id, "(a.id), a.title, a.price_minor, a.stock, a.taken)) AS TEXT), '[]')
                FROM add_ons a WHERE a.campaign_id = c.id) AS add_ons,
            (SELECT CAST(", $row, "(", $id, "(p.id), p.name, p.giver, p.adds, p.per, p.campaign_minor_max, p.funded_minor - p.used_minor, m.used_minor) AS TEXT)
                FROM pool_campaigns m JOIN pools p ON p.id = m.pool_id WHERE m.campaign_id = c.id) AS pool
            FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
            JOIN (SELECT COALESCE(CAST($2 AS BIGINT), ",
            $clock,
            ") + CASE WHEN $3 THEN 0 ELSE skipped_us END AS now_us FROM instance WHERE id = 1) n ON TRUE
            WHERE c.slug = $1 AND ($4 OR c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined'))"
        )
    };
}

pub(super) const WHOLE_SQLITE: &str = whole!("json_group_array", "json_array", "hex", "0");

pub(super) const WHOLE_POSTGRES: &str = whole!(
    "json_agg",
    "json_build_array",
    "text",
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
);

/// Pledges whose backers stand on a campaign's page: those that count, as
/// [`Contribution::of`](multitude_domain::pledges::Contribution::of) says.
macro_rules! from_backers {
    () => {
        " FROM pledges p
        WHERE p.campaign_id = $1 AND p.state IN ('secured', 'funded', 'charging', 'action_required', 'charge_failed', 'paid', 'disputed')
            AND (p.review <> 'waiting' OR p.state IN ('funded', 'paid', 'disputed'))"
    };
}

/// The newest first; a name shows once its address is confirmed.
pub(super) const BACKERS: &str = concat!(
    "SELECT p.name, p.show_as, p.email_confirmed_at, p.created_at",
    from_backers!(),
    " ORDER BY p.created_at DESC, p.id DESC LIMIT $2 OFFSET $3"
);

pub(super) const COUNT_BACKERS: &str = concat!("SELECT COUNT(*)", from_backers!());

/// `$2` says whether what is simulated shows.
macro_rules! facet {
    ($column:literal) => {
        concat!(
            "SELECT c.",
            $column,
            " FROM campaigns c
             WHERE c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined') AND ($2 OR c.livemode) AND c.",
            $column,
            " <> ''
             GROUP BY c.",
            $column,
            " ORDER BY COUNT(*) DESC, c.",
            $column,
            " LIMIT $1"
        )
    };
}

pub(super) const TOPICS: &str = facet!("topic");

pub(super) const PLACES: &str = facet!("place");

pub(super) const CURRENCIES: &str = facet!("currency");

/// `$1` says whether what is simulated counts.
pub(super) const PULSE: &str = "
    SELECT c.currency, CAST(SUM(t.secured_minor) AS BIGINT), CAST(SUM(t.backers) AS BIGINT)
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.state = 'live' AND ($1 OR c.livemode)
    GROUP BY c.currency
    ORDER BY c.currency";

/// As [`PULSE`], of all that was funded and charged; the count is of campaigns.
pub(super) const FUNDED: &str = "
    SELECT c.currency, CAST(SUM(t.collected_minor) AS BIGINT), COUNT(*)
    FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
    WHERE c.state IN ('settled', 'fulfilling', 'completed') AND t.collected_minor > 0 AND ($1 OR c.livemode)
    GROUP BY c.currency
    ORDER BY c.currency";

pub(super) const ADD_CAMPAIGN: &str = "
    INSERT INTO campaigns (id, slug, title, one_liner, locale, topic, place, team_name, owner_id, currency, model, goal_minor,
        optimum_minor, problem, solution, plan, risks, state, state_since, policy, origin, external_id, livemode, opens_at,
        closes_at, run_days, platform_fee_bp, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
        $26, $27, $19)";

pub(super) const ADD_TOTALS: &str = "INSERT INTO campaign_totals (campaign_id) VALUES ($1)";

pub(super) const ADD_BUDGET_LINE: &str =
    "INSERT INTO campaign_budget (campaign_id, position, label, amount_minor) VALUES ($1, $2, $3, $4)";

pub(super) const ADD_STRETCH_GOAL: &str =
    "INSERT INTO campaign_stretch_goals (campaign_id, position, amount_minor, label) VALUES ($1, $2, $3, $4)";

pub(super) const ADD_MILESTONE: &str =
    "INSERT INTO campaign_milestones (campaign_id, position, label, due_on) VALUES ($1, $2, $3, $4)";

pub(super) const ADD_REWARD: &str = "
    INSERT INTO rewards (id, campaign_id, position, title, description, price_minor, stock, early_until, delivery_month, is_shipped)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub(super) const ADD_REGION: &str =
    "INSERT INTO reward_regions (reward_id, position, region, shipping_minor) VALUES ($1, $2, $3, $4)";

pub(super) const ADD_ADD_ON: &str = "INSERT INTO add_ons (id, campaign_id, position, title, price_minor, stock) VALUES ($1, $2, $3, $4, $5, $6)";

pub(super) const STANDING: &str = "SELECT state, opens_at, closes_at, currency FROM campaigns WHERE id = $1";

/// Whoever answers for it, and whoever was taken into its team.
pub(super) const TEAM: &str = "
    SELECT owner_id AS user_id FROM campaigns WHERE id = $1 AND owner_id IS NOT NULL
    UNION SELECT user_id FROM campaign_members WHERE campaign_id = $1";

pub(super) const ADD_MEMBER: &str = "
    INSERT INTO campaign_members (campaign_id, user_id, added_at) VALUES ($1, $2, $3)
    ON CONFLICT (campaign_id, user_id) DO NOTHING";

pub(super) const REMOVE_MEMBER: &str = "DELETE FROM campaign_members WHERE campaign_id = $1 AND user_id = $2";

pub(super) const ID_OF_SLUG: &str = "SELECT id FROM campaigns WHERE slug = $1";

pub(super) const MOVE_ON: &str = "
    UPDATE campaigns SET state = $3, state_since = $4 WHERE id = $1 AND state = $2
    RETURNING (origin = 'import')";

pub(super) const ADD_NOTE: &str =
    "INSERT INTO campaign_notes (id, campaign_id, state, user_id, body, at) VALUES ($1, $2, $3, $4, $5, $6)";

pub(super) const NOTES: &str = "
    SELECT id, state, body, at FROM campaign_notes
    WHERE campaign_id = $1
    ORDER BY at DESC, id DESC
    LIMIT $2";

pub(super) const DRAFT: &str = "
    SELECT title, one_liner, locale, topic, place, team_name, currency, model, optimum_minor, goal_minor, run_days, problem,
        solution, plan, risks, policy
    FROM campaigns
    WHERE id = $1";

pub(super) const BUDGET: &str =
    "SELECT label, amount_minor FROM campaign_budget WHERE campaign_id = $1 ORDER BY position";

pub(super) const STRETCH_GOALS: &str =
    "SELECT amount_minor, label FROM campaign_stretch_goals WHERE campaign_id = $1 ORDER BY position";

pub(super) const REWARDS: &str = "
    SELECT id, title, description, price_minor, stock, early_until, delivery_month
    FROM rewards
    WHERE campaign_id = $1
    ORDER BY position";

pub(super) const REGIONS: &str = "
    SELECT g.reward_id, g.region, g.shipping_minor
    FROM reward_regions g JOIN rewards r ON r.id = g.reward_id
    WHERE r.campaign_id = $1
    ORDER BY r.position, g.position";

pub(super) const ADD_ONS: &str =
    "SELECT title, price_minor, stock FROM add_ons WHERE campaign_id = $1 ORDER BY position";

pub(super) const COUNT_DRAFTS: &str = "
    SELECT COUNT(*) FROM campaigns
    WHERE owner_id = $1 AND state IN ('draft', 'in_review', 'changes_requested', 'declined')";

pub(super) const IS_SLUG_TAKEN: &str = "SELECT EXISTS (SELECT 1 FROM campaigns WHERE slug = $1)";

pub(super) const EDIT_CAMPAIGN: &str = "
    UPDATE campaigns SET title = $2, one_liner = $3, locale = $4, topic = $5, place = $6, team_name = $7, currency = $8,
        model = $9, goal_minor = $10, optimum_minor = $11, problem = $12, solution = $13, plan = $14, risks = $15, run_days = $16
    WHERE id = $1";

/// Everything that [`super::record::write_lists`] writes but the words to search.
pub(super) const FORGET_LISTS: [&str; 6] = [
    "DELETE FROM campaign_budget WHERE campaign_id = $1",
    "DELETE FROM campaign_milestones WHERE campaign_id = $1",
    "DELETE FROM campaign_stretch_goals WHERE campaign_id = $1",
    "DELETE FROM add_ons WHERE campaign_id = $1",
    "DELETE FROM reward_regions WHERE reward_id IN (SELECT id FROM rewards WHERE campaign_id = $1)",
    "DELETE FROM rewards WHERE campaign_id = $1",
];

pub(super) const RUN_DAYS: &str = "SELECT run_days FROM campaigns WHERE id = $1";

pub(super) const SET_DATES: &str =
    "UPDATE campaigns SET opens_at = $3, closes_at = $4 WHERE id = $1 AND state = $2";

pub(super) const CLEAR_DATES: &str = "UPDATE campaigns SET opens_at = NULL, closes_at = NULL WHERE id = $1";

/// What is to be said: `$1` is now and `$2` in two days; `$3` today and `$4` the last day that is near.
pub(super) const HAS_REMINDERS: &str = "
    SELECT EXISTS (SELECT 1 FROM campaigns
        WHERE state = 'live' AND origin = 'here' AND closing_told_at IS NULL AND closes_at <= $2 AND closes_at > $1)
    OR EXISTS (SELECT 1 FROM campaign_milestones m JOIN campaigns c ON c.id = m.campaign_id
        WHERE m.told <> 'past' AND m.due_on <= $4 AND (m.told = 'nothing' OR m.due_on < $3)
            AND c.origin = 'here' AND c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined'))";

pub(super) const TELL_CLOSING: &str = "
    UPDATE campaigns SET closing_told_at = $1
    WHERE state = 'live' AND origin = 'here' AND closing_told_at IS NULL AND closes_at <= $2 AND closes_at > $1
    RETURNING id";

/// `$1` is today, `$2` the last day that is near.
pub(super) const TELL_MILESTONES: &str = "
    UPDATE campaign_milestones SET told = CASE WHEN due_on < $1 THEN 'past' ELSE 'due' END
    WHERE told <> 'past' AND due_on <= $2 AND (told = 'nothing' OR due_on < $1)
        AND campaign_id IN (SELECT id FROM campaigns
            WHERE origin = 'here' AND state NOT IN ('draft', 'in_review', 'changes_requested', 'declined'))
    RETURNING campaign_id, told";

pub(super) const PROMISE: &str = "
    SELECT c.state, c.closes_at, (SELECT MAX(u.at) FROM campaign_updates u WHERE u.campaign_id = c.id)
    FROM campaigns c WHERE c.id = $1";

pub(super) const MILESTONE_DAYS: &str =
    "SELECT due_on FROM campaign_milestones WHERE campaign_id = $1 ORDER BY position";

pub(super) const ADD_UPDATE: &str = "INSERT INTO campaign_updates (id, campaign_id, user_id, author, title, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub(super) const COUNT_UPDATES: &str =
    "SELECT COUNT(*) FROM campaign_updates WHERE campaign_id = $1 AND at > $2";

/// The newest first, behind `$2` and `$3` where those are given.
pub(super) const UPDATES: &str = "
    SELECT id, author, title, body, at FROM campaign_updates
    WHERE campaign_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR at < $2 OR (at = $2 AND id < $3))
    ORDER BY at DESC, id DESC
    LIMIT $4";

pub(super) const LAST_UPDATE: &str = "SELECT MAX(at) FROM campaign_updates WHERE campaign_id = $1";

pub(super) const COUNT_TALK: &str = "
    SELECT (SELECT COUNT(*) FROM campaign_updates WHERE campaign_id = $1),
        (SELECT COUNT(*) FROM campaign_questions WHERE campaign_id = $1)";

pub(super) const ADD_QUESTION: &str = "INSERT INTO campaign_questions (id, campaign_id, user_id, author, body, at) VALUES ($1, $2, $3, $4, $5, $6)";

/// Those of the installation itself have no account and no limit.
pub(super) const COUNT_OPEN_QUESTIONS: &str =
    "SELECT COUNT(*) FROM campaign_questions WHERE campaign_id = $1 AND user_id = $2 AND answer IS NULL";

pub(super) const CAMPAIGN_OF_QUESTION: &str = "SELECT campaign_id FROM campaign_questions WHERE id = $1";

pub(super) const ANSWER: &str = "
    UPDATE campaign_questions SET answer = $2, answer_user_id = $3, answer_author = $4, answered_at = $5
    WHERE id = $1 AND answer IS NULL";

/// The newest first, behind `$2` and `$3` where those are given.
pub(super) const QUESTIONS: &str = "
    SELECT id, author, body, at, answer, answer_author, answered_at FROM campaign_questions
    WHERE campaign_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR at < $2 OR (at = $2 AND id < $3))
    ORDER BY at DESC, id DESC
    LIMIT $4";

// What a list shows: public states; filters that are NULL do not filter; `$2` is a state or a group of them,
// to which `ending_soon` is until when; `$6` says whether what is simulated shows.
macro_rules! listing {
    ($found:literal, $soon:literal, $locale:literal) => {
        concat!(
            " WHERE c.state NOT IN ('draft', 'in_review', 'changes_requested', 'declined')
                AND ",
            $found,
            " AND (CAST($2 AS TEXT) IS NULL OR c.state = $2 OR CASE c.state
                    WHEN 'live' THEN 'open'
                    WHEN 'scheduled' THEN 'soon'
                    WHEN 'collecting' THEN 'reached' WHEN 'settled' THEN 'reached'
                    WHEN 'fulfilling' THEN 'reached' WHEN 'completed' THEN 'reached'
                    ELSE 'over' END = $2
                OR ($2 = 'ending_soon' AND c.state = 'live' AND c.closes_at <= ",
            $soon,
            ") OR ($2 = 'nearly_funded' AND c.state = 'live' AND EXISTS (SELECT 1 FROM campaign_totals g
                    WHERE g.campaign_id = c.id AND g.reached_bp >= 7500 AND g.reached_bp < 10000)))
                AND (CAST($3 AS TEXT) IS NULL OR c.topic_folded = $3)
                AND (CAST($4 AS TEXT) IS NULL OR c.place_folded = $4)
                AND (CAST($5 AS TEXT) IS NULL OR c.currency = $5)
                AND ($6 OR c.livemode)
                AND (CAST(",
            $locale,
            " AS TEXT) IS NULL OR c.locale = ",
            $locale,
            ")"
        )
    };
}

macro_rules! page {
    ($found:literal, $key:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            summary_columns!(),
            ", CAST(",
            $key,
            " AS BIGINT) AS sort_key",
            " FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id",
            listing!($found, "$10", "$11"),
            ") AS found
              WHERE CAST($7 AS BIGINT) IS NULL OR sort_key > $7 OR (sort_key = $7 AND id > $8)
              ORDER BY sort_key, id
              LIMIT $9"
        )
    };
}

/// Open ones that are told in a language, the next to close first; `$2` says whether what is simulated shows.
pub(super) const IN_LANGUAGE: &str = concat!(
    "SELECT ",
    summary_columns!(),
    " FROM campaigns c JOIN campaign_totals t ON t.campaign_id = c.id
      WHERE c.state = 'live' AND c.locale = $1 AND ($2 OR c.livemode)
      ORDER BY c.closes_at, c.id
      LIMIT $3"
);

/// The same listing with each order and each way to search.
pub(super) struct Pages {
    pub(super) count: &'static str,
    pub(super) ending_soon: &'static str,
    pub(super) nearly_funded: &'static str,
    pub(super) newest: &'static str,
    pub(super) most_funded: &'static str,
}

macro_rules! pages {
    ($found:literal) => {
        Pages {
            count: concat!("SELECT COUNT(*) FROM campaigns c", listing!($found, "$7", "$8")),
            // Open ones by their end, then those that start, then the latest ended.
            ending_soon: page!($found, "CASE c.state WHEN 'live' THEN c.closes_at WHEN 'scheduled' THEN 3000000000000000000 + c.opens_at
                ELSE 9000000000000000000 - COALESCE(c.closes_at, 0) END"),
            // Open ones below their goal, the nearest first; then the rest by what they reached.
            nearly_funded: page!($found, "CASE WHEN c.state = 'live' AND t.reached_bp < 10000 THEN 10000 - t.reached_bp
                ELSE 4000000000000000000 - t.reached_bp END"),
            // What is yet to open comes behind what has, the next one first.
            newest: page!($found, "CASE c.state WHEN 'scheduled' THEN c.opens_at ELSE -COALESCE(c.opens_at, 0) END"),
            most_funded: page!($found, "-t.reached_bp"),
        }
    };
}

pub(super) const ALL: Pages = pages!("CAST($1 AS TEXT) IS NULL");
pub(super) const SQLITE_FOUND: Pages =
    pages!("c.id IN (SELECT campaign_id FROM campaign_search WHERE campaign_search MATCH $1)");
pub(super) const POSTGRES_FOUND: Pages =
    pages!("c.id IN (SELECT campaign_id FROM campaign_search WHERE document @@ to_tsquery('simple', $1))");

/// A campaign that somebody answers for and that is not over; what was never public is.
pub(super) const ANSWERED_BY: &str = "
    SELECT slug FROM campaigns
    WHERE owner_id = $1 AND state NOT IN ('draft', 'changes_requested', 'declined', 'completed', 'closed')
    ORDER BY id
    LIMIT 1";

/// That somebody was of a team is kept when they leave it: this goes after they have.
pub(super) const ERASE: [&str; 7] = [
    "UPDATE campaigns SET owner_id = NULL WHERE owner_id = $1",
    "DELETE FROM campaign_members WHERE user_id = $1",
    "DELETE FROM campaign_former_members WHERE user_id = $1",
    "UPDATE campaign_notes SET user_id = NULL WHERE user_id = $1",
    "UPDATE campaign_updates SET user_id = NULL WHERE user_id = $1",
    "UPDATE campaign_questions SET user_id = NULL, author = '' WHERE user_id = $1",
    "UPDATE campaign_questions SET answer_user_id = NULL WHERE answer_user_id = $1",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::assert_uses;

    #[tokio::test]
    async fn statements_say_what_their_indexes_say() {
        assert_uses("campaigns_by_topic", TOPICS).await;
        assert_uses("campaigns_by_place", PLACES).await;
        assert_uses("campaigns_by_filter", ALL.count).await;
    }
}
