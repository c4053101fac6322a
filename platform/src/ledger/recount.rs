//! Recounts what pages show: totals from both books and from the pledges themselves, pools, single rows.

use std::collections::{HashMap, HashSet};

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::fees::reserve_minor;
use multitude_domain::ledger::{Account, TransactionKind};
use multitude_domain::pledges::{Contribution, PledgeState, Review};
use uuid::Uuid;

use super::post::Moved;
use super::seal::impossible;
use super::sql;
use super::verified::Verified;
use crate::db::{StoreError, Tx};
use crate::on;

#[derive(Debug, sqlx::FromRow)]
struct TotalsRow {
    campaign_id: Uuid,
    state: String,
    is_payee_verified: bool,
    goal_minor: i64,
    is_frozen: bool,
    pledged_minor: i64,
    secured_minor: i64,
    backers: i64,
    reached_bp: i64,
    captured_minor: i64,
    banked_minor: i64,
    posted_minor: i64,
    matched_minor: i64,
    decided_match_minor: Option<i64>,
    fees_minor: i64,
    cost_minor: i64,
    refunded_minor: i64,
    charged_back_minor: i64,
    paid_out_minor: i64,
    waiting_minor: i64,
    escrow_minor: i64,
    collected_minor: i64,
}

/// What is said of each campaign, by whoever says it.
struct Sources {
    /// The ledger.
    ledger: HashMap<Uuid, Moved>,
    /// The book of pledges.
    events: HashMap<Uuid, Contribution>,
    /// The book of pledges, about what was paid.
    paid: HashMap<Uuid, i64>,
    /// The pledges, about what arrived and is nobody's yet.
    waiting: HashMap<Uuid, i64>,
    /// The pledges, each by the state that it is in.
    pledges: HashMap<Uuid, Contribution>,
}

async fn find_sources(tx: &mut Tx) -> Result<Sources, StoreError> {
    let mut ledger: HashMap<Uuid, Moved> = HashMap::new();
    let rows: Vec<(Uuid, String, String, i64)> =
        on!(tx, c => sqlx::query_as(sql::BY_KIND).fetch_all(c).await)?;
    for (campaign, kind, account, amount_minor) in rows {
        let kind: TransactionKind = kind.parse().map_err(|_| impossible("kind", campaign))?;
        let account: Account = account.parse().map_err(|_| impossible("account", campaign))?;
        ledger.entry(campaign).or_default().add(kind, account, amount_minor);
    }
    let events: Vec<(Uuid, i64, i64, i64)> =
        on!(tx, c => sqlx::query_as(sql::PLEDGE_SUMS).fetch_all(c).await)?;
    let events = events.into_iter().map(|(campaign, pledged_minor, secured_minor, backers)| {
        (campaign, Contribution { pledged_minor, secured_minor, backers })
    });
    let paid: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(sql::PAID_SUMS).fetch_all(c).await)?;
    let waiting: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(sql::WAITING_SUMS).fetch_all(c).await)?;
    Ok(Sources {
        ledger,
        events: events.collect(),
        paid: paid.into_iter().collect(),
        waiting: waiting.into_iter().collect(),
        pledges: count_pledges(tx).await?,
    })
}

/// What the pledges of each campaign add up to, by the rule for each state.
async fn count_pledges(tx: &mut Tx) -> Result<HashMap<Uuid, Contribution>, StoreError> {
    let rows: Vec<(Uuid, String, String, i64, i64)> =
        on!(tx, c => sqlx::query_as(sql::BY_STATE).fetch_all(c).await)?;
    let mut sums: HashMap<Uuid, Contribution> = HashMap::new();
    for (campaign, state, review, amount_minor, count) in rows {
        let bad = |column| StoreError::Impossible { table: "pledges", column, id: campaign.to_string() };
        let state: PledgeState = state.parse().map_err(|UnknownState| bad("state"))?;
        let review: Review = review.parse().map_err(|_| bad("review"))?;
        let one = Contribution::of(state, review, amount_minor);
        let of_all = Contribution { backers: one.backers.saturating_mul(count), ..one };
        let sum = sums.entry(campaign).or_default();
        *sum = sum.plus(of_all);
    }
    Ok(sums)
}

