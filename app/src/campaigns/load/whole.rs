//! A campaign and its tabs, as anybody may see them, and one that is not public.

use leptos::prelude::*;
use multitude_domain::campaigns::PromisedUpdate;
use multitude_domain::view::{
    BackerView, CampaignSummary, CampaignView, Listing, QuestionView, TalkCounts, UpdateView,
};
use multitude_platform::campaigns::{self, UnpublishedCampaign, find_unpublished};
use multitude_platform::db::Tx;

use crate::Services;
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};

/// As many backers as one page shows.
const BACKERS: i64 = 120;
/// As many updates or questions as one page shows.
const TALK: i64 = 20;

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
