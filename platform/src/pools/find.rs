//! A pool as its page shows it.

use multitude_domain::id::PoolId;
use multitude_domain::matching::RatioRule;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{MatchView, PoolCampaignView, PoolView};

use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;

/// As many campaigns, and as many matches, as one page shows.
const SHOWN: i64 = 50;

#[derive(Debug, sqlx::FromRow)]
struct PoolRow {
    name: String,
    giver: String,
    currency: String,
    adds: i64,
    per: i64,
    campaign_minor_max: i64,
    funded_minor: i64,
    used_minor: i64,
    paid_minor: i64,
}

/// A pool with its campaigns and its newest matches; nothing where there is none. Nobody is named.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_pool_view(tx: &mut Tx, id: PoolId) -> Result<Option<PoolView>, StoreError> {
    let row: Option<PoolRow> =
        on!(tx, c => sqlx::query_as(sql::FIND).bind(id.uuid()).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let impossible = |column| StoreError::Impossible { table: "pools", column, id: id.to_string() };
    let positive = |n: i64, column| u32::try_from(n).map_err(|_| impossible(column));
    let shows_simulated = tx.shows_simulated();
    let campaigns: Vec<(String, String, String, i64, i64)> = on!(tx, c => sqlx::query_as(sql::CAMPAIGNS)
        .bind(id.uuid()).bind(shows_simulated).bind(SHOWN).fetch_all(c).await)?;
    let campaigns = campaigns.into_iter().map(|(slug, title, locale, used_minor, paid_minor)| {
        Ok(PoolCampaignView {
            slug,
            title,
            locale: locale.parse().map_err(|_| impossible("locale"))?,
            reserved_minor: used_minor.saturating_sub(paid_minor),
            paid_minor,
        })
    });
    let campaigns = campaigns.collect::<Result<_, StoreError>>()?;
    let matches: Vec<(String, String, i64, i64, i64, Option<String>)> = on!(tx, c => sqlx::query_as(sql::MATCHES)
        .bind(id.uuid()).bind(shows_simulated).bind(SHOWN).fetch_all(c).await)?;
    let matches = matches.into_iter().map(|(title, locale, at, pledge_minor, amount_minor, limit)| {
        let limit = limit.map(|name| name.parse()).transpose().map_err(|_| impossible("match_limit"))?;
        let locale = locale.parse().map_err(|_| impossible("locale"))?;
        Ok(MatchView { title, locale, at: Timestamp::from_micros(at), pledge_minor, amount_minor, limit })
    });
    Ok(Some(PoolView {
        currency: row.currency.parse().map_err(|_| impossible("currency"))?,
        rule: RatioRule {
            adds: positive(row.adds, "adds")?,
            per: positive(row.per, "per")?,
            campaign_minor_max: row.campaign_minor_max,
        },
        name: row.name,
        giver: row.giver,
        funded_minor: row.funded_minor,
        used_minor: row.used_minor,
        paid_minor: row.paid_minor,
        campaigns,
        matches: matches.collect::<Result<_, StoreError>>()?,
    }))
}
