//! A campaign's books as a file: one line for each entry of each sealed record, read and sent some records at
//! a time.

use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream::{once, try_unfold};
use futures::{StreamExt as _, TryStreamExt as _};
use http::request::Parts;
use http::{StatusCode, header};
use multitude_app::Services;
use multitude_domain::id::CampaignId;
use multitude_domain::money::Currency;
use multitude_domain::view::RecordView;
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::{Db, StoreError};
use multitude_platform::ledger::list_records;

use super::answers::unavailable;

/// As many are read and kept in memory at once; the file has them all.
const RECORDS_AT_ONCE: i64 = 200;

const HEAD: &str = "sequence,day,kind,account,amount_minor,currency,commitment,hash\r\n";

/// `GET /{lang}/c/{slug}/ledger.csv`.
pub(super) async fn csv(
    State(services): State<Services>,
    Path((_, slug)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let name = format!("attachment; filename=\"{slug}-ledger.csv\"");
    let found = services.desk.db.glance(async move |tx| find_campaign(tx, &slug).await).await;
    let summary = match found {
        Ok(Some(view)) => view.summary,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name.as_str())];
    let lines = lines(services.desk.db.clone(), summary.id, summary.currency);
    // Whoever gets a part of it is told so: the connection breaks.
    let lines = lines.inspect_err(|error| tracing::error!(%error, "a ledger's file was not sent whole"));
    (headers, Body::from_stream(once(async { Ok(HEAD.to_owned()) }).chain(lines))).into_response()
}

/// The lines of all records, as many at once as are read at once. What is sealed meanwhile comes last.
fn lines(db: Db, campaign: CampaignId, currency: Currency) -> impl Stream<Item = Result<String, StoreError>> {
    try_unfold(0, move |after| {
        let db = db.clone();
        async move {
            let read = async move |tx: &mut _| list_records(tx, campaign, after, RECORDS_AT_ONCE).await;
            let records: Vec<RecordView> = db.read(read).await?;
            let next = records.last().map(|record| record.sequence);
            Ok(next.map(|next| (text(&records, currency), next)))
        }
    })
}

/// Nothing in it needs quotes: codes, numbers, days and hashes.
fn text(records: &[RecordView], currency: Currency) -> String {
    let mut text = String::new();
    for record in records {
        for (account, amount_minor) in &record.entries {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "{},{},{},{account},{amount_minor},{currency},{},{}\r\n",
                record.sequence, record.day, record.kind, record.commitment, record.hash
            );
        }
    }
    text
}
