//! Campaigns, one and many.
#![expect(unused_qualifications, reason = "what describes a route to the document writes some")]

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use multitude_app::Services;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::view::{CampaignSort, CampaignSummary, CampaignView};
use multitude_platform::campaigns::{
    CampaignQuery, PAGE_ITEMS_MAX, find_campaign, is_cursor, is_state, list_campaigns,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, senseless};
use super::{conditional, schema};
use crate::problem::{Problem, ProblemBody};

const PAGE_ITEMS: i64 = 24;

/// A campaign. Amounts are minor units of its currency; instants are RFC 3339 in UTC.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CampaignBody {
    #[schema(format = Uuid)]
    id: String,
    /// Its name in addresses; never changes.
    slug: String,
    title: String,
    one_liner: String,
    /// The language it is written in.
    #[schema(value_type = schema::Locale)]
    locale: &'static str,
    /// A topic's code.
    topic: String,
    place: String,
    team: String,
    #[schema(value_type = schema::CampaignState)]
    state: CampaignState,
    #[schema(value_type = schema::Currency)]
    currency: Currency,
    /// `all_or_nothing`; `flexible`, where whatever is secured at the deadline is collected; or
    /// `minimum_and_optimum`.
    model: &'static str,
    /// What must be reached, or the minimum.
    goal_minor: i64,
    /// The second goal; null where there is none.
    optimum_minor: Option<i64>,
    /// Confirmed by a provider, or arrived.
    secured_minor: i64,
    /// Promised, not yet secured.
    pledged_minor: i64,
    /// Reserved or paid by match pools.
    matched_minor: i64,
    /// What was matched when its deadline decided, where it has: what is reached stands still from then on.
    decided_match_minor: Option<i64>,
    /// Captured, less refunds and chargebacks.
    collected_minor: i64,
    /// How many pledges are in `secured_minor`.
    backers: i64,
    #[schema(format = DateTime)]
    opens_at: Option<String>,
    /// Pledging ends with this second.
    #[schema(format = DateTime)]
    closes_at: Option<String>,
}

/// A reward and how many are left; null where it is unlimited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RewardBody {
    #[schema(format = Uuid)]
    id: String,
    title: String,
    price_minor: i64,
    left: Option<i64>,
    regions: Vec<RegionBody>,
}

/// Where a reward is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegionBody {
    region: String,
    /// What sending one there costs.
    shipping_minor: i64,
}

/// An add-on and how many are left; null where it is unlimited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferedAddOnBody)]
pub(super) struct AddOnBody {
    #[schema(format = Uuid)]
    id: String,
    title: String,
    price_minor: i64,
    left: Option<i64>,
}

/// A promise for what comes in beyond the goal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StretchGoalBody {
    amount_minor: i64,
    label: String,
}

/// A campaign with what it offers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeCampaignBody {
    #[serde(flatten)]
    campaign: CampaignBody,
    stretch_goals: Vec<StretchGoalBody>,
    rewards: Vec<RewardBody>,
    add_ons: Vec<AddOnBody>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PageBody {
    items: Vec<CampaignBody>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// How many there are on all pages.
    total: i64,
}

/// What narrows a list. A parameter without a value is as none.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// A state's name; or `open`, `soon`, `reached` or `over` for several, `ending_soon` for open ones that
    /// close within a week, `nearly_funded` for those with three quarters of their goal or more.
    state: Option<String>,
    /// Words to search for.
    q: Option<String>,
    /// A topic's code, in whatever case.
    topic: Option<String>,
    /// A place, in whatever case and spelling.
    place: Option<String>,
    #[param(value_type = Option<schema::Currency>, inline)]
    currency: Option<Currency>,
    /// The language that they are told in.
    #[param(value_type = Option<schema::Locale>, inline)]
    locale: Option<Locale>,
    #[param(value_type = Option<schema::CampaignSort>, inline)]
    sort: Option<CampaignSort>,
    /// How many a page holds.
    #[param(minimum = 1, maximum = 60, default = 24)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl From<CampaignSummary> for CampaignBody {
    fn from(one: CampaignSummary) -> Self {
        Self {
            id: one.id.to_string(),
            slug: one.slug,
            title: one.title,
            one_liner: one.one_liner,
            locale: one.locale.code(),
            topic: one.topic,
            place: one.place,
            team: one.team_name,
            state: one.state,
            currency: one.currency,
            model: one.model.name(),
            goal_minor: one.goal_minor,
            optimum_minor: one.model.optimum_minor(),
            secured_minor: one.secured_minor,
            pledged_minor: one.pledged_minor,
            matched_minor: one.matched_minor,
            decided_match_minor: one.decided_match_minor,
            collected_minor: one.collected_minor,
            backers: one.backers,
            opens_at: one.opens_at.map(|at| at.to_string()),
            closes_at: one.closes_at.map(|at| at.to_string()),
        }
    }
}

