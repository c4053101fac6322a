//! `clock confirm` says that the clock is right after a jump.

use multitude_domain::permission::Actor;
use multitude_platform::clock::{ConfirmClockError, confirm_clock};

use crate::config::DeedOptions;
use crate::error::ServeError;
use crate::store;

/// What rests in whoever serves goes on within seconds.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn confirm(options: &DeedOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(&options.store).await?;
    let confirmed = confirm_clock(&desk.db, &Actor::System, options.why.why.as_deref()).await;
    desk.db.close().await;
    match confirmed {
        Ok(()) => {
            println!("the clock is right; what rested goes on");
            Ok(())
        }
        Err(ConfirmClockError::Store(error)) => Err(error.into()),
        Err(ConfirmClockError::Denied) => Err(ServeError::Denied),
    }
}
