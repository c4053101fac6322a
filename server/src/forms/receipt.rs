//! What a backer does on the receipt. Its token is the proof; it is never logged.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use multitude_app::{ReceiptFault, ReceiptReply, Services, signed_in};
use multitude_domain::id::PledgeId;
use multitude_domain::permission::{Actor, Relation};
use multitude_domain::view::{Consents, ReceiptView};
use multitude_platform::db::StoreError;
use multitude_platform::mail::{ResendError, resend_confirmation};
use multitude_platform::pledges::attempts;
use multitude_platform::pledges::{self, ChangePledgeError, CodeOutcome, ReplaceOutcome};
use serde::Deserialize;

use super::{again, not_saved, page, read, see_other, unavailable};

const DAY_SECONDS: u64 = 86_400;

/// Which button, and what was typed beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReceiptForm {
    #[serde(rename = "do")]
    deed: String,
    code: String,
    token: String,
    updates: Option<String>,
    news: Option<String>,
}

/// Does what the pressed button says.
pub(super) async fn act(
    State(services): State<Services>,
    Path((lang, token)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form: ReceiptForm = match read(body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (id, receipt) = match find(&services, token.clone()).await {
        Ok(Some(found)) => found,
        Ok(None) => return page(State(services), Request::from_parts(parts, Body::empty())).await,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let done = match form.deed.as_str() {
        "code" => return type_code(services, parts, &lang, &token, id, form.code).await,
        "own" => return confirm_own(services, parts, &lang, &token, id).await,
        "resend" => return resend(services, parts, &lang, &token, id).await,
        "method" => return replace(services, parts, &lang, &token, id, form.token).await,
        "cancel" => cancel(&services, id).await,
        "consent" => {
            let consents = Consents { updates: form.updates.is_some(), news: form.news.is_some() };
            consent(&services, id, consents).await
        }
        "bank_yes" => answer(&services, &receipt, true).await,
        "bank_no" => answer(&services, &receipt, false).await,
        _ => Ok(()),
    };
    match done {
        Ok(()) if form.deed == "consent" => see_other(&format!("/{lang}/p/{token}?saved"), None),
        // Pressed twice, or where it stands elsewhere by now: the page says so.
        Ok(()) | Err(ChangePledgeError::Move(_)) => see_other(&format!("/{lang}/p/{token}"), None),
        Err(error) => refuse(services, parts, error).await,
    }
}

/// The receipt once more, with what kept it from being changed.
async fn refuse(services: Services, parts: Parts, error: ChangePledgeError) -> Response {
    let (status, fault) = match error {
        ChangePledgeError::Closed { .. } => (StatusCode::CONFLICT, ReceiptFault::TooLate),
        ChangePledgeError::Paused => (StatusCode::CONFLICT, ReceiptFault::Paused),
        ChangePledgeError::TooOften => return tomorrow(services, parts, ReceiptFault::TooManyCards).await,
        ChangePledgeError::Store(error) => {
            return not_saved(services, parts, &error, ReceiptReply::default()).await;
        }
        ChangePledgeError::NotFound
        | ChangePledgeError::Denied
        | ChangePledgeError::Invalid(_)
        | ChangePledgeError::SoldOut { .. }
        | ChangePledgeError::AddOnSoldOut
        | ChangePledgeError::Overtaken { .. }
        | ChangePledgeError::Move(_) => {
            return again(services, parts, StatusCode::NOT_FOUND, ReceiptReply::default()).await;
        }
    };
    again(services, parts, status, because(fault)).await
}

/// Sets up another card.
async fn replace(
    services: Services,
    parts: Parts,
    lang: &str,
    receipt: &str,
    id: PledgeId,
    card: String,
) -> Response {
    let done = pledges::replace_method(&services.desk, &Actor::Guest, Relation::Backer, id, &card).await;
    match done {
        Ok(ReplaceOutcome::Replaced) => see_other(&format!("/{lang}/p/{receipt}?saved"), None),
        // What it waits for, or where it is by now, stands on the receipt.
        Ok(ReplaceOutcome::Waiting) | Err(ChangePledgeError::Move(_)) => {
            see_other(&format!("/{lang}/p/{receipt}"), None)
        }
        Ok(ReplaceOutcome::Declined) => {
            again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, because(ReceiptFault::Declined)).await
        }
        Err(error) => refuse(services, parts, error).await,
    }
}

/// The receipt once more, for whoever did something as often as one day allows.
async fn tomorrow(services: Services, parts: Parts, fault: ReceiptFault) -> Response {
    let mut response = again(services, parts, StatusCode::TOO_MANY_REQUESTS, because(fault)).await;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(DAY_SECONDS));
    response
}

fn because(fault: ReceiptFault) -> ReceiptReply {
    ReceiptReply { fault: Some(fault) }
}

/// Proves the address by the mailed code.
async fn type_code(
    services: Services,
    parts: Parts,
    lang: &str,
    token: &str,
    id: PledgeId,
    code: String,
) -> Response {
    let desk = services.desk.clone();
    let tried =
        desk.db.write(async move |tx| pledges::confirm_by_code(tx, &desk.keys, id, &code).await).await;
    let fault = match tried {
        Ok(CodeOutcome::Confirmed) => return see_other(&format!("/{lang}/p/{token}?confirmed"), None),
        Ok(CodeOutcome::NoCode) => ReceiptFault::NoCode,
        Ok(CodeOutcome::Wrong) => ReceiptFault::WrongCode,
        Ok(CodeOutcome::TooManyTries) => ReceiptFault::TooManyCodes,
        Err(error) => return not_saved(services, parts, &error, ReceiptReply::default()).await,
    };
    again(services, parts, StatusCode::UNPROCESSABLE_ENTITY, because(fault)).await
}

/// Whoever is signed in with the pledge's address says that it is theirs.
async fn confirm_own(services: Services, parts: Parts, lang: &str, token: &str, id: PledgeId) -> Response {
    let own = match signed_in(&services, &parts.headers).await {
        Ok(Some(own)) => own,
        // The page asks for the code then.
        Ok(None) => return see_other(&format!("/{lang}/p/{token}"), None),
        Err(error) => return unavailable(services, parts, &error).await,
    };
    match services.desk.db.write(async move |tx| pledges::confirm_own(tx, id, &own.email).await).await {
        Ok(true) => see_other(&format!("/{lang}/p/{token}?confirmed"), None),
        Ok(false) => see_other(&format!("/{lang}/p/{token}"), None),
        Err(error) => not_saved(services, parts, &error, ReceiptReply::default()).await,
    }
}

/// Sends the mail that proves the address once more.
async fn resend(services: Services, parts: Parts, lang: &str, token: &str, id: PledgeId) -> Response {
    match services.desk.db.write(async move |tx| resend_confirmation(tx, id).await).await {
        Ok(()) => see_other(&format!("/{lang}/p/{token}?sent"), None),
        Err(ResendError::TooMany) => tomorrow(services, parts, ReceiptFault::SentOften).await,
        Err(ResendError::Store(error)) => not_saved(services, parts, &error, ReceiptReply::default()).await,
    }
}

/// Proves the address by the button of the page that the mailed link opened.
pub(super) async fn confirm(
    State(services): State<Services>,
    Path((lang, token, proof)): Path<(String, String, String)>,
    request: Request<Body>,
) -> Response {
    let (parts, _) = request.into_parts();
    let (desk, receipt) = (services.desk.clone(), token.clone());
    let confirmed = desk.db.write(async move |tx| {
        let Some(id) = pledges::find_by_receipt(tx, &receipt).await? else { return Ok(false) };
        let is_proof = pledges::is_proof(&desk.keys, id, &proof);
        if is_proof {
            pledges::confirm_email(tx, id).await?;
        }
        Ok(is_proof)
    });
    match confirmed.await {
        Ok(true) => see_other(&format!("/{lang}/p/{token}?confirmed"), None),
        Ok(false) => again(services, parts, StatusCode::NOT_FOUND, ()).await,
        Err(error) => not_saved(services, parts, &error, ()).await,
    }
}

async fn find(services: &Services, token: String) -> Result<Option<(PledgeId, ReceiptView)>, StoreError> {
    services.desk.db.read(async move |tx| pledges::find_pledge_by_receipt(tx, &token).await).await
}

async fn cancel(services: &Services, id: PledgeId) -> Result<(), ChangePledgeError> {
    let payments = services.desk.payments.clone();
    let write = async move |tx: &mut multitude_platform::db::Tx| {
        pledges::cancel_pledge(tx, &payments, &Actor::Guest, Relation::Backer, id).await
    };
    services.desk.db.write(write).await
}

async fn consent(services: &Services, id: PledgeId, consents: Consents) -> Result<(), ChangePledgeError> {
    let write = async move |tx: &mut multitude_platform::db::Tx| {
        pledges::note_consents(tx, &Actor::Guest, Relation::Backer, id, consents).await
    };
    services.desk.db.write(write).await
}

/// The sandbox's bank hears the backer, and is asked at once what came of it.
async fn answer(
    services: &Services,
    receipt: &ReceiptView,
    is_accepted: bool,
) -> Result<(), ChangePledgeError> {
    let (Some(attempt), Some(sandbox)) = (receipt.waiting_attempt, services.desk.payments.sandbox()) else {
        return Ok(());
    };
    // Answered already: what came of it is asked for all the same.
    let _ = sandbox.confirm(attempt, is_accepted).await;
    attempts::ask(&services.desk, attempt).await?;
    Ok(())
}