impl From<CampaignView> for WholeCampaignBody {
    fn from(view: CampaignView) -> Self {
        let rewards = view.rewards.into_iter().map(|one| RewardBody {
            id: one.id.to_string(),
            title: one.title,
            price_minor: one.price_minor,
            left: one.left,
            regions: one
                .regions
                .into_iter()
                .map(|one| RegionBody { region: one.region, shipping_minor: one.shipping_minor })
                .collect(),
        });
        let add_ons = view.add_ons.into_iter().map(|one| AddOnBody {
            id: one.id.to_string(),
            title: one.title,
            price_minor: one.price_minor,
            left: one.left,
        });
        let stretch_goals = view
            .stretch_goals
            .into_iter()
            .map(|one| StretchGoalBody { amount_minor: one.amount_minor, label: one.label });
        Self {
            campaign: view.summary.into(),
            stretch_goals: stretch_goals.collect(),
            rewards: rewards.collect(),
            add_ons: add_ons.collect(),
        }
    }
}

/// One campaign with what it offers.
#[utoipa::path(
    get,
    operation_id = "show_campaign",
    path = "/campaigns/{slug}",
    params(("slug" = String, Path, description = "its name in addresses")),
    responses(
        (status = 200, body = WholeCampaignBody, headers(("ETag" = String))),
        (status = 304, description = "If-None-Match names what it would be"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no such campaign")
    )
)]
pub(super) async fn show(
    State(services): State<Services>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = services.desk.db.glance(async move |tx| find_campaign(tx, &slug).await).await?;
    let body: WholeCampaignBody = found.ok_or_else(Problem::no_campaign)?.into();
    conditional::json(&headers, &body)
}

/// Public campaigns, a page at a time.
#[utoipa::path(
    get,
    operation_id = "list_campaigns",
    path = "/campaigns",
    params(ListQuery),
    responses(
        (status = 200, body = PageBody, headers(("ETag" = String))),
        (status = 304, description = "If-None-Match names what it would be"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "the query makes no sense")
    )
)]
pub(super) async fn list(
    State(services): State<Services>,
    headers: HeaderMap,
    Asked(query): Asked<ListQuery>,
) -> Result<Response, Problem> {
    if query.limit.is_some_and(|limit| !(1..=PAGE_ITEMS_MAX).contains(&limit)) {
        return Err(senseless(format!("limit is a number from 1 to {PAGE_ITEMS_MAX}")));
    }
    if query.state.as_deref().is_some_and(|state| !is_state(state)) {
        return Err(senseless("state is the name of a public state or of a group of them".to_owned()));
    }
    if query.cursor.as_deref().is_some_and(|cursor| !is_cursor(cursor)) {
        return Err(senseless("cursor is the next_cursor of the page before".to_owned()));
    }
    let query = CampaignQuery {
        q: query.q,
        state: query.state,
        topic: query.topic,
        place: query.place,
        currency: query.currency,
        locale: query.locale,
        sort: query.sort.unwrap_or_default(),
        cursor: query.cursor,
        limit: query.limit.unwrap_or(PAGE_ITEMS),
    };
    let page = services.desk.db.read(async move |tx| list_campaigns(tx, &query).await).await?;
    let body = PageBody {
        items: page.items.into_iter().map(CampaignBody::from).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    };
    conditional::json(&headers, &body)
}
