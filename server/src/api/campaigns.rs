//! Campaigns, one and many.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use multitude_app::Services;
use multitude_domain::campaign::CampaignState;
use multitude_domain::money::Currency;
use multitude_domain::view::{CampaignSort, CampaignSummary, CampaignView};
use multitude_platform::campaigns::{CampaignQuery, PAGE_ITEMS_MAX, find_campaign, list_campaigns};
use serde::{Deserialize, Serialize};

use super::conditional;
use super::problem::Problem;

const PAGE_ITEMS: i64 = 24;

/// A campaign. Amounts are minor units of its currency; instants are RFC 3339 in UTC.
#[derive(Debug, Serialize)]
pub(super) struct CampaignBody {
    id: String,
    slug: String,
    title: String,
    one_liner: String,
    locale: &'static str,
    topic: String,
    place: String,
    team: String,
    state: CampaignState,
    currency: Currency,
    goal_minor: i64,
    secured_minor: i64,
    pledged_minor: i64,
    matched_minor: i64,
    collected_minor: i64,
    backers: i64,
    opens_at: Option<String>,
    closes_at: Option<String>,
}

/// A reward and how many are left; null where it is unlimited.
#[derive(Debug, Serialize)]
pub(super) struct RewardBody {
    id: String,
    title: String,
    price_minor: i64,
    left: Option<i64>,
    regions: Vec<RegionBody>,
}

/// Where a reward is sent.
#[derive(Debug, Serialize)]
pub(super) struct RegionBody {
    region: String,
    shipping_minor: i64,
}

/// An add-on and how many are left; null where it is unlimited.
#[derive(Debug, Serialize)]
pub(super) struct AddOnBody {
    id: String,
    title: String,
    price_minor: i64,
    left: Option<i64>,
}

/// A campaign with what it offers.
#[derive(Debug, Serialize)]
pub(super) struct WholeCampaignBody {
    #[serde(flatten)]
    campaign: CampaignBody,
    rewards: Vec<RewardBody>,
    add_ons: Vec<AddOnBody>,
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(super) struct PageBody {
    items: Vec<CampaignBody>,
    next_cursor: Option<String>,
    total: i64,
}

/// What narrows a list.
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    state: Option<String>,
    q: Option<String>,
    topic: Option<String>,
    place: Option<String>,
    currency: Option<Currency>,
    sort: Option<CampaignSort>,
    limit: Option<i64>,
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
            goal_minor: one.goal_minor,
            secured_minor: one.secured_minor,
            pledged_minor: one.pledged_minor,
            matched_minor: one.matched_minor,
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
        Self { campaign: view.summary.into(), rewards: rewards.collect(), add_ons: add_ons.collect() }
    }
}

/// `GET /campaigns/{slug}`.
pub(super) async fn show(
    State(services): State<Services>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = services.desk.db.read(async move |tx| find_campaign(tx, &slug).await).await?;
    let body: WholeCampaignBody = found.ok_or_else(Problem::no_campaign)?.into();
    conditional::json(&headers, &body)
}

/// `GET /campaigns`.
pub(super) async fn list(
    State(services): State<Services>,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) =
        query.map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "query", error.body_text()))?;
    let query = CampaignQuery {
        q: query.q,
        state: query.state,
        topic: query.topic,
        place: query.place,
        currency: query.currency,
        sort: query.sort.unwrap_or_default(),
        cursor: query.cursor,
        limit: query.limit.unwrap_or(PAGE_ITEMS).clamp(1, PAGE_ITEMS_MAX),
    };
    let page = services.desk.db.read(async move |tx| list_campaigns(tx, &query).await).await?;
    let body = PageBody {
        items: page.items.into_iter().map(CampaignBody::from).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    };
    conditional::json(&headers, &body)
}
