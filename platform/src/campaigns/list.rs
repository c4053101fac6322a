//! Lists of campaigns: filters, search, orders, cursors.

use core::str::FromStr;

use multitude_domain::UnknownState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Span;
use multitude_domain::view::{CampaignSort, CampaignSummary, Listing};
use uuid::Uuid;

use super::row::{ListedRow, SummaryRow};
use super::sql;
use crate::db::{Conn, StoreError, Tx};
use crate::{on, search};

/// No page is longer.
pub const PAGE_ITEMS_MAX: i64 = 60;

/// Campaigns in the same part of their life, as visitors think of it; also the value in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateGroup {
    /// Pledging is open.
    Open,
    /// Open, and it closes within a week.
    EndingSoon,
    /// Open, with three quarters of its goal or more, and not all of it.
    NearlyFunded,
    /// Opens later.
    Soon,
    /// Reached its goal.
    Reached,
    /// Ended in any other way.
    Over,
}

/// What closes within this ends soon.
const SOON: Span = Span::days(7);

impl StateGroup {
    /// Every group, in the order of their choice.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::EndingSoon, Self::NearlyFunded, Self::Soon, Self::Reached, Self::Over];

    /// The value in addresses and statements.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::EndingSoon => "ending_soon",
            Self::NearlyFunded => "nearly_funded",
            Self::Soon => "soon",
            Self::Reached => "reached",
            Self::Over => "over",
        }
    }
}

impl FromStr for StateGroup {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|group| group.name() == name).ok_or(UnknownState)
    }
}

/// What to list; what is `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct CampaignQuery {
    /// Words as typed.
    pub q: Option<String>,
    /// A state's name or a [`StateGroup`]'s; see [`is_state`].
    pub state: Option<String>,
    /// A topic's code, in whatever case.
    pub topic: Option<String>,
    /// A place, however it is spelled.
    pub place: Option<String>,
    /// A currency.
    pub currency: Option<Currency>,
    /// The language that they are told in.
    pub locale: Option<Locale>,
    /// The order.
    pub sort: CampaignSort,
    /// Where the page begins: what the page before gave as `next_cursor`.
    pub cursor: Option<String>,
    /// How many; 1 to [`PAGE_ITEMS_MAX`].
    pub limit: i64,
}

/// Whether a list can be narrowed by it: the name of a state that is public, or of a [`StateGroup`].
pub fn is_state(name: &str) -> bool {
    name.parse::<StateGroup>().is_ok() || name.parse::<CampaignState>().is_ok_and(CampaignState::is_public)
}

/// Lists public campaigns; on a live site only those whose money is real. A cursor that is not one of ours
/// begins at the first page.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_campaigns(
    tx: &mut Tx,
    query: &CampaignQuery,
) -> Result<Listing<CampaignSummary>, StoreError> {
    let words = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let found = words.and_then(|typed| search::query(tx, typed));
    let folded = |given: &Option<String>| given.as_deref().map(search::fold);
    let (topic, place) = (folded(&query.topic), folded(&query.place));
    // What no campaign can say finds none, and not those that say nothing.
    let is_nothing = |folded: &Option<String>| folded.as_deref() == Some("");
    if (words.is_some() && found.is_none()) || is_nothing(&topic) || is_nothing(&place) {
        return Ok(Listing { items: Vec::new(), next_cursor: None, total: 0 });
    }
    let pages = match (tx.conn(), &found) {
        (_, None) => sql::ALL,
        (Conn::Sqlite(_), Some(_)) => sql::SQLITE_FOUND,
        (Conn::Postgres(_), Some(_)) => sql::POSTGRES_FOUND,
    };
    let statement = match query.sort {
        CampaignSort::EndingSoon => pages.ending_soon,
        CampaignSort::NearlyFunded => pages.nearly_funded,
        CampaignSort::Newest => pages.newest,
        CampaignSort::MostFunded => pages.most_funded,
    };
    let (currency, locale) = (query.currency.map(Currency::code), query.locale.map(Locale::code));
    let shows_simulated = tx.shows_simulated();
    let soon = tx.now().await?.plus(SOON).as_micros();
    let total = on!(tx, c => sqlx::query_scalar(pages.count)
        .bind(&found).bind(&query.state).bind(&topic).bind(&place).bind(currency).bind(shows_simulated)
        .bind(soon).bind(locale).fetch_one(c).await)?;
    let limit = query.limit.clamp(1, PAGE_ITEMS_MAX);
    let (key, id) = query.cursor.as_deref().and_then(parse_cursor).unzip();
    let mut rows: Vec<ListedRow> = on!(tx, c => sqlx::query_as(statement)
        .bind(&found).bind(&query.state).bind(&topic).bind(&place).bind(currency).bind(shows_simulated)
        .bind(key).bind(id).bind(limit + 1).bind(soon).bind(locale)
        .fetch_all(c).await)?;

    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let last_key = rows.last().map(|row| row.sort_key);
    let items =
        rows.into_iter().map(|row| row.summary.try_into()).collect::<Result<Vec<CampaignSummary>, _>>()?;
    let next_cursor = match (has_more, last_key, items.last()) {
        (true, Some(key), Some(last)) => Some(write_cursor(key, last.id.uuid())),
        _ => None,
    };
    Ok(Listing { items, next_cursor, total })
}

/// Open campaigns that are told in that language, at most `limit`, the next to close first; on a live site
/// only those whose money is real.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_in_language(
    tx: &mut Tx,
    locale: Locale,
    limit: i64,
) -> Result<Vec<CampaignSummary>, StoreError> {
    let shows_simulated = tx.shows_simulated();
    let rows: Vec<SummaryRow> = on!(tx, c => sqlx::query_as(sql::IN_LANGUAGE)
        .bind(locale.code()).bind(shows_simulated).bind(limit.clamp(1, PAGE_ITEMS_MAX)).fetch_all(c).await)?;
    rows.into_iter().map(CampaignSummary::try_from).collect()
}

/// Where the next page begins: behind the item with that key and id.
pub(crate) fn write_cursor(key: i64, id: Uuid) -> String {
    format!("{key}.{}", id.simple())
}

/// Whether it is where a page can begin.
pub fn is_cursor(cursor: &str) -> bool {
    parse_cursor(cursor).is_some()
}

pub(crate) fn parse_cursor(cursor: &str) -> Option<(i64, Uuid)> {
    let (key, id) = cursor.split_once('.')?;
    Some((key.parse().ok()?, Uuid::parse_str(id).ok()?))
}