/// What a campaign's page shows is what the two books say, and what its pledges are.
pub(super) async fn check_totals(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let mut sources = find_sources(tx).await?;
    let totals: Vec<TotalsRow> = on!(tx, c => sqlx::query_as(sql::TOTALS).fetch_all(c).await)?;
    verified.campaigns = totals.len();
    for row in totals {
        let place = format!("campaign {}", row.campaign_id);
        let events = sources.events.remove(&row.campaign_id).unwrap_or_default();
        let pledges = sources.pledges.remove(&row.campaign_id).unwrap_or_default();
        let book = sources.ledger.remove(&row.campaign_id).unwrap_or_default();
        let paid = sources.paid.remove(&row.campaign_id).unwrap_or_default();
        check_pledged(verified, &place, &row, events, pledges);
        let arrived = sources.waiting.remove(&row.campaign_id).unwrap_or_default();
        if arrived != row.waiting_minor {
            let shown = row.waiting_minor;
            verified.find(&place, format!("waiting shows {shown}, its pledges say {arrived}"));
        }
        check_money(verified, &place, &row, book, paid);
        check_payout(verified, &place, &row, book)?;
    }
    let left: HashSet<Uuid> = sources
        .ledger
        .into_keys()
        .chain(sources.events.into_keys())
        .chain(sources.pledges.into_keys())
        .collect();
    for campaign in left {
        verified.find(format!("campaign {campaign}"), "is in the books and has no totals");
    }
    Ok(())
}

fn check_pledged(
    verified: &mut Verified,
    place: &str,
    row: &TotalsRow,
    events: Contribution,
    pledges: Contribution,
) {
    let counted =
        i128::from(row.secured_minor) + i128::from(row.decided_match_minor.unwrap_or(row.matched_minor));
    let reached = counted * 10_000 / i128::from(row.goal_minor.max(1));
    for (name, shown, derived) in [
        ("pledged", row.pledged_minor, events.pledged_minor),
        ("secured", row.secured_minor, events.secured_minor),
        ("backers", row.backers, events.backers),
        ("share of the goal", row.reached_bp, i64::try_from(reached).unwrap_or(i64::MAX)),
    ] {
        verified.compare(place, name, shown, derived);
    }
    let mut of_pledges = vec![("pledged", row.pledged_minor, pledges.pledged_minor)];
    // What is decided, or was stopped, stands still while its pledges move on.
    if !row.is_frozen {
        of_pledges.push(("secured", row.secured_minor, pledges.secured_minor));
        of_pledges.push(("backers", row.backers, pledges.backers));
    }
    for (name, shown, derived) in of_pledges {
        if shown != derived {
            verified.find(place, format!("{name} shows {shown}, its pledges say {derived}"));
        }
    }
}

fn check_money(verified: &mut Verified, place: &str, row: &TotalsRow, book: Moved, paid: i64) {
    let collected = book.captured + book.banked - book.refunded - book.charged_back;
    for (name, shown, derived) in [
        ("paid", paid, book.captured + book.banked),
        ("captured", row.captured_minor, book.captured),
        ("banked", row.banked_minor, book.banked),
        ("posted", row.posted_minor, book.posted),
        ("matched", row.matched_minor, book.matched),
        ("fees", row.fees_minor, book.fees),
        ("provider cost", row.cost_minor, book.cost),
        ("refunded", row.refunded_minor, book.refunded),
        ("charged back", row.charged_back_minor, book.charged_back),
        ("paid out", row.paid_out_minor, book.paid_out),
        ("waiting", row.waiting_minor, book.waiting),
        ("escrow", row.escrow_minor, book.escrow),
        ("collected", row.collected_minor, collected),
    ] {
        verified.compare(place, name, shown, derived);
    }
    let came_in = book.captured + book.posted + book.banked;
    let went_out = book.fees + book.refunded + book.charged_back + book.paid_out;
    verified.compare(place, "captured + match + bank", came_in, went_out + book.escrow);
    if book.refunded + book.charged_back > book.captured + book.banked {
        verified.find(place, "gave back more than it got");
    }
}

