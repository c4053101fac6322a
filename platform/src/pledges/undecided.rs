//! Pledges that a person decides about before the deadline: large ones, and transfers that differ from their
//! pledge.

use multitude_domain::id::PledgeId;
use multitude_domain::money::Money;
use multitude_domain::permission::pledges::Deed;
use multitude_domain::permission::{Actor, Relations};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::change::ChangePledgeError;
use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;

/// A pledge that a person decides about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndecidedPledge {
    /// Its id.
    pub id: PledgeId,
    /// Its campaign's name in addresses.
    pub slug: String,
    /// What was pledged.
    pub amount: Money,
    /// What arrived of a transfer. A large pledge has none: it counts once somebody has looked at it.
    pub arrived: Option<Money>,
    /// What counts then is frozen.
    pub closes_at: Option<Timestamp>,
}

#[derive(Debug, sqlx::FromRow)]
struct UndecidedRow {
    id: Uuid,
    slug: String,
    amount_minor: i64,
    currency: String,
    arrived_minor: Option<i64>,
    closes_at: Option<i64>,
}

/// What waits for a decision, most urgent first; of many the first hundred.
///
/// # Errors
/// [`ChangePledgeError::Denied`] for whoever may decide nothing.
pub async fn list_undecided(tx: &mut Tx, actor: &Actor) -> Result<Vec<UndecidedPledge>, ChangePledgeError> {
    if !actor.may(Deed::ReviewPledge, &Relations::none()) {
        return Err(ChangePledgeError::Denied);
    }
    let now = tx.now().await?;
    let rows: Vec<UndecidedRow> =
        on!(tx, c => sqlx::query_as(sql::UNDECIDED).bind(now.as_micros()).fetch_all(c).await)?;
    let list = rows.into_iter().map(|row| {
        let id = row.id;
        let bad = |_| StoreError::Impossible { table: "pledges", column: "currency", id: id.to_string() };
        let currency = row.currency.parse().map_err(bad)?;
        Ok(UndecidedPledge {
            id: PledgeId::new(id),
            slug: row.slug,
            amount: Money::new(row.amount_minor, currency),
            arrived: row.arrived_minor.map(|minor| Money::new(minor, currency)),
            closes_at: row.closes_at.map(Timestamp::from_micros),
        })
    });
    list.collect()
}
