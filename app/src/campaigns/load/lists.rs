//! Campaigns that anybody may see, as home and the list show them.

use std::sync::Arc;

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::CampaignId;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{CampaignSort, CampaignSummary, Listing, UpdateView};
use multitude_platform::campaigns::{self, CampaignQuery, Facets, StateGroup};
use multitude_platform::db::{StoreError, Tx};

use crate::Services;
use crate::kit::loaded::{Failed, failed};

const NEARLY_THERE: usize = 3;
/// Among so many of the nearest one in the reader's language is looked for.
const NEARLY_LOOKED_AT: i64 = 12;
/// Less of its goal than this, and a campaign is not nearly there.
const NEARLY_THERE_PERCENT: i64 = 50;
/// With the one that the page begins with.
const NEARLY_SHOWN: i64 = 4;
const LOCAL: i64 = 3;
const NEWEST: i64 = 6;
/// So many stand in a row.
pub(crate) const ROW: usize = 3;
const COLLECTING: i64 = 3;
const PAGE: i64 = 24;
const TOPICS: usize = 12;

/// What the home page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeView {
    /// What the page begins with: nearest to its goal of those in the reader's language, or of all.
    pub lead: Option<CampaignSummary>,
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
    /// Collected by campaigns that were funded, by currency, and how many these are.
    pub collected: Vec<(Currency, i64, i64)>,
    /// One that was funded and has delivered.
    pub built: Option<BuiltView>,
    /// Codes of topics, the most frequent first.
    pub topics: Vec<String>,
    /// The time at which this was true.
    pub now: Timestamp,
}

/// A campaign that was funded and has delivered: what was wrong, and what its team said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What was wrong.
    pub problem: String,
    /// What its team told last, where it told anything.
    pub told: Option<UpdateView>,
}

/// A list of campaigns at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverView {
    /// The campaigns.
    pub listing: Listing<CampaignSummary>,
    /// What the list can be narrowed by.
    pub facets: Arc<Facets>,
    /// Where nothing is found: how many there are without one of the choices, in the order of
    /// [`DiscoverFilter::loosened`].
    pub loosened: Vec<i64>,
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
    /// The code of the language that they are told in.
    pub lang: String,
    /// The order.
    pub sort: CampaignSort,
    /// Where the page begins.
    pub cursor: String,
}

/// Loads the home page.
pub(crate) async fn load_home(locale: Locale) -> Result<HomeView, Failed> {
    let services = expect_context::<Services>();
    let db = &services.desk.db;
    let facets = services.facets.get(db).await?;
    let topics: Vec<String> = facets.topics.iter().take(TOPICS).cloned().collect();
    db.read(async move |tx| read_home(tx, locale, topics).await).await.map_err(failed)
}

