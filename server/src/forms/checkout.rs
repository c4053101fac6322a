//! The three screens of a pledge.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use multitude_app::{CheckoutReply, Services, draft_cookies, draft_of, holder, proof_of, signed_in};
use multitude_domain::email::{count_email, fold_email};
use multitude_domain::locale::Locale;
use multitude_domain::pledge::{PledgeDraft, PledgeFault, PledgeState, Proof, cut_typed};
use multitude_domain::view::{CampaignView, CheckoutRefusal};
use multitude_platform::campaigns::find_campaign;
use multitude_platform::db::StoreError;
use multitude_platform::keys::hex;
use multitude_platform::pledges::{
    self, Backer, Caller, ExtendOutcome, HoldOutcome, PlacePledge, PlacePledgeError, extend_hold,
    find_placed, hold_reward,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{again, not_saved, read, see_other, unavailable};
use crate::address::address_of;
use crate::limits::{self, Limits, Policy};
use crate::metrics::METRICS;

/// One checkout: who asks, where, and what was typed before.
struct Checkout {
    services: Services,
    parts: Parts,
    lang: String,
    slug: String,
    draft: PledgeDraft,
}

/// What a checkout begins with: where it stands, and the campaign it is about; else the answer that says why not.
type Begun<T> = Result<(Checkout, CampaignView, T), Response>;

impl Checkout {
    /// Reads what a screen sent and finds its campaign, which takes pledges now; else the page says what it says.
    async fn begin<T: DeserializeOwned>(
        State(services): State<Services>,
        Path(place): Path<(String, String)>,
        request: Request<Body>,
        take: impl FnOnce(&mut Self, &mut T),
    ) -> Begun<T> {
        let (parts, body) = request.into_parts();
        let mut form: T = read(body).await?;
        let mut checkout = Self::new(services, parts, place);
        take(&mut checkout, &mut form);
        let slug = checkout.slug.clone();
        let found = checkout.services.desk.db.glance(async move |tx| find_campaign(tx, &slug).await).await;
        match found.map(|found| found.filter(CampaignView::is_open)) {
            Ok(Some(campaign)) => Ok((checkout, campaign, form)),
            Ok(None) => Err(checkout.again(StatusCode::CONFLICT, Vec::new()).await),
            Err(error) => Err(unavailable(checkout.services, checkout.parts, &error).await),
        }
    }

    fn new(services: Services, parts: Parts, (lang, slug): (String, String)) -> Self {
        let mut draft = draft_of(&parts.headers, &slug).unwrap_or_default();
        if draft.browser.is_empty() {
            draft.browser = fresh(&services);
        }
        if draft.key.is_empty() {
            draft.key = fresh(&services);
        }
        draft.slug.clone_from(&slug);
        Self { services, parts, lang, slug, draft }
    }

    /// Another pledge needs another key.
    fn renew_key(&mut self) {
        self.draft.key = fresh(&self.services);
    }

    async fn again(self, status: StatusCode, faults: Vec<PledgeFault>) -> Response {
        let reply = CheckoutReply { draft: self.draft, faults, refusal: None };
        again(self.services, self.parts, status, reply).await
    }

    async fn refused(self, refusal: CheckoutRefusal) -> Response {
        let reply = CheckoutReply { draft: self.draft, faults: Vec::new(), refusal: Some(refusal) };
        again(self.services, self.parts, StatusCode::CONFLICT, reply).await
    }

    async fn unavailable(self, error: &StoreError) -> Response {
        let reply = CheckoutReply { draft: self.draft, faults: Vec::new(), refusal: None };
        not_saved(self.services, self.parts, error, reply).await
    }

    /// Counts a pledge for the address that it is placed with.
    async fn count(self, email: &str) -> Result<Self, Response> {
        let taken = self
            .parts
            .extensions
            .get::<Limits>()
            .map_or(Ok(()), |limits| limits.take(Policy::PledgeEmail, &count_email(email)));
        match taken {
            Ok(()) => Ok(self),
            Err(wait) => Err(limits::too_many(wait, Request::from_parts(self.parts, Body::empty())).await),
        }
    }

    /// Whether whoever sent the screen has proved an address.
    async fn proof(&self) -> Result<Proof, StoreError> {
        let own = signed_in(&self.services, &self.parts.headers).await?;
        Ok(proof_of(own.as_ref()))
    }

    fn path(&self, rest: &str) -> String {
        format!("/{}/c/{}/pledge{rest}", self.lang, self.slug)
    }

    fn lead_on(&self, to: &str) -> Response {
        with_cookies(see_other(to, None), self.cookies())
    }

    fn cookies(&self) -> Vec<HeaderValue> {
        draft_cookies(&self.draft, &self.parts.headers, self.services.facts.is_https())
    }
}

fn with_cookies(mut response: Response, cookies: Vec<HeaderValue>) -> Response {
    response.headers_mut().extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// What nobody guesses, for a key or a browser.
fn fresh(services: &Services) -> String {
    hex(&services.desk.db.ambient().bytes::<16>())
}

/// The first screen.
pub(super) async fn support(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let take = |checkout: &mut Checkout, pairs: &mut Vec<(String, String)>| {
        if checkout.draft.is_placed {
            // The last one is placed: this is another pledge.
            checkout.draft = std::mem::take(&mut checkout.draft).next();
            checkout.renew_key();
        }
        checkout.draft.take(std::mem::take(pairs));
    };
    let (mut checkout, campaign, _) = match Checkout::begin(services, place, request, take).await {
        Ok(begun) => begun,
        Err(response) => return response,
    };
    let wish = match checkout.draft.wish(&campaign.offer()) {
        Ok(wish) => wish,
        Err(faults) => return checkout.again(StatusCode::UNPROCESSABLE_ENTITY, faults).await,
    };
    let proof = match checkout.proof().await {
        Ok(proof) => proof,
        Err(error) => return checkout.unavailable(&error).await,
    };
    let desk = &checkout.services.desk;
    let who = holder(&desk.keys, &checkout.draft.browser, &address_of(&checkout.parts));
    let slug = checkout.slug.clone();
    let held = desk.db.write(async move |tx| hold_reward(tx, &slug, &wish, &who, proof).await).await;
    match held {
        Ok(HoldOutcome::Held(_) | HoldOutcome::NotHeld | HoldOutcome::NotNeeded) => {
            checkout.lead_on(&checkout.path("/you"))
        }
        Err(PlacePledgeError::SoldOut { title }) => {
            checkout.draft.reward.clear();
            checkout.refused(CheckoutRefusal::SoldOut { title }).await
        }
        Err(PlacePledgeError::Store(error)) => checkout.unavailable(&error).await,
        Err(_) => checkout.again(StatusCode::CONFLICT, Vec::new()).await,
    }
}

/// The second screen's fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct YouForm {
    email: String,
    name: String,
    show_as: String,
    method: String,
}

/// The second screen.
pub(super) async fn you(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let take = |checkout: &mut Checkout, form: &mut YouForm| {
        let YouForm { email, name, show_as, method } = std::mem::take(form);
        checkout.draft.email = cut_typed(email);
        checkout.draft.name = cut_typed(name);
        checkout.draft.show_as = cut_typed(show_as);
        checkout.draft.method = cut_typed(method);
    };
    let (checkout, campaign, _) = match Checkout::begin(services, place, request, take).await {
        Ok(begun) => begun,
        Err(response) => return response,
    };
    let offer = campaign.offer();
    let Ok(wish) = checkout.draft.wish(&offer) else {
        return checkout.lead_on(&checkout.path(""));
    };
    match checkout.draft.contact(&offer, &wish) {
        Ok(_) => checkout.lead_on(&checkout.path("/pay")),
        Err(faults) => checkout.again(StatusCode::UNPROCESSABLE_ENTITY, faults).await,
    }
}

/// The third screen's fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PayForm {
    /// What the page stood for.
    terms: String,
    token: String,
}

