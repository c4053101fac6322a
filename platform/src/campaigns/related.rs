//! What is alike and open.

use multitude_domain::locale::Locale;
use multitude_domain::view::CampaignSummary;

use super::list::{CampaignQuery, StateGroup, list_campaigns};
use crate::db::{StoreError, Tx};

/// As many are shown.
const RELATED: usize = 3;
/// Those that are shown already may be among them, and the campaign itself.
const LOOKED_AT: i64 = 7;

/// Open campaigns like this one: of its topic, then of its place, then in the reader's language, then those that
/// end soon; three at most, and never because anybody paid for it.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_related(
    tx: &mut Tx,
    summary: &CampaignSummary,
    locale: Locale,
) -> Result<Vec<CampaignSummary>, StoreError> {
    let open = || CampaignQuery {
        state: Some(StateGroup::Open.name().to_owned()),
        limit: LOOKED_AT,
        ..CampaignQuery::default()
    };
    let queries = [
        CampaignQuery { topic: Some(summary.topic.clone()), ..open() },
        CampaignQuery { place: Some(summary.place.clone()), ..open() },
        CampaignQuery { locale: Some(locale), ..open() },
        open(),
    ];
    let mut related: Vec<CampaignSummary> = Vec::with_capacity(RELATED);
    for query in queries {
        if related.len() == RELATED {
            break;
        }
        for found in list_campaigns(tx, &query).await?.items {
            let is_new = found.id != summary.id && related.iter().all(|one| one.id != found.id);
            if is_new && related.len() < RELATED {
                related.push(found);
            }
        }
    }
    Ok(related)
}
