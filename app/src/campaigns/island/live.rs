//! A campaign's totals as they move while somebody watches: the browser listens to the server's stream as
//! long as the page is seen. Without scripts, or without the stream, the page stays as it was loaded.

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use multitude_domain::campaigns::CampaignState;
use multitude_domain::view::CampaignSummary;

/// A campaign that moves, and what screen readers are told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LiveCampaign {
    pub(super) summary: RwSignal<CampaignSummary>,
    /// Rises when there is something to announce, at most once in ten seconds.
    pub(super) announced: RwSignal<u32>,
}

/// Watches a campaign for as long as the island that shows it lives. Islands of one campaign share a stream.
#[cfg(feature = "hydrate")]
pub(super) fn watch(summary: CampaignSummary) -> LiveCampaign {
    browser::watch(summary)
}

/// On the server nothing moves.
#[cfg(not(feature = "hydrate"))]
pub(super) fn watch(summary: CampaignSummary) -> LiveCampaign {
    LiveCampaign { summary: RwSignal::new(summary), announced: RwSignal::new(0) }
}

/// How many back a campaign, as the page was rendered and, where another island watches the campaign, as it
/// moves on.
#[cfg(feature = "hydrate")]
pub(super) fn backers(slug: &str, rendered: i64) -> Signal<i64> {
    match browser::watched(slug) {
        Some(live) => Signal::derive(move || live.summary.with(|summary| summary.backers)),
        None => Signal::stored(rendered),
    }
}

/// On the server nothing moves.
#[cfg(not(feature = "hydrate"))]
pub(super) fn backers(_: &str, rendered: i64) -> Signal<i64> {
    Signal::stored(rendered)
}

/// Whether a campaign that was open as the page was rendered is open still.
#[cfg(feature = "hydrate")]
pub(super) fn is_open(slug: &str) -> Signal<bool> {
    match browser::watched(slug) {
        Some(live) => {
            Signal::derive(move || live.summary.with(|summary| summary.state == CampaignState::Live))
        }
        None => Signal::stored(true),
    }
}

/// On the server nothing moves.
#[cfg(not(feature = "hydrate"))]
pub(super) fn is_open(_: &str) -> Signal<bool> {
    Signal::stored(true)
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::rc::{Rc, Weak};
    use std::time::Duration;

    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout};
    use leptos::prelude::*;
    use multitude_domain::view::{CampaignSummary, CampaignTotals};

    use super::LiveCampaign;
    use crate::browser::Listening;

    /// Between two announcements to screen readers.
    const ANNOUNCE_EVERY: Duration = Duration::from_secs(10);

    thread_local! {
        /// Who watches on this page.
        static WATCHED: RefCell<Weak<Watcher>> = RefCell::default();
    }

    /// One page's connection; ends with the last island that holds it.
    struct Watcher {
        slug: String,
        summary: ArcRwSignal<CampaignSummary>,
        announced: ArcRwSignal<u32>,
        listening: RefCell<Option<Rc<Listening>>>,
        announcing: Cell<Option<TimeoutHandle>>,
        has_news: Cell<bool>,
    }

    impl Drop for Watcher {
        fn drop(&mut self) {
            if let Some(timer) = self.announcing.take() {
                timer.clear();
            }
        }
    }

    pub(super) fn watch(summary: CampaignSummary) -> LiveCampaign {
        watched(&summary.slug).unwrap_or_else(|| hold(begin(summary)))
    }

    /// A campaign that an island of this page watches already.
    pub(super) fn watched(slug: &str) -> Option<LiveCampaign> {
        WATCHED.with_borrow(Weak::upgrade).filter(|one| one.slug == slug).map(hold)
    }

    /// Keeps the connection for as long as the island lives.
    fn hold(watcher: Rc<Watcher>) -> LiveCampaign {
        let live = LiveCampaign {
            summary: watcher.summary.clone().into(),
            announced: watcher.announced.clone().into(),
        };
        let watcher = send_wrapper::SendWrapper::new(watcher);
        on_cleanup(move || drop(watcher));
        live
    }

    fn begin(summary: CampaignSummary) -> Rc<Watcher> {
        let watcher = Rc::new(Watcher {
            slug: summary.slug.clone(),
            summary: ArcRwSignal::new(summary),
            announced: ArcRwSignal::new(0),
            listening: RefCell::default(),
            announcing: Cell::default(),
            has_news: Cell::default(),
        });
        WATCHED.set(Rc::downgrade(&watcher));
        let hearing = Rc::downgrade(&watcher);
        let path = format!("/api/v1/campaigns/{}/live", watcher.slug);
        let listening =
            Listening::begin(path, move |text| hearing.upgrade().is_some_and(|hearing| hear(&hearing, text)));
        watcher.listening.replace(Some(listening));
        watcher
    }

    fn hear(watcher: &Rc<Watcher>, text: &str) -> bool {
        let Ok(totals) = serde_json::from_str::<CampaignTotals>(text) else { return false };
        let summary = &watcher.summary;
        if summary.with_untracked(|summary| summary.totals() != totals) {
            summary.update(|summary| summary.set_totals(totals));
            watcher.has_news.set(true);
            announce(watcher);
        }
        true
    }

    /// Says so now, unless something was said just before: then once it may be.
    fn announce(watcher: &Rc<Watcher>) {
        let timer = watcher.announcing.take();
        if timer.is_some() {
            watcher.announcing.set(timer);
            return;
        }
        if !watcher.has_news.take() {
            return;
        }
        watcher.announced.update(|said| *said = said.wrapping_add(1));
        let next = Rc::downgrade(watcher);
        let announce_next = move || {
            let Some(next) = next.upgrade() else { return };
            next.announcing.take();
            announce(&next);
        };
        let timer = set_timeout(announce_next, ANNOUNCE_EVERY);
        watcher.announcing.set(timer.ok());
    }
}
