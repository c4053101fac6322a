//! What lists can be narrowed by: counted over all campaigns, so not for each reader anew.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use multitude_platform::campaigns::{self, Facets};
use multitude_platform::db::Db;

use crate::kit::loaded::{Failed, failed};

/// How long they are given to others.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// The facets as they were at most ten seconds ago. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeptFacets(Cache<(), Arc<Facets>>);

impl Default for KeptFacets {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(FRESH_FOR).build())
    }
}

impl KeptFacets {
    /// Whoever finds none counts; whoever comes meanwhile waits for them.
    pub(super) async fn get(&self, db: &Db) -> Result<Arc<Facets>, Failed> {
        let count = async {
            let counted = db.read(async |tx| campaigns::list_facets(tx).await).await;
            counted.map(Arc::new).map_err(failed)
        };
        self.0.try_get_with((), count).await.map_err(|failed| *failed)
    }
}
