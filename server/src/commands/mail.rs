//! `mail retry` queues the mails again that were given up, once the mail server takes them.

use multitude_domain::permission::Actor;
use multitude_platform::mail::{RetryMailsError, retry_failed};

use crate::config::DeedOptions;
use crate::error::ServeError;
use crate::store;

/// Lets them wait again; whoever serves sends them.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn retry(options: &DeedOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(&options.store).await?;
    let why = options.why.why.clone();
    let waiting = desk.db.write(async move |tx| {
        tx.explain(why.as_deref());
        retry_failed(tx, &Actor::System).await
    });
    let waiting = waiting.await;
    desk.db.close().await;
    match waiting {
        Ok(waiting) => {
            println!("{waiting} mails wait again; whoever serves sends them");
            Ok(())
        }
        Err(RetryMailsError::Store(error)) => Err(error.into()),
        Err(RetryMailsError::Denied) => Err(ServeError::Denied),
    }
}
