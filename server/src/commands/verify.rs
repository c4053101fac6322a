//! `ledger verify`: recounts the books and says what it found.

use multitude_platform::ledger::{seal_all, verify_ledger};

use crate::config::StoreOptions;
use crate::error::ServeError;
use crate::store;

/// Seals what waits, recounts everything, and fails where something does not fit.
#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) async fn verify(options: &StoreOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(options).await?;
    seal_all(&desk.db).await?;
    let verified = desk.db.read(async |tx| verify_ledger(tx).await).await?;
    desk.db.close().await;
    for finding in &verified.findings {
        println!("{finding}");
    }
    let head = verified.head.map_or_else(|| "nothing sealed yet".to_owned(), |head| head.hash.to_string());
    println!(
        "{} records in {} blocks, {} campaigns; head {head}",
        verified.records, verified.blocks, verified.campaigns
    );
    match verified.findings.len() {
        0 => {
            println!("everything fits");
            Ok(())
        }
        count => Err(ServeError::Findings(count)),
    }
}
