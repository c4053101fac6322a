//! What pages show. Reads only, by GET.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use multitude_domain::campaign::PromisedUpdate;
use multitude_domain::money::Currency;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{
    BackerView, CampaignLedgerView, CampaignSort, CampaignSummary, CampaignView, CapturedMailView, DemoRole,
    Listing, QuestionView, TalkCounts, UpdateView,
};
use serde::{Deserialize, Serialize};

/// What the home page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// Below their goal, and nearest to it.
    pub nearly_there: Vec<CampaignSummary>,
    /// The latest to open, without those above.
    pub newest: Vec<CampaignSummary>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscoverView {
    /// The campaigns.
    pub listing: Listing<CampaignSummary>,
    /// The time at which this was true.
    pub now: Timestamp,
}

/// What a reader looks for, as it stands in the address. Empty texts do not filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscoverFilter {
    /// Words.
    pub q: String,
    /// A state's name, or a group's.
    pub state: String,
    /// A topic's code.
    pub topic: String,
    /// A currency's code.
    pub currency: String,
    /// The order.
    pub sort: CampaignSort,
    /// Where the page begins.
    pub cursor: String,
}

/// What the demo world's own page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackersView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// The newest of its backers.
    pub backers: Vec<BackerView>,
}

/// Where a campaign's money is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// Its books.
    pub ledger: CampaignLedgerView,
}

/// How a campaign goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionsView {
    /// The campaign.
    pub summary: CampaignSummary,
    /// What its other tabs count.
    pub talk: TalkCounts,
    /// One page of the questions to it.
    pub listing: Listing<QuestionView>,
}

/// Loads the home page.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/home", input = GetUrl)]
pub async fn load_home() -> Result<HomeView, ServerFnError> {
    super::doors::home().await
}

/// Loads a list of campaigns.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/discover", input = GetUrl)]
pub async fn load_discover(filter: DiscoverFilter) -> Result<DiscoverView, ServerFnError> {
    super::doors::discover(filter).await
}

/// Loads a campaign that anybody may see.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/campaign", input = GetUrl)]
pub async fn load_campaign(slug: String) -> Result<Option<CampaignView>, ServerFnError> {
    super::doors::campaign(&slug).await
}

/// Loads who backs a campaign that anybody may see.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/backers", input = GetUrl)]
pub async fn load_backers(slug: String) -> Result<Option<BackersView>, ServerFnError> {
    super::doors::backers(slug).await
}

/// Loads a page of the updates of a campaign that anybody may see.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/updates", input = GetUrl)]
pub async fn load_updates(slug: String, cursor: String) -> Result<Option<UpdatesView>, ServerFnError> {
    super::doors::updates(slug, cursor).await
}

/// Loads a page of the questions about a campaign that anybody may see.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/questions", input = GetUrl)]
pub async fn load_questions(slug: String, cursor: String) -> Result<Option<QuestionsView>, ServerFnError> {
    super::doors::questions(slug, cursor).await
}

/// Loads the books of a campaign that anybody may see.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/ledger", input = GetUrl)]
pub async fn load_ledger(slug: String) -> Result<Option<LedgerView>, ServerFnError> {
    super::doors::ledger(slug).await
}

/// Loads the demo world's own page; nothing outside the demo world.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/demo", input = GetUrl)]
pub async fn load_demo() -> Result<Option<DemoView>, ServerFnError> {
    super::doors::demo().await
}
