//! The server's side of the server functions: one use case each.

use leptos::prelude::*;
use multitude_domain::view::{CampaignSort, CampaignView, DemoRole};
use multitude_platform::campaigns::{self, CampaignQuery, StateGroup};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::ledger::find_campaign_ledger;
use multitude_platform::mail;

use super::{
    BackersView, DemoView, DiscoverFilter, DiscoverView, HomeView, LedgerView, QuestionsView, UpdatesView,
};
use crate::Services;

const NEARLY_THERE: i64 = 3;
/// Less of its goal than this, and a campaign is not nearly there.
const NEARLY_THERE_PERCENT: i64 = 50;
const NEWEST: i64 = 6;
const PAGE: i64 = 24;
/// As many captured mails as one page shows.
const MAILS: i64 = 20;
/// As many backers as one page shows.
const BACKERS: i64 = 120;
/// As many updates or questions as one page shows.
const TALK: i64 = 20;
/// As many records as one page shows.
const RECORDS: i64 = 500;

pub(super) async fn home() -> Result<HomeView, ServerFnError> {
    let services = expect_context::<Services>();
    services.desk.db.read(async |tx| read_home(tx).await).await.map_err(failed)
}

async fn read_home(tx: &mut Tx) -> Result<HomeView, StoreError> {
    let open = |sort, limit| CampaignQuery {
        state: Some(StateGroup::Open.name().to_owned()),
        sort,
        limit,
        ..CampaignQuery::default()
    };
    let mut nearly = campaigns::list_campaigns(tx, &open(CampaignSort::NearlyFunded, NEARLY_THERE)).await?;
    nearly.items.retain(|one| one.reached_percent() >= NEARLY_THERE_PERCENT);
    let newest = campaigns::list_campaigns(tx, &open(CampaignSort::Newest, NEWEST + NEARLY_THERE)).await?;
    let pulse = campaigns::find_pulse(tx).await?;
    let fresh = newest.items.into_iter().filter(|one| !nearly.items.iter().any(|other| other.id == one.id));
    Ok(HomeView {
        newest: fresh.take(usize::try_from(NEWEST).unwrap_or(0)).collect(),
        open_total: nearly.total,
        nearly_there: nearly.items,
        secured: pulse.secured,
        backers: pulse.backers,
        now: tx.now().await?,
    })
}

pub(super) async fn campaign(slug: &str) -> Result<Option<CampaignView>, ServerFnError> {
    let services = expect_context::<Services>();
    services.desk.db.read(async |tx| campaigns::find_campaign(tx, slug).await).await.map_err(failed)
}

pub(super) async fn demo() -> Result<Option<DemoView>, ServerFnError> {
    let services = expect_context::<Services>();
    if !services.facts.is_demo {
        return Ok(None);
    }
    let is_offered = |role: &DemoRole| *role != DemoRole::Operator || !services.facts.is_public_demo;
    let roles: Vec<DemoRole> = DemoRole::ALL.into_iter().filter(is_offered).collect();
    let read = async move |tx: &mut Tx| {
        let query = CampaignQuery {
            state: Some(StateGroup::Open.name().to_owned()),
            limit: PAGE,
            ..CampaignQuery::default()
        };
        let now = tx.now().await?;
        // One whose deadline has just passed may be open for another second.
        let mut open = campaigns::list_campaigns(tx, &query).await?.items.into_iter();
        let next = open.find(|one| one.closes_at.is_some_and(|end| end > now));
        let mails = mail::list_captured(tx, None, MAILS).await?;
        Ok(Some(DemoView { now, next, roles, mails }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

pub(super) async fn backers(slug: String) -> Result<Option<BackersView>, ServerFnError> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let backers = campaigns::list_backers(tx, view.summary.id, BACKERS).await?;
        Ok(Some(BackersView { summary: view.summary, talk: view.talk, backers }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

pub(super) async fn ledger(slug: String) -> Result<Option<LedgerView>, ServerFnError> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let summary = view.summary;
        let ledger = find_campaign_ledger(tx, summary.id, summary.currency, RECORDS).await?;
        Ok(Some(LedgerView { summary, talk: view.talk, ledger }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

pub(super) async fn updates(slug: String, cursor: String) -> Result<Option<UpdatesView>, ServerFnError> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let listing = campaigns::list_updates(tx, view.summary.id, Some(&cursor), TALK).await?;
        let promised = campaigns::find_promised_update(tx, &view).await?;
        Ok(Some(UpdatesView { summary: view.summary, talk: view.talk, listing, promised }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

pub(super) async fn questions(slug: String, cursor: String) -> Result<Option<QuestionsView>, ServerFnError> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let listing = campaigns::list_questions(tx, view.summary.id, Some(&cursor), TALK).await?;
        Ok(Some(QuestionsView { summary: view.summary, talk: view.talk, listing }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

pub(super) async fn discover(filter: DiscoverFilter) -> Result<DiscoverView, ServerFnError> {
    let services = expect_context::<Services>();
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let query = CampaignQuery {
        q: given(filter.q),
        state: given(filter.state),
        topic: given(filter.topic),
        place: None,
        currency: filter.currency.parse().ok(),
        sort: filter.sort,
        cursor: given(filter.cursor),
        limit: PAGE,
    };
    services
        .desk
        .db
        .read(async |tx| {
            Ok(DiscoverView { listing: campaigns::list_campaigns(tx, &query).await?, now: tx.now().await? })
        })
        .await
        .map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(super) fn failed(error: StoreError) -> ServerFnError {
    leptos::logging::error!("a page could not be loaded: {error}");
    ServerFnError::ServerError("unavailable".to_owned())
}