/// Nothing is paid out but of a success, to a verified payee, and the reserve stays until all is delivered.
fn check_payout(
    verified: &mut Verified,
    place: &str,
    row: &TotalsRow,
    book: Moved,
) -> Result<(), StoreError> {
    if book.paid_out == 0 {
        return Ok(());
    }
    let state: CampaignState =
        row.state.parse().map_err(|UnknownState| impossible("state", row.campaign_id))?;
    if !matches!(state, CampaignState::Fulfilling | CampaignState::Completed) {
        verified.find(place, format!("was paid out while {state}"));
    }
    if !row.is_payee_verified {
        verified.find(place, "was paid out to a payee that nobody has verified");
    }
    let left = book.captured + book.banked + book.posted - book.fees - book.paid_out;
    let reserve = reserve_minor(book.captured + book.banked - book.refunded - book.charged_back);
    if state == CampaignState::Fulfilling && left < reserve {
        verified.find(place, format!("keeps {left}, its reserve is {reserve}"));
    }
    Ok(())
}

/// Pools have what was paid into them, and gave what was matched: in all, and to each campaign.
pub(super) async fn check_pools(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(sql::POOL_FUNDS).fetch_all(c).await)?;
    let mut paid_in: HashMap<Uuid, i64> = HashMap::new();
    for (account, balance_minor) in rows {
        if let Ok(Account::PoolFree(pool)) = account.parse() {
            paid_in.insert(pool.uuid(), balance_minor.saturating_neg());
        }
    }
    let rows: Vec<(Uuid, i64, i64, i64)> = on!(tx, c => sqlx::query_as(sql::POOLS).fetch_all(c).await)?;
    for (pool, funded, used, matches) in rows {
        let place = format!("pool {pool}");
        verified.compare(&place, "funded", funded, paid_in.remove(&pool).unwrap_or_default());
        verified.compare(&place, "used", used, matches);
        if used > funded {
            verified.find(&place, format!("gave {used} of {funded}"));
        }
    }
    for pool in paid_in.into_keys() {
        verified.find(format!("pool {pool}"), "is in the books and nowhere else");
    }
    let rows: Vec<(Uuid, i64, i64)> = on!(tx, c => sqlx::query_as(sql::POOL_CAMPAIGNS).fetch_all(c).await)?;
    for (campaign, used, matches) in rows {
        verified.compare(&format!("campaign {campaign}"), "used of its pool", used, matches);
    }
    Ok(())
}

pub(super) async fn check_rows(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let lost: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_LOST).fetch_one(c).await)?;
    if lost > 0 {
        verified.find("chain", format!("{lost} transactions are neither sealed nor waiting for it"));
    }
    for (statement, place, what) in [
        (sql::UNBALANCED, "transaction", "does not add up to nothing"),
        (sql::REVERSED_WRONGLY, "transaction", "is not the opposite of what it reverses"),
        (sql::PLEDGES_ASTRAY, "pledge", "is in a state that its events do not lead to"),
        (sql::CHARGED_WRONGLY, "pledge", "was charged more than once"),
        (sql::PROVIDER_TWICE, "pledge", "was charged more than once by its provider"),
        (sql::PROVIDER_UNKNOWN, "pledge", "was charged by its provider without our knowing"),
        (sql::PLEDGES_OF_OTHER_MONEY, "pledge", "is of other money than its campaign"),
        (sql::REWARDS_MISCOUNTED, "reward", "is not taken as often as pledges hold it"),
        (sql::ADD_ONS_MISCOUNTED, "add-on", "is not taken as often as pledges hold it"),
        (sql::TRANSACTIONS_OF_OTHER_MONEY, "transaction", "is of other money than its campaign"),
    ] {
        let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(statement).fetch_all(c).await)?;
        for id in ids {
            verified.find(format!("{place} {id}"), what);
        }
    }
    Ok(())
}
