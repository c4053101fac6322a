//! What is alike and open, at the end of a campaign's page: drawn once for many readers.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use moka::future::Cache;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_domain::view::CampaignSummary;
use multitude_platform::campaigns::find_related;
use multitude_platform::db::{StoreError, Tx};

use crate::Services;
use crate::kit::loaded::{Failed, failed};

/// How long a drawing is given to others.
const FRESH_FOR: Duration = Duration::from_mins(1);
/// A drawing has some ten kilobytes.
const DRAWINGS_MAX: u64 = 256;

/// Drawings of related campaigns, by the campaign and the reader's language, at most a minute old. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeptRelated(Cache<(String, Locale), Arc<str>>);

impl Default for KeptRelated {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(DRAWINGS_MAX).time_to_live(FRESH_FOR).build())
    }
}

/// The drawing for one campaign; `draw` makes it of those that are found.
pub(crate) async fn related(
    summary: &CampaignSummary,
    locale: Locale,
    draw: impl FnOnce(Vec<CampaignSummary>, Timestamp) -> String,
) -> Result<Arc<str>, Failed> {
    let services = expect_context::<Services>();
    let find = async {
        let read = async |tx: &mut Tx| {
            let found = find_related(tx, summary, locale).await?;
            Ok::<_, StoreError>((found, tx.now().await?))
        };
        let (found, now) = services.desk.db.read(read).await.map_err(failed)?;
        Ok(Arc::from(draw(found, now)))
    };
    let key = (summary.slug.clone(), locale);
    services.related.0.try_get_with(key, find).await.map_err(|failed| *failed)
}
