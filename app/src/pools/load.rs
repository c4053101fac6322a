//! A pool, as anybody may see it.

use leptos::prelude::*;
use multitude_domain::view::PoolView;
use multitude_platform::pools::find_pool_view;

use crate::Services;
use crate::kit::loaded::{Failed, failed};

/// Loads a pool; nothing where the address names none.
pub(super) async fn load_pool(id: &str) -> Result<Option<PoolView>, Failed> {
    let services = expect_context::<Services>();
    let Ok(id) = id.parse() else { return Ok(None) };
    services.desk.db.read(async move |tx| find_pool_view(tx, id).await).await.map_err(failed)
}