/// The receipt of what this browser's draft was placed as, where it was.
async fn placed_before(
    services: &Services,
    headers: &HeaderMap,
    Path((_, slug)): &Path<(String, String)>,
) -> Result<Option<String>, StoreError> {
    let Some(draft) = draft_of(headers, slug) else { return Ok(None) };
    let browser = holder(&services.desk.keys, &draft.browser, "").browser;
    let caller = Caller::Form { slug: slug.clone(), browser };
    let keys = &services.desk.keys;
    services.desk.db.glance(async |tx| find_placed(tx, keys, &caller, &draft.key).await).await
}

/// The third screen: the pledge is placed. Sent twice, it is the same pledge.
pub(super) async fn pay(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let nothing = |_: &mut Checkout, _: &mut PayForm| ();
    // Pressed again because no answer came: by now the campaign may have closed, or no longer offer what was pledged.
    let earlier = match placed_before(&services, request.headers(), &place).await {
        Ok(receipt) => receipt.map(|receipt| see_other(&format!("/{}/p/{receipt}", place.0.0), None)),
        Err(error) => return unavailable(services.0, request.into_parts().0, &error).await,
    };
    let (checkout, campaign, form) = match Checkout::begin(services, place, request, nothing).await {
        Ok(begun) => begun,
        Err(response) => return earlier.unwrap_or(response),
    };
    let offer = campaign.offer();
    let Ok(wish) = checkout.draft.wish(&offer) else {
        return earlier.unwrap_or_else(|| checkout.lead_on(&checkout.path("")));
    };
    let Ok((contact, wish)) = checkout.draft.contact(&offer, &wish) else {
        return earlier.unwrap_or_else(|| checkout.lead_on(&checkout.path("/you")));
    };
    if form.terms != checkout.draft.terms() {
        return checkout.refused(CheckoutRefusal::Changed).await;
    }
    let mut checkout = match checkout.count(&contact.email).await {
        Ok(checkout) => checkout,
        Err(response) => return response,
    };
    let desk = &checkout.services.desk;
    // Whoever is signed in pledges as a member with the account's own address, and as a guest with any other.
    let own = match signed_in(&checkout.services, &checkout.parts.headers).await {
        Ok(own) => own.filter(|own| fold_email(&own.email) == fold_email(&contact.email)),
        Err(error) => return checkout.unavailable(&error).await,
    };
    let browser = holder(&desk.keys, &checkout.draft.browser, "").browser;
    let caller = Caller::Form { slug: checkout.slug.clone(), browser };
    let new = PlacePledge {
        slug: checkout.slug.clone(),
        wish,
        backer: Backer {
            user: own.map(|own| own.user),
            email: Some(contact.email),
            name: contact.name,
            show_as: contact.show_as,
            locale: checkout.lang.parse().unwrap_or(Locale::De),
        },
        token: cut_typed(form.token),
        key: Some((caller, checkout.draft.key.clone())),
        browser: Some(browser),
    };
    match pledges::place(desk, new).await {
        Ok(placed) if placed.state == PledgeState::Cancelled && !placed.is_replay => {
            // Declined: another try is another pledge.
            checkout.renew_key();
            let cookies = checkout.cookies();
            with_cookies(checkout.refused(CheckoutRefusal::Declined).await, cookies)
        }
        Ok(placed) => {
            if !placed.is_replay {
                METRICS.pledge("form");
            }
            checkout.draft.is_placed = true;
            checkout.lead_on(&format!("/{}/p/{}", checkout.lang, placed.receipt))
        }
        Err(PlacePledgeError::SoldOut { title }) => {
            checkout.refused(CheckoutRefusal::SoldOut { title }).await
        }
        Err(PlacePledgeError::UnconfirmedFull { title }) => {
            checkout.refused(CheckoutRefusal::UnconfirmedFull { title }).await
        }
        Err(PlacePledgeError::AddOnSoldOut) => checkout.refused(CheckoutRefusal::AddOnSoldOut).await,
        Err(PlacePledgeError::KeyReused { receipt, .. }) => {
            checkout.refused(CheckoutRefusal::Placed { receipt }).await
        }
        Err(PlacePledgeError::Invalid(faults)) => {
            checkout.again(StatusCode::UNPROCESSABLE_ENTITY, faults).await
        }
        Err(PlacePledgeError::Store(error)) => checkout.unavailable(&error).await,
        Err(
            PlacePledgeError::BadKey
            | PlacePledgeError::NoCampaign { .. }
            | PlacePledgeError::NotOpen { .. }
            | PlacePledgeError::Closed { .. }
            | PlacePledgeError::Move(_),
        ) => checkout.again(StatusCode::CONFLICT, Vec::new()).await,
    }
}

