//! `mail retry` queues the mails again that were given up, once the mail server takes them.

use multitude_platform::mail::retry_failed;

use crate::config::StoreOptions;
use crate::error::ServeError;
use crate::store;

/// Lets them wait again; whoever serves sends them.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn retry(options: &StoreOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(options).await?;
    let waiting = desk.db.write(async |tx| retry_failed(tx).await).await;
    desk.db.close().await;
    println!("{} mails wait again; whoever serves sends them", waiting?);
    Ok(())
}
