//! `clock confirm` says that the clock is right after a jump.

use crate::config::StoreOptions;
use crate::error::ServeError;
use crate::store;

/// What rests in whoever serves goes on within seconds.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn confirm(options: &StoreOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(options).await?;
    let confirmed = desk.db.confirm_clock().await;
    desk.db.close().await;
    confirmed?;
    println!("the clock is right; what rested goes on");
    Ok(())
}