/// Where *Keep it* leads back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KeepForm {
    back: String,
}

/// *Keep it*: a quarter of an hour more, once for a guest. The screen that this leads back to says until when, and has
/// the way to sign in where that comes first.
pub(super) async fn keep(
    services: State<Services>,
    place: Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let nothing = |_: &mut Checkout, _: &mut KeepForm| ();
    let (checkout, campaign, form) = match Checkout::begin(services, place, request, nothing).await {
        Ok(begun) => begun,
        Err(response) => return response,
    };
    let back = [checkout.path("/you"), checkout.path("/pay")].into_iter().find(|own| *own == form.back);
    let back = back.unwrap_or_else(|| checkout.path("/you"));
    let proof = match checkout.proof().await {
        Ok(proof) => proof,
        Err(error) => return checkout.unavailable(&error).await,
    };
    let (desk, id) = (&checkout.services.desk, campaign.summary.id.uuid());
    let who = holder(&desk.keys, &checkout.draft.browser, &address_of(&checkout.parts));
    match desk.db.write(async move |tx| extend_hold(tx, id, &who, proof).await).await {
        // What was typed is kept as long as the reward.
        Ok(ExtendOutcome::Extended(_)) => checkout.lead_on(&back),
        Ok(ExtendOutcome::NeedsProof(_) | ExtendOutcome::Gone) => see_other(&back, None),
        Err(error) => checkout.unavailable(&error).await,
    }
}
