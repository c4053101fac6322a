//! What is alike and open, at the end of a campaign's page: drawn once for many readers.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use moka::future::Cache;
use multitude_domain::locale::Locale;
use multitude_domain::time::Timestamp;
use multitude_domain::view::CampaignSummary;
use multitude_platform::campaigns::{self, CampaignQuery, StateGroup};
use multitude_platform::db::{StoreError, Tx};

use crate::Services;
use crate::kit::loaded::{Failed, failed};

const RELATED: usize = 3;
/// One of them may be the campaign itself.
const LOOKED_AT: i64 = 4;
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

/// Open ones of its topic, then of its place, then in the reader's language, then those that end soon; never
/// because anybody paid for it.
async fn find_related(
    tx: &mut Tx,
    summary: &CampaignSummary,
    locale: Locale,
) -> Result<Vec<CampaignSummary>, StoreError> {
    let open = || CampaignQuery {
        state: Some(StateGroup::Open.name().to_owned()),
        limit: LOOKED_AT,
        ..CampaignQuery::default()
    };
    let topic = CampaignQuery { topic: Some(summary.topic.clone()), ..open() };
    let place = CampaignQuery { place: Some(summary.place.clone()), ..open() };
    let language = CampaignQuery { locale: Some(locale), ..open() };
    let mut related: Vec<CampaignSummary> = Vec::with_capacity(RELATED);
    for query in [topic, place, language, open()] {
        for found in campaigns::list_campaigns(tx, &query).await?.items {
            let is_new = found.id != summary.id && related.iter().all(|one| one.id != found.id);
            if is_new && related.len() < RELATED {
                related.push(found);
            }
        }
    }
    Ok(related)
}
