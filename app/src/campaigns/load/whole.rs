//! A campaign and its tabs, as anybody may see them, and one that is not public.

use leptos::prelude::*;
use multitude_domain::campaigns::PromisedUpdate;
use multitude_domain::id::UserId;
use multitude_domain::view::{BackerView, BackingView, CampaignView, Listing, QuestionView, UpdateView};
use multitude_platform::campaigns::{self, UnpublishedCampaign, find_unpublished};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::keys::Keys;
use multitude_platform::pledges::find_backing;

use crate::Services;
use crate::kit::asking::{signed_in, whoever};
use crate::kit::loaded::{Failed, failed};

/// As many backers as one page shows.
const BACKERS: i64 = 120;
/// As many updates or questions as one page shows.
const TALK: i64 = 20;

/// A campaign, and what whoever asks backs it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FramedCampaign {
    /// The campaign.
    pub view: CampaignView,
    /// What whoever asks backs it with.
    pub backing: Option<BackingView>,
}

/// What a campaign is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutView {
    /// The campaign.
    pub campaign: FramedCampaign,
    /// What its team has said last since it was missed.
    pub closing_words: Option<UpdateView>,
}

/// Finds a campaign that anybody may see, for whoever asks. For those who are not signed in it is one
/// statement.
pub(crate) async fn find_framed(
    tx: &mut Tx,
    own: Option<&(Keys, UserId)>,
    slug: &str,
) -> Result<Option<FramedCampaign>, StoreError> {
    let Some(view) = campaigns::find_campaign(tx, slug).await? else { return Ok(None) };
    let backing = match own {
        Some((keys, user)) => find_backing(tx, keys, *user, view.summary.id).await?,
        None => None,
    };
    Ok(Some(FramedCampaign { view, backing }))
}

/// What finds the receipts of whoever asks, where they are signed in.
pub(crate) fn own() -> Option<(Keys, UserId)> {
    let own = signed_in()?;
    Some((expect_context::<Services>().desk.keys.clone(), own.user))
}

/// Who backs a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackersView {
    /// The campaign.
    pub campaign: FramedCampaign,
    /// How many newer backers stand on the pages before.
    pub skipped: u32,
    /// One page of its backers.
    pub listing: Listing<BackerView>,
}

/// How a campaign goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatesView {
    /// The campaign.
    pub campaign: FramedCampaign,
    /// One page of its updates.
    pub listing: Listing<UpdateView>,
    /// The next one that is due.
    pub promised: PromisedUpdate,
}

/// What readers ask a campaign's team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionsView {
    /// The campaign.
    pub campaign: FramedCampaign,
    /// One page of the questions to it.
    pub listing: Listing<QuestionView>,
}

/// Loads a campaign that anybody may see. For those who are not signed in it is one statement, unless it was
/// missed.
pub(crate) async fn load_campaign(slug: String) -> Result<Option<AboutView>, Failed> {
    let (services, own) = (expect_context::<Services>(), own());
    let db = &services.desk.db;
    let found = match &own {
        None => db.glance(async |tx| find_about(tx, None, &slug).await).await,
        Some(_) => db.read(async |tx| find_about(tx, own.as_ref(), &slug).await).await,
    };
    found.map_err(failed)
}

async fn find_about(
    tx: &mut Tx,
    own: Option<&(Keys, UserId)>,
    slug: &str,
) -> Result<Option<AboutView>, StoreError> {
    let Some(campaign) = find_framed(tx, own, slug).await? else { return Ok(None) };
    let summary = &campaign.view.summary;
    let closing_words = if summary.is_missed() {
        let newest = campaigns::list_updates(tx, summary.id, None, 1).await?.items.pop();
        newest.filter(|update| summary.closes_at.is_some_and(|end| update.at >= end))
    } else {
        None
    };
    Ok(Some(AboutView { campaign, closing_words }))
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
    let (services, own) = (expect_context::<Services>(), own());
    let skipped = cursor.parse().unwrap_or(0);
    let read = async move |tx: &mut Tx| {
        let Some(campaign) = find_framed(tx, own.as_ref(), &slug).await? else { return Ok(None) };
        let listing = campaigns::list_backers(tx, campaign.view.summary.id, skipped, BACKERS).await?;
        Ok(Some(BackersView { campaign, skipped, listing }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads a page of the updates of a campaign that anybody may see.
pub(crate) async fn load_updates(slug: String, cursor: String) -> Result<Option<UpdatesView>, Failed> {
    let (services, own) = (expect_context::<Services>(), own());
    let read = async move |tx: &mut Tx| {
        let Some(campaign) = find_framed(tx, own.as_ref(), &slug).await? else { return Ok(None) };
        let listing = campaigns::list_updates(tx, campaign.view.summary.id, Some(&cursor), TALK).await?;
        let promised = campaigns::find_promised_update(tx, &campaign.view).await?;
        Ok(Some(UpdatesView { campaign, listing, promised }))
    };
    services.desk.db.read(read).await.map_err(failed)
}

/// Loads a page of the questions about a campaign that anybody may see.
pub(crate) async fn load_questions(slug: String, cursor: String) -> Result<Option<QuestionsView>, Failed> {
    let (services, own) = (expect_context::<Services>(), own());
    let read = async move |tx: &mut Tx| {
        let Some(campaign) = find_framed(tx, own.as_ref(), &slug).await? else { return Ok(None) };
        let listing = campaigns::list_questions(tx, campaign.view.summary.id, Some(&cursor), TALK).await?;
        Ok(Some(QuestionsView { campaign, listing }))
    };
    services.desk.db.read(read).await.map_err(failed)
}
