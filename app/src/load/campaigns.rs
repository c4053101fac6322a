//! What everybody may see: campaigns and lists of them, their tabs, the demo world's own page.

use std::sync::Arc;

use leptos::prelude::*;
use multitude_domain::campaign::{CampaignState, PromisedUpdate};
use multitude_domain::id::CampaignId;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{
    BackerView, CampaignLedgerView, CampaignSort, CampaignSummary, CampaignView, CapturedMailView, DemoRole,
    Listing, QuestionView, TalkCounts, UpdateView,
};
use multitude_platform::accounts::SignedIn;
use multitude_platform::campaigns::{
    self, CampaignQuery, Facets, StateGroup, UnpublishedCampaign, find_unpublished,
};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::ledger::find_campaign_ledger_end;
use multitude_platform::mail::{self, Captured};

use super::asking::whoever;
use super::{Failed, failed};
use crate::{Services, SiteFacts};

const NEARLY_THERE: i64 = 3;
/// Less of its goal than this, and a campaign is not nearly there.
const NEARLY_THERE_PERCENT: i64 = 50;
const LOCAL: i64 = 3;
const NEWEST: i64 = 6;
const COLLECTING: i64 = 3;
const PAGE: i64 = 24;
/// As many captured mails as one page shows.
const MAILS: i64 = 60;
/// As many backers as one page shows.
const BACKERS: i64 = 120;
/// As many updates or questions as one page shows.
const TALK: i64 = 20;
/// As many records as one page shows: the newest.
const RECORDS: i64 = 50;

/// What the home page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeView {
    /// Below their goal, and nearest to it.
    pub nearly_there: Vec<CampaignSummary>,
    /// Told in the reader's language, without those above.
    pub local: Vec<CampaignSummary>,
    /// The latest to open, without those above.
    pub newest: Vec<CampaignSummary>,
    /// Those that reached their goal and charge their backers now.
    pub collecting: Vec<CampaignSummary>,
    /// Open campaigns in all.
    pub open_total: i64,
    /// Secured in open campaigns, by currency.
    pub secured: Vec<(Currency, i64)>,
    /// Backers of open campaigns.
    pub backers: i64,
    /// The time at which this was true.
    pub now: Timestamp,
}

/// A list of campaigns at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverView {
    /// The campaigns.
    pub listing: Listing<CampaignSummary>,
    /// What the list can be narrowed by.
    pub facets: Arc<Facets>,
    /// The time at which this was true.
    pub now: Timestamp,
}

/// What a reader looks for, as it stands in the address. Empty texts do not filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiscoverFilter {
    /// Words.
    pub q: String,
    /// A state's name, or a group's.
    pub state: String,
    /// A topic's code.
    pub topic: String,
    /// A place, as the campaigns write it.
    pub place: String,
    /// A currency's code.
    pub currency: String,
    /// The order.
    pub sort: CampaignSort,
    /// Where the page begins.
    pub cursor: String,
}

/// What the demo world's own page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoView {
    /// What time it is there.
    pub now: Timestamp,
    /// The campaign that closes next.
    pub next: Option<CampaignSummary>,
    /// As whom it can be entered.
    pub roles: Vec<DemoRole>,
    /// The newest mails.
    pub mails: Vec<CapturedMailView>,
}

/// Who backs a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackersView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// How many newer backers stand on the pages before.
    pub skipped: u32,
    /// One page of its backers.
    pub listing: Listing<BackerView>,
}

/// Where a campaign's money is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// Its books.
    pub ledger: CampaignLedgerView,
}

/// How a campaign goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatesView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// One page of its updates.
    pub listing: Listing<UpdateView>,
    /// The next one that is due.
    pub promised: PromisedUpdate,
}

/// What readers ask a campaign's team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionsView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// One page of the questions to it.
    pub listing: Listing<QuestionView>,
}

/// Loads the home page.
pub(crate) async fn load_home(locale: Locale) -> Result<HomeView, Failed> {
    let services = expect_context::<Services>();
    services.desk.db.read(async |tx| read_home(tx, locale).await).await.map_err(failed)
}

async fn read_home(tx: &mut Tx, locale: Locale) -> Result<HomeView, StoreError> {
    let open = |sort, limit| CampaignQuery {
        state: Some(StateGroup::Open.name().to_owned()),
        sort,
        limit,
        ..CampaignQuery::default()
    };
    let mut nearly = campaigns::list_campaigns(tx, &open(CampaignSort::NearlyFunded, NEARLY_THERE)).await?;
    nearly.items.retain(|one| one.reached_percent() >= NEARLY_THERE_PERCENT);
    let mut shown: Vec<CampaignId> = nearly.items.iter().map(|one| one.id).collect();
    let mut unshown = |list: Vec<CampaignSummary>, most: i64| {
        let fresh = list.into_iter().filter(|one| !shown.contains(&one.id));
        let fresh: Vec<_> = fresh.take(usize::try_from(most).unwrap_or(0)).collect();
        shown.extend(fresh.iter().map(|one| one.id));
        fresh
    };
    let local = unshown(campaigns::list_in_language(tx, locale, LOCAL + NEARLY_THERE).await?, LOCAL);
    let newest = open(CampaignSort::Newest, NEWEST + LOCAL + NEARLY_THERE);
    let newest = unshown(campaigns::list_campaigns(tx, &newest).await?.items, NEWEST);
    let charging = CampaignQuery {
        state: Some(CampaignState::Collecting.name().to_owned()),
        limit: COLLECTING,
        ..CampaignQuery::default()
    };
    let collecting = campaigns::list_campaigns(tx, &charging).await?.items;
    let pulse = campaigns::find_pulse(tx).await?;
    Ok(HomeView {
        collecting,
        local,
        newest,
        open_total: nearly.total,
        nearly_there: nearly.items,
        secured: pulse.secured,
        backers: pulse.backers,
        now: tx.now().await?,
    })
}

