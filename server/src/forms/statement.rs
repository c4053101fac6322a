//! A team's word that it can deliver.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Request, StatusCode};
use multitude_app::{Services, signed_in};
use multitude_domain::permission::Actor;
use multitude_platform::db::Tx;
use multitude_platform::settlement::{MoveCampaignError, find_statement, state_delivery};

use super::{again, not_saved, see_other, unavailable};

/// Takes the word. Whoever may not give it gets the page that they see anyway.
pub(super) async fn state(
    State(services): State<Services>,
    Path((lang, slug)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, _) = request.into_parts();
    let actor = match signed_in(&services, &parts.headers).await {
        Ok(own) => own.map_or(Actor::Guest, |own| own.actor()),
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let asked = slug.clone();
    let stated = services.desk.db.write(async move |tx: &mut Tx| {
        let found = find_statement(tx, &actor, &asked).await?.ok_or(MoveCampaignError::Denied)?;
        state_delivery(tx, &actor, found.campaign).await
    });
    match stated.await {
        Ok(()) => see_other(&format!("/{lang}/c/{slug}/deliver"), None),
        Err(MoveCampaignError::Store(error)) => not_saved(services, parts, &error, ()).await,
        Err(_) => again(services, parts, StatusCode::CONFLICT, ()).await,
    }
}
