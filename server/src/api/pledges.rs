//! Placing a pledge over the API.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use multitude_app::Services;
use multitude_app::acts::Counted;
use multitude_domain::id::{AddOnId, RewardId};
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::{
    ADD_ONS_MAX, AddOnChoice, PaymentMethod, PledgeFault, PledgeState, PledgeWish, ShowAs, check_email,
    check_name,
};
use multitude_platform::pledges::{self, Backer, Caller, PlacePledge, PlacePledgeError};
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::schema;
use crate::address::address_of;
use crate::limits::Limits;
use crate::metrics::METRICS;
use crate::problem::{FieldProblem, Problem, ProblemBody};

/// What the API takes. Amounts are minor units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PledgeBody {
    /// All that is paid: reward, add-ons and shipping are in it.
    amount_minor: i64,
    /// The campaign's.
    #[schema(value_type = schema::Currency)]
    currency: Currency,
    #[serde(default, deserialize_with = "empty_is_absent")]
    #[schema(value_type = Option<String>, format = Uuid)]
    reward_id: Option<RewardId>,
    /// One where nothing is said.
    reward_qty: Option<u32>,
    #[serde(default)]
    add_ons: Vec<AddOnBody>,
    /// Where a reward that is sent goes; one of its regions.
    #[serde(default, deserialize_with = "empty_is_absent")]
    region: Option<String>,
    /// The receipt goes there.
    email: String,
    /// Without a name, the page shows an anonymous backer.
    #[serde(default, deserialize_with = "empty_is_absent")]
    name: Option<String>,
    #[serde(default, deserialize_with = "empty_is_absent")]
    #[schema(value_type = Option<schema::ShowAs>)]
    show_as: Option<ShowAs>,
    /// The language of receipt and mail; English where nothing is said.
    #[serde(default, deserialize_with = "empty_is_absent")]
    #[schema(value_type = Option<schema::Locale>)]
    locale: Option<Locale>,
    payment: PaymentBody,
}

/// An empty text says nothing, as in the parameters of addresses.
fn empty_is_absent<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let said = Option::<String>::deserialize(from)?.filter(|text| !text.is_empty());
    said.map(|text| T::deserialize(text.into_deserializer())).transpose()
}

/// An add-on, chosen so many times.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChosenAddOnBody)]
struct AddOnBody {
    #[schema(value_type = String, format = Uuid)]
    id: AddOnId,
    qty: u32,
}

/// How it is paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PaymentBody {
    #[schema(value_type = schema::PaymentMethod)]
    method: PaymentMethod,
    /// The provider's; in the sandbox it says what shall happen.
    #[serde(default, deserialize_with = "empty_is_absent")]
    token: Option<String>,
}

/// What the API answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlacedBody {
    #[schema(format = Uuid)]
    id: String,
    #[schema(value_type = schema::PledgeState)]
    state: PledgeState,
    amount_minor: i64,
    #[schema(value_type = schema::Currency)]
    currency: Currency,
    /// A secret of whoever pledged: it shows, changes and cancels the pledge.
    receipt_url: String,
}

/// A provider's token is not longer.
const TOKEN_CHARS_MAX: usize = 200;

/// Places a pledge as a guest.
#[utoipa::path(
    post,
    operation_id = "place_pledge",
    path = "/campaigns/{slug}/pledges",
    params(
        ("slug" = String, Path, description = "its name in addresses"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible characters; the same pledge with the same key is placed once")
    ),
    request_body = PledgeBody,
    responses(
        (status = 201, body = PlacedBody),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no such campaign"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "not open, closed, sold out, or over a limit; nothing was stored"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json", description = "the body is not named `application/json`"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "the pledge does not fit the offer, or the key was used for another"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u64)),
            description = "too many from this address or for this e-mail"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "try again in a moment")
    )
)]
pub(super) async fn place(
    State(services): State<Services>,
    Extension(limits): Extension<Limits>,
    Path(slug): Path<String>,
    parts: Parts,
    body: Result<Json<PledgeBody>, JsonRejection>,
) -> Result<(StatusCode, Json<PlacedBody>), Problem> {
    let Json(body) = body.map_err(|error| {
        let status = match error.status() {
            StatusCode::BAD_REQUEST => StatusCode::UNPROCESSABLE_ENTITY,
            other => other,
        };
        Problem::new(status, "body", error.body_text())
    })?;
    let locale = body.locale.unwrap_or(Locale::En);
    let (amount_minor, currency) = (body.amount_minor, body.currency);
    let new = command(slug, &parts.headers, body, locale)?;
    // Nobody proves an address here.
    let counted = Counted::pledge(&limits, &address_of(&parts), new.backer.email.as_deref());
    let counted = counted.map_err(Problem::too_many)?;
    let placed = pledges::place(&services.desk, new).await;
    match &placed {
        Ok(placed) if !placed.is_replay => METRICS.pledge("api"),
        // What the database did not say may be stored.
        Err(PlacePledgeError::Store(_)) => {}
        Ok(_) | Err(_) => counted.give_back(),
    }
    let placed = placed.map_err(|error| refusal(&error))?;
    Ok((
        StatusCode::CREATED,
        Json(PlacedBody {
            id: placed.id.to_string(),
            state: placed.state,
            amount_minor,
            currency,
            receipt_url: format!("{}/{locale}/p/{}", services.facts.public_url, placed.receipt),
        }),
    ))
}

