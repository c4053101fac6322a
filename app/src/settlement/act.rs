//! A team's word that it can deliver.

use multitude_platform::db::Tx;
use multitude_platform::settlement::{MoveCampaignError, find_statement, state_delivery};

use crate::acts::{Acted, Answer, Kind, Place, Typed, Visit};

/// Takes the word. Whoever may not give it gets the page that they see anyway.
pub(crate) async fn state(visit: &Visit, place: &Place, _: &Typed) -> Acted {
    let (actor, slug) = (visit.actor(), place.key.clone());
    let stated = visit.services().desk.db.write(async move |tx: &mut Tx| {
        let found = find_statement(tx, &actor, &slug).await?.ok_or(MoveCampaignError::Denied)?;
        state_delivery(tx, &actor, found.campaign).await
    });
    match stated.await {
        Ok(()) => Ok(Answer::lead_on(place.path(&format!("c/{}/deliver", place.key)))),
        Err(MoveCampaignError::Store(error)) => Err(error.into()),
        // Nobody learns whether a team is asked that is not theirs.
        Err(MoveCampaignError::Denied) if visit.who().is_none() => Ok(Answer::as_it_stands(Kind::Denied)),
        Err(MoveCampaignError::Denied) => Ok(Answer::as_it_stands(Kind::NotFound)),
        Err(_) => Ok(Answer::as_it_stands(Kind::Conflict)),
    }
}
