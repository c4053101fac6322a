//! Where a reward goes. The receipt's token is the proof; neither it nor the address is ever logged.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Request, StatusCode};
use multitude_app::{AddressReply, Services};
use multitude_domain::permission::{Actor, Relation};
use multitude_domain::pledge::PostalAddress;
use multitude_platform::pledges::{GiveAddressError, give_address};
use serde::Deserialize;

use super::{again, not_saved, read, see_other};

/// The address as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AddressForm {
    name: String,
    street: String,
    postcode: String,
    town: String,
    country: String,
}

/// Keeps the address.
pub(super) async fn give(
    State(services): State<Services>,
    Path((lang, token)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: AddressForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let typed = PostalAddress {
        name: form.name,
        street: form.street,
        postcode: form.postcode,
        town: form.town,
        country: form.country,
    };
    let (receipt, address) = (token.clone(), typed.clone());
    let given = services
        .desk
        .db
        .write(async move |tx| give_address(tx, &Actor::Guest, Relation::Backer, &receipt, &address).await);
    match given.await {
        Ok(()) => see_other(&format!("/{lang}/p/{token}?saved"), None),
        Err(GiveAddressError::Invalid(faults)) => {
            let reply = AddressReply { typed, faults };
            again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, reply).await
        }
        // The page says that nothing is sent, or that there is no such receipt.
        Err(GiveAddressError::NothingToSend) => again(services, parts, StatusCode::CONFLICT, ()).await,
        Err(GiveAddressError::NotFound) => again(services, parts, StatusCode::NOT_FOUND, ()).await,
        Err(GiveAddressError::Store(error)) => {
            let reply = AddressReply { typed, faults: Vec::new() };
            not_saved(services, parts, &error, reply).await
        }
    }
}