async fn read_home(tx: &mut Tx, locale: Locale, topics: Vec<String>) -> Result<HomeView, StoreError> {
    let open = |sort, limit| CampaignQuery {
        state: Some(StateGroup::Open.name().to_owned()),
        sort,
        limit,
        ..CampaignQuery::default()
    };
    let mut nearly =
        campaigns::list_campaigns(tx, &open(CampaignSort::NearlyFunded, NEARLY_LOOKED_AT)).await?;
    nearly.items.retain(|one| (NEARLY_THERE_PERCENT..100).contains(&one.reached_percent()));
    let of_reader = nearly.items.iter().position(|one| one.locale == locale).unwrap_or(0);
    let lead = (of_reader < nearly.items.len()).then(|| nearly.items.remove(of_reader));
    nearly.items.truncate(NEARLY_THERE);
    let mut shown: Vec<CampaignId> = nearly.items.iter().chain(&lead).map(|one| one.id).collect();
    let mut unshown = |list: Vec<CampaignSummary>, most: i64| {
        let fresh = list.into_iter().filter(|one| !shown.contains(&one.id));
        let fresh: Vec<_> = fresh.take(usize::try_from(most).unwrap_or(0)).collect();
        shown.extend(fresh.iter().map(|one| one.id));
        fresh
    };
    let local = unshown(campaigns::list_in_language(tx, locale, LOCAL + NEARLY_SHOWN).await?, LOCAL);
    let newest = open(CampaignSort::Newest, NEWEST + LOCAL + NEARLY_SHOWN);
    let mut newest = unshown(campaigns::list_campaigns(tx, &newest).await?.items, NEWEST);
    // Rows are full: what would stand alone in the last one is a click away.
    if newest.len() > ROW {
        newest.truncate(newest.len() - newest.len() % ROW);
    }
    let charging = CampaignQuery {
        state: Some(CampaignState::Collecting.name().to_owned()),
        limit: COLLECTING,
        ..CampaignQuery::default()
    };
    let collecting = campaigns::list_campaigns(tx, &charging).await?.items;
    let pulse = campaigns::find_pulse(tx).await?;
    let built = find_built(tx).await?;
    Ok(HomeView {
        lead,
        built,
        collected: pulse.collected,
        topics,
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

/// The newest that has delivered.
async fn find_built(tx: &mut Tx) -> Result<Option<BuiltView>, StoreError> {
    let delivered = CampaignQuery {
        state: Some(CampaignState::Completed.name().to_owned()),
        sort: CampaignSort::Newest,
        limit: 1,
        ..CampaignQuery::default()
    };
    let Some(summary) = campaigns::list_campaigns(tx, &delivered).await?.items.pop() else { return Ok(None) };
    let Some(campaign) = campaigns::find_campaign(tx, &summary.slug).await? else { return Ok(None) };
    let told = campaigns::list_updates(tx, summary.id, None, 1).await?.items.pop();
    Ok(Some(BuiltView { summary, problem: campaign.problem, told }))
}

impl DiscoverFilter {
    /// The same without one of its choices, for each that it makes.
    pub(crate) fn loosened(&self) -> Vec<Self> {
        let without: [fn(&mut Self) -> &mut String; 6] = [
            |filter| &mut filter.q,
            |filter| &mut filter.topic,
            |filter| &mut filter.place,
            |filter| &mut filter.state,
            |filter| &mut filter.currency,
            |filter| &mut filter.lang,
        ];
        let loosen = |choice: fn(&mut Self) -> &mut String| {
            let mut rest = Self { cursor: String::new(), ..self.clone() };
            let taken = core::mem::take(choice(&mut rest));
            (!taken.is_empty()).then_some(rest)
        };
        without.into_iter().filter_map(loosen).collect()
    }

    fn query(&self) -> CampaignQuery {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        CampaignQuery {
            q: given(&self.q),
            state: given(&self.state),
            topic: given(&self.topic),
            place: given(&self.place),
            currency: self.currency.parse().ok(),
            locale: self.lang.parse().ok(),
            sort: self.sort,
            cursor: given(&self.cursor),
            limit: PAGE,
        }
    }
}

/// Loads a list of campaigns.
pub(crate) async fn load_discover(filter: DiscoverFilter) -> Result<DiscoverView, Failed> {
    let services = expect_context::<Services>();
    let db = &services.desk.db;
    let facets = services.facets.get(db).await?;
    let read = async |tx: &mut Tx| {
        let listing = campaigns::list_campaigns(tx, &filter.query()).await?;
        let mut loosened = Vec::new();
        if listing.total == 0 {
            for rest in filter.loosened() {
                let rest = CampaignQuery { limit: 1, ..rest.query() };
                loosened.push(campaigns::list_campaigns(tx, &rest).await?.total);
            }
        }
        Ok::<_, StoreError>((listing, loosened, tx.now().await?))
    };
    let (listing, loosened, now) = db.read(read).await.map_err(failed)?;
    Ok(DiscoverView { listing, facets, loosened, now })
}
