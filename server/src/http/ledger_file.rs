//! A campaign's books as a file: one line for each entry of each sealed record.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use multitude_app::Services;
use multitude_domain::view::CampaignLedgerView;
use multitude_platform::campaigns::find_campaign;
use multitude_platform::ledger::find_campaign_ledger;

/// More than this is for the API.
const RECORDS_MAX: i64 = 100_000;

/// `GET /{lang}/c/{slug}/ledger.csv`.
pub(super) async fn csv(
    State(services): State<Services>,
    Path((_, slug)): Path<(String, String)>,
) -> Response {
    let name = format!("attachment; filename=\"{slug}-ledger.csv\"");
    let read = async move |tx: &mut multitude_platform::db::Tx| {
        let Some(view) = find_campaign(tx, &slug).await? else { return Ok(None) };
        let summary = view.summary;
        find_campaign_ledger(tx, summary.id, summary.currency, RECORDS_MAX).await.map(Some)
    };
    match services.desk.db.read(read).await {
        Ok(Some(ledger)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, name.as_str()),
            ];
            (headers, text(&ledger)).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            let error: multitude_platform::db::StoreError = error;
            tracing::error!(%error, "the database did not do it");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Nothing in it needs quotes: codes, numbers, days and hashes.
fn text(ledger: &CampaignLedgerView) -> String {
    let mut text = "sequence,day,kind,account,amount_minor,currency,commitment,hash\r\n".to_owned();
    for record in &ledger.records {
        for (account, amount_minor) in &record.entries {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "{},{},{},{account},{amount_minor},{},{},{}\r\n",
                record.sequence, record.day, record.kind, ledger.currency, record.commitment, record.hash
            );
        }
    }
    text
}