/// Loads a campaign that anybody may see.
pub(crate) async fn load_campaign(slug: String) -> Result<Option<CampaignView>, Failed> {
    let services = expect_context::<Services>();
    services.desk.db.glance(async |tx| campaigns::find_campaign(tx, &slug).await).await.map_err(failed)
}

/// Loads a campaign that is not public, for whoever may see it.
pub(crate) async fn load_unpublished(slug: String) -> Result<Option<UnpublishedCampaign>, Failed> {
    let services = expect_context::<Services>();
    let Some(own) = whoever() else { return Ok(None) };
    let found = services.desk.db.read(async move |tx| find_unpublished(tx, &own.actor(), &slug).await);
    found.await.map_err(failed)
}

/// Which captured mails somebody sees: all of them where only this machine reaches the demo world, else those to their own
/// account. What a browser says it asked for, anybody can say.
pub fn captured_for(facts: &SiteFacts, whoever: Option<&SignedIn>) -> Captured {
    match whoever {
        _ if !facts.is_public_demo => Captured::All,
        Some(own) => Captured::To(own.email.clone()),
        None => Captured::None,
    }
}

/// Loads the demo world's own page; nothing outside the demo world.
pub(crate) async fn load_demo() -> Result<Option<DemoView>, Failed> {
    let services = expect_context::<Services>();
    if !services.facts.is_demo {
        return Ok(None);
    }
    let is_offered = |role: &DemoRole| *role != DemoRole::Operator || !services.facts.is_public_demo;
    let roles: Vec<DemoRole> = DemoRole::ALL.into_iter().filter(is_offered).collect();
    let seen = captured_for(&services.facts, whoever().as_ref());
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
        let mails = mail::list_captured(tx, &seen, MAILS).await?;
        Ok(Some(DemoView { now, next, roles, mails }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads who backs a campaign that anybody may see.
pub(crate) async fn load_backers(slug: String, cursor: String) -> Result<Option<BackersView>, Failed> {
    let services = expect_context::<Services>();
    let skipped = cursor.parse().unwrap_or(0);
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let listing = campaigns::list_backers(tx, view.summary.id, skipped, BACKERS).await?;
        Ok(Some(BackersView { summary: view.summary, talk: view.talk, skipped, listing }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads the books of a campaign that anybody may see.
pub(crate) async fn load_ledger(slug: String) -> Result<Option<LedgerView>, Failed> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let summary = view.summary;
        let ledger = find_campaign_ledger_end(tx, summary.id, summary.currency, RECORDS).await?;
        Ok(Some(LedgerView { summary, talk: view.talk, ledger }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads a page of the updates of a campaign that anybody may see.
pub(crate) async fn load_updates(slug: String, cursor: String) -> Result<Option<UpdatesView>, Failed> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let listing = campaigns::list_updates(tx, view.summary.id, Some(&cursor), TALK).await?;
        let promised = campaigns::find_promised_update(tx, &view).await?;
        Ok(Some(UpdatesView { summary: view.summary, talk: view.talk, listing, promised }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads a page of the questions about a campaign that anybody may see.
pub(crate) async fn load_questions(slug: String, cursor: String) -> Result<Option<QuestionsView>, Failed> {
    let services = expect_context::<Services>();
    let read = async move |tx: &mut Tx| {
        let Some(view) = campaigns::find_campaign(tx, &slug).await? else { return Ok(None) };
        let listing = campaigns::list_questions(tx, view.summary.id, Some(&cursor), TALK).await?;
        Ok(Some(QuestionsView { summary: view.summary, talk: view.talk, listing }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads a list of campaigns.
pub(crate) async fn load_discover(filter: DiscoverFilter) -> Result<DiscoverView, Failed> {
    let services = expect_context::<Services>();
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let query = CampaignQuery {
        q: given(filter.q),
        state: given(filter.state),
        topic: given(filter.topic),
        place: given(filter.place),
        currency: filter.currency.parse().ok(),
        sort: filter.sort,
        cursor: given(filter.cursor),
        limit: PAGE,
    };
    let db = &services.desk.db;
    let facets = services.facets.get(db).await?;
    let read = async |tx: &mut Tx| {
        let listing = campaigns::list_campaigns(tx, &query).await?;
        Ok::<_, StoreError>((listing, tx.now().await?))
    };
    let (listing, now) = db.read(read).await.map_err(failed)?;
    Ok(DiscoverView { listing, facets, now })
}
