//! What a list can be narrowed by.

use std::collections::BTreeSet;

use super::sql;
use crate::db::{StoreError, Tx};
use crate::on;
use crate::search::fold;

/// As many topics, and as many places and currencies, as anybody looks through; the rest is found by
/// searching.
pub const FACETS_MAX: i64 = 60;

/// The topics, places and currencies of public campaigns, those of most campaigns first; at most
/// [`FACETS_MAX`] of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Codes of topics.
    pub topics: Vec<String>,
    /// Places, as the campaigns write them.
    pub places: Vec<String>,
    /// Codes of currencies.
    pub currencies: Vec<String>,
}

/// Lists what public campaigns are about, where they happen and what they collect.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn list_facets(tx: &mut Tx) -> Result<Facets, StoreError> {
    let shows_simulated = tx.shows_simulated();
    let topics = on!(tx, c => sqlx::query_scalar(sql::TOPICS).bind(FACETS_MAX).bind(shows_simulated).fetch_all(c).await)?;
    let places = on!(tx, c => sqlx::query_scalar(sql::PLACES).bind(FACETS_MAX).bind(shows_simulated).fetch_all(c).await)?;
    let currencies = on!(tx, c => sqlx::query_scalar(sql::CURRENCIES).bind(FACETS_MAX).bind(shows_simulated).fetch_all(c).await)?;
    Ok(Facets { topics: once(topics), places: once(places), currencies })
}

/// Each of them once, as most campaigns spell it.
fn once(spelled: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    spelled.into_iter().filter(|one| seen.insert(fold(one))).collect()
}
