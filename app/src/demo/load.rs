//! The demo world: its time, its roles, its mails.

use leptos::prelude::*;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{CampaignSummary, CapturedMailView, DemoRole};
use multitude_platform::accounts::SignedIn;
use multitude_platform::campaigns::{self, CampaignQuery, StateGroup};
use multitude_platform::db::Tx;
use multitude_platform::mail::{self, Captured};

use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};
use crate::{Services, SiteFacts};

/// As many open campaigns as the next to close is looked for in.
const OPEN: i64 = 24;
/// As many captured mails as one page shows.
const MAILS: i64 = 60;

/// What the demo world's own page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoView {
    /// What time it is there.
    pub now: Timestamp,
    /// The campaign that closes next.
    pub next: Option<CampaignSummary>,
    /// Whether visitors move its clock: where others reach it only its machine does.
    pub is_clock_open: bool,
    /// As whom it can be entered.
    pub roles: Vec<DemoRole>,
    /// The newest mails.
    pub mails: Vec<CapturedMailView>,
}

/// Which captured mails somebody sees: all of them where only this machine reaches the demo world, else those
/// to their own account. What a browser says it asked for, anybody can say.
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
    let is_clock_open = !services.facts.is_public_demo;
    let seen = captured_for(&services.facts, whoever().as_ref());
    let read = async move |tx: &mut Tx| {
        let query = CampaignQuery {
            state: Some(StateGroup::Open.name().to_owned()),
            limit: OPEN,
            ..CampaignQuery::default()
        };
        let now = tx.now().await?;
        // One whose deadline has just passed may be open for another second.
        let mut open = campaigns::list_campaigns(tx, &query).await?.items.into_iter();
        let next = open.find(|one| one.closes_at.is_some_and(|end| end > now));
        let mails = mail::list_captured(tx, &seen, MAILS).await?;
        Ok(Some(DemoView { now, next, is_clock_open, roles, mails }))
    };
    services.desk.db.read(read).await.map_err(failed)
}
