//! Changing a pledge: what it pays for and how its backer is shown. Where it costs more its backer is first shown what that
//! allows.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::request::Parts;
use http::{Request, StatusCode};
use multitude_app::{CheckoutReply, Services};
use multitude_domain::id::PledgeId;
use multitude_domain::permission::{Actor, Relation};
use multitude_domain::pledge::{PledgeDraft, PledgeFault, PledgeState, PledgeWish, ShowAs, change_faults};
use multitude_domain::view::{CampaignView, CheckoutRefusal, ReceiptView};
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::{
    ChangePledgeError, Chosen, change_pledge, find_chosen, find_pledge_by_receipt, show_otherwise,
};

use super::{again, not_saved, page, read, see_other, unavailable};

/// Which of the forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// What is to be chosen.
    Choice,
    /// The same, after what a larger amount allows was shown.
    Agreement,
}

/// The pledge as it stands.
struct Found {
    id: PledgeId,
    receipt: ReceiptView,
    campaign: CampaignView,
    now: Chosen,
}

/// What is to be chosen.
pub(super) async fn choose(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    change(services, place, request, Sent::Choice).await
}

/// What is chosen, agreed to.
pub(super) async fn agree(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    change(services, place, request, Sent::Agreement).await
}

async fn change(
    State(services): State<Services>,
    Path((lang, token)): Path<(String, String)>,
    request: Request<Body>,
    sent: Sent,
) -> Response {
    let (parts, body) = request.into_parts();
    let pairs: Vec<(String, String)> = match read(body).await {
        Ok(pairs) => pairs,
        Err(response) => return response,
    };
    let receipt = format!("/{lang}/p/{token}");
    let found = match find(&services, token).await {
        Ok(Some(found)) => found,
        Ok(None) => return page(State(services), Request::from_parts(parts, Body::empty())).await,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let seen = pairs.iter().find(|(name, _)| name == "stands").map(|(_, value)| value.clone());
    let mut draft = PledgeDraft::of(&found.receipt.slug, &found.now.wish, found.now.show_as);
    // A form that asked for nothing else changes nothing else, wherever the pledge stands by now.
    let is_shown_only = pairs.iter().any(|(name, value)| name == "only" && value == "show_as");
    let is_overtaken = seen.is_some_and(|seen| seen != draft.terms());
    draft.take(pairs);
    let show_as = draft.show_as.parse().unwrap_or(found.now.show_as);
    let done = if found.receipt.state == PledgeState::Secured && !is_shown_only {
        match understood(&draft, &found) {
            // Pressed twice, it is as it is to be already.
            Ok(wish) if is_overtaken && (&wish, show_as) != (&found.now.wish, found.now.show_as) => {
                Err(ChangePledgeError::Overtaken { amount: found.now.wish.amount })
            }
            Ok(wish) if sent == Sent::Choice && wish.amount.minor() > found.receipt.amount_minor => {
                return see_other(&format!("{receipt}/change/agree?{}", query(&draft)), None);
            }
            Ok(wish) => save(&services, found.id, Chosen { wish, show_as }, found.now.clone()).await,
            Err(faults) => Err(ChangePledgeError::Invalid(faults)),
        }
    } else {
        show(&services, found.id, show_as).await
    };
    match done {
        Ok(()) => see_other(&format!("{receipt}?saved"), None),
        // It stands elsewhere by now: the receipt says where.
        Err(ChangePledgeError::Move(_)) => see_other(&receipt, None),
        Err(error) => refuse(services, parts, error, draft, &found.now).await,
    }
}

/// What was sent, as it fits the offer to whoever has what they have: nobody agrees to what is refused afterwards.
fn understood(draft: &PledgeDraft, found: &Found) -> Result<PledgeWish, Vec<PledgeFault>> {
    let wish = draft.wish(&found.campaign.clone().with_own(&found.now.wish).offer())?;
    let wish = PledgeWish { method: found.now.wish.method, ..wish };
    let faults =
        change_faults(&found.campaign.offer(), &found.now.wish, &wish, found.campaign.summary.goal_minor);
    if faults.is_empty() { Ok(wish) } else { Err(faults) }
}

/// What is chosen, in an address.
fn query(draft: &PledgeDraft) -> String {
    serde_urlencoded::to_string(draft.pairs()).unwrap_or_default()
}

/// The form once more, with what was typed and what is wrong with it.
async fn refuse(
    services: Services,
    parts: Parts,
    error: ChangePledgeError,
    mut draft: PledgeDraft,
    now: &Chosen,
) -> Response {
    let (status, faults, refusal) = match error {
        ChangePledgeError::Invalid(faults) => (StatusCode::UNPROCESSABLE_ENTITY, faults, None),
        ChangePledgeError::SoldOut { title } => {
            // What they have stays theirs unless they choose anew; the amount stays as it was typed.
            let had = PledgeDraft::of(&draft.slug, &now.wish, now.show_as);
            (draft.reward, draft.qty) = (had.reward, had.qty);
            (StatusCode::CONFLICT, Vec::new(), Some(CheckoutRefusal::SoldOut { title }))
        }
        ChangePledgeError::AddOnSoldOut => {
            (StatusCode::CONFLICT, Vec::new(), Some(CheckoutRefusal::AddOnSoldOut))
        }
        ChangePledgeError::Overtaken { amount } => {
            (StatusCode::CONFLICT, Vec::new(), Some(CheckoutRefusal::Overtaken { amount }))
        }
        // The page says why.
        ChangePledgeError::Closed { .. } | ChangePledgeError::Paused => {
            (StatusCode::CONFLICT, Vec::new(), None)
        }
        ChangePledgeError::Store(error) => {
            let reply = CheckoutReply { draft, faults: Vec::new(), refusal: None };
            return not_saved(services, parts, &error, reply).await;
        }
        ChangePledgeError::NotFound
        | ChangePledgeError::Denied
        | ChangePledgeError::TooOften
        | ChangePledgeError::Move(_) => (StatusCode::NOT_FOUND, Vec::new(), None),
    };
    again(services, parts, status, CheckoutReply { draft, faults, refusal }).await
}

async fn find(services: &Services, token: String) -> Result<Option<Found>, StoreError> {
    let find = async move |tx: &mut Tx| {
        let Some((id, receipt)) = find_pledge_by_receipt(tx, &token).await? else { return Ok(None) };
        let Some(now) = find_chosen(tx, id).await? else { return Ok(None) };
        let campaign = find_campaign(tx, &receipt.slug).await?;
        Ok(campaign.map(|campaign| Found { id, receipt, campaign, now }))
    };
    services.desk.db.read(find).await
}

async fn save(services: &Services, id: PledgeId, new: Chosen, seen: Chosen) -> Result<(), ChangePledgeError> {
    let write = async move |tx: &mut Tx| {
        change_pledge(tx, &Actor::Guest, Relation::Backer, id, &new, Some(&seen)).await
    };
    services.desk.db.write(write).await
}

async fn show(services: &Services, id: PledgeId, show_as: ShowAs) -> Result<(), ChangePledgeError> {
    let write =
        async move |tx: &mut Tx| show_otherwise(tx, &Actor::Guest, Relation::Backer, id, show_as).await;
    services.desk.db.write(write).await
}
