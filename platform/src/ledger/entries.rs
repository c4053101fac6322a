//! Every entry of a provider has one transaction, and every such transaction its entry.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::sql;
use super::verified::Verified;
use crate::db::{Many, StoreError, Tx};
use crate::{find_many, on};

const PAGE: i64 = 1_000;

/// Whatever a provider did is in the ledger, and nothing that it did not do.
pub(super) async fn check_entries(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    check_booked(tx, verified, "charge", sql::CAPTURES, "was charged without a capture in the ledger")
        .await?;
    check_booked(tx, verified, "refund", sql::REFUNDS, "was given back without a refund in the ledger")
        .await?;
    check_caused(tx, verified).await
}

/// Each attempt of a kind that succeeded is in the ledger.
async fn check_booked(
    tx: &mut Tx,
    verified: &mut Verified,
    kind: &'static str,
    booked: Many,
    what: &'static str,
) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String, Uuid)> = on!(tx, c => sqlx::query_as(sql::SUCCEEDED).bind(after).bind(kind).bind(PAGE).fetch_all(c).await)?;
        let Some(last) = rows.last().map(|(id, ..)| *id) else { return Ok(()) };
        let tries: Vec<(String, Uuid)> =
            rows.into_iter().map(|(id, provider, pledge)| (format!("{provider}:{id}"), pledge)).collect();
        let found = find_many!(tx, booked, tries, |(source, _)| [source.as_str()] => (String,))?;
        let found: HashSet<String> = found.into_iter().map(|(source,)| source).collect();
        for (source, pledge) in tries {
            if !found.contains(&source) {
                verified.find(format!("pledge {pledge}"), what);
            }
        }
        after = last;
    }
}

/// Each transaction of such a kind was caused by an attempt that succeeded.
async fn check_caused(tx: &mut Tx, verified: &mut Verified) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String, Option<String>)> =
            on!(tx, c => sqlx::query_as(sql::CAUSED).bind(after).bind(PAGE).fetch_all(c).await)?;
        let Some(last) = rows.last().map(|(id, ..)| *id) else { return Ok(()) };
        let attempt = |source: &str| source.split_once(':')?.1.parse::<Uuid>().ok();
        let causes: Vec<Uuid> = rows.iter().filter_map(|(.., source)| attempt(source.as_deref()?)).collect();
        let known = find_many!(tx, sql::SUCCEEDED_OF, causes, |id| [*id] => (Uuid, String))?;
        let known: HashMap<Uuid, String> = known.into_iter().collect();
        for (id, kind, source) in rows {
            let wanted = if kind == "capture" { "charge" } else { "refund" };
            let cause = source.as_deref().and_then(attempt).and_then(|id| known.get(&id));
            if cause.is_none_or(|kind| kind != wanted) {
                verified.find(format!("transaction {id}"), "is of what no provider did");
            }
        }
        after = last;
    }
}
