//! `seed`: makes the demo world and goes.

use multitude_platform::mail::Post;

use crate::config::StoreOptions;
use crate::error::ServeError;
use crate::store;

/// Makes the demo world where its database is empty.
pub(crate) async fn seed(options: StoreOptions) -> Result<(), ServeError> {
    let options = StoreOptions { demo: true, ..options };
    let desk = store::open(&options, Post::off("")).await?;
    desk.db.close().await;
    tracing::info!("the demo world is made");
    Ok(())
}