fn command(
    slug: String,
    headers: &HeaderMap,
    body: PledgeBody,
    locale: Locale,
) -> Result<PlacePledge, Problem> {
    let mut faults = Vec::new();
    let email = check_email(&body.email).map_err(|fault| faults.push(fault)).unwrap_or_default();
    // Nameless over the API is anonymous on the page.
    let name = match (&body.name, body.show_as) {
        (None, None | Some(ShowAs::Anonymous)) => Ok(String::new()),
        (None, Some(ShowAs::Name | ShowAs::Initials)) => Err(PledgeFault::Name),
        (Some(name), _) => check_name(name),
    };
    let name = name.map_err(|fault| faults.push(fault)).unwrap_or_default();
    if body.add_ons.len() > ADD_ONS_MAX {
        faults.push(PledgeFault::UnknownAddOn);
    }
    if !faults.is_empty() {
        return Err(refusal(&PlacePledgeError::Invalid(faults)));
    }
    let token = body.payment.token.unwrap_or_else(|| "ok".to_owned());
    if token.chars().count() > TOKEN_CHARS_MAX || token.chars().any(char::is_control) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "payment.token", "no such token"));
    }
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default().to_owned());
    let caller = Caller::Guest { slug: slug.clone(), email: email.clone() };
    let show_as = body.show_as.unwrap_or(if body.name.is_some() { ShowAs::Name } else { ShowAs::Anonymous });
    Ok(PlacePledge {
        wish: PledgeWish {
            amount: Money::new(body.amount_minor, body.currency),
            reward: body.reward_id.map(|id| (id, body.reward_qty.unwrap_or(1))),
            region: body.region,
            add_ons: body.add_ons.into_iter().map(|one| AddOnChoice { id: one.id, qty: one.qty }).collect(),
            method: body.payment.method,
        },
        backer: Backer { user: None, email: Some(email), name, show_as, locale },
        token,
        key: key.map(|key| (caller, key)),
        browser: None,
        slug,
    })
}

/// The field of [`PledgeBody`]; forms have shorter names for some.
const fn field(fault: &PledgeFault) -> &'static str {
    match fault {
        PledgeFault::AmountDigits
        | PledgeFault::AmountDecimals { .. }
        | PledgeFault::AmountTwoReadings { .. }
        | PledgeFault::TooSmall { .. }
        | PledgeFault::TooLarge { .. }
        | PledgeFault::UnderReward { .. } => "amount_minor",
        PledgeFault::UnknownReward | PledgeFault::RewardOver => "reward_id",
        PledgeFault::Quantity => "reward_qty",
        PledgeFault::OverTwint { .. } | PledgeFault::TwintCurrency | PledgeFault::BankTooLate => {
            "payment.method"
        }
        PledgeFault::WrongCurrency { .. }
        | PledgeFault::RegionMissing
        | PledgeFault::UnknownRegion
        | PledgeFault::UnknownAddOn
        | PledgeFault::AddOnQuantity
        | PledgeFault::Email
        | PledgeFault::EmailLocal
        | PledgeFault::Name
        | PledgeFault::NameTooLong
        | PledgeFault::NameIsAddress => fault.field(),
    }
}

fn problem(fault: &PledgeFault) -> FieldProblem {
    FieldProblem { field: field(fault).to_owned(), code: fault.code().to_owned(), detail: fault.to_string() }
}

fn refusal(error: &PlacePledgeError) -> Problem {
    match error {
        PlacePledgeError::Move(cause) => Problem::bug(cause),
        PlacePledgeError::Store(cause) => Problem::unavailable(cause),
        PlacePledgeError::Invalid(faults) => Problem::of_kind(error.kind(), error.code(), error)
            .with_errors(faults.iter().map(problem).collect()),
        other => Problem::of_kind(other.kind(), other.code(), other),
    }
}
