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
    /// Rises when there is something to announce, at most once a minute.
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

    use leptos::ev;
    use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_timeout};
    use leptos::prelude::*;
    use multitude_domain::view::{CampaignSummary, CampaignTotals};
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Event, EventSource, MessageEvent};

    use super::LiveCampaign;

    /// Between two announcements to screen readers.
    const ANNOUNCE_EVERY: Duration = Duration::from_mins(1);
    /// The first wait after the stream has ended, doubled at each further try.
    const WAIT_FIRST_MS: u32 = 3_000;
    const WAIT_MS_MAX: u32 = 5 * 60_000;

    thread_local! {
        /// Who watches on this page.
        static WATCHED: RefCell<Weak<Watcher>> = RefCell::default();
    }

    /// One page's connection; ends with the last island that holds it.
    struct Watcher {
        slug: String,
        summary: ArcRwSignal<CampaignSummary>,
        announced: ArcRwSignal<u32>,
        stream: RefCell<Option<Stream>>,
        watching: Cell<Option<WindowListenerHandle>>,
        wait_ms: Cell<u32>,
        again: Cell<Option<TimeoutHandle>>,
        announcing: Cell<Option<TimeoutHandle>>,
        has_news: Cell<bool>,
    }

    impl Drop for Watcher {
        fn drop(&mut self) {
            if let Some(watching) = self.watching.take() {
                watching.remove();
            }
            close(self);
            cancel(&self.announcing);
        }
    }

    /// An open stream; closed when dropped.
    struct Stream {
        source: EventSource,
        _heard: Closure<dyn FnMut(MessageEvent)>,
        _ended: Closure<dyn FnMut(Event)>,
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
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
            stream: RefCell::default(),
            watching: Cell::default(),
            wait_ms: Cell::new(WAIT_FIRST_MS),
            again: Cell::default(),
            announcing: Cell::default(),
            has_news: Cell::default(),
        });
        WATCHED.set(Rc::downgrade(&watcher));
        // A tab that begins in the background listens once it is looked at.
        if !document().hidden() {
            open(&watcher);
        }
        let seen = Rc::downgrade(&watcher);
        watcher.watching.set(Some(window_event_listener(ev::visibilitychange, move |_| {
            let Some(seen) = seen.upgrade() else { return };
            close(&seen);
            if !document().hidden() {
                open(&seen);
            }
        })));
        watcher
    }

    fn open(watcher: &Rc<Watcher>) {
        let Ok(source) = EventSource::new(&format!("/api/v1/campaigns/{}/live", watcher.slug)) else {
            return;
        };
        let hearing = Rc::downgrade(watcher);
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(hearing) = hearing.upgrade() {
                hear(&hearing, &event);
            }
        });
        let ending = Rc::downgrade(watcher);
        let ended = Closure::<dyn FnMut(Event)>::new(move |_| {
            let Some(ending) = ending.upgrade() else { return };
            // The browser's own way of coming back knows no backing off.
            if let Some(stream) = &*ending.stream.borrow() {
                stream.source.close();
            }
            come_back(&ending);
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        source.set_onerror(Some(ended.as_ref().unchecked_ref()));
        watcher.stream.replace(Some(Stream { source, _heard: heard, _ended: ended }));
    }

    fn close(watcher: &Watcher) {
        cancel(&watcher.again);
        watcher.stream.replace(None);
        watcher.wait_ms.set(WAIT_FIRST_MS);
    }

    fn cancel(timer: &Cell<Option<TimeoutHandle>>) {
        if let Some(timer) = timer.take() {
            timer.clear();
        }
    }

    fn come_back(watcher: &Rc<Watcher>) {
        let wait = watcher.wait_ms.get();
        watcher.wait_ms.set(wait.saturating_mul(2).min(WAIT_MS_MAX));
        let coming = Rc::downgrade(watcher);
        cancel(&watcher.again);
        let open_again = move || {
            if let Some(coming) = coming.upgrade() {
                open(&coming);
            }
        };
        let timer = set_timeout(open_again, Duration::from_millis(wait.into()));
        watcher.again.set(timer.ok());
    }

    fn hear(watcher: &Rc<Watcher>, event: &MessageEvent) {
        let text = event.data().as_string().unwrap_or_default();
        // What a newer server says differently is not understood, and the page stays as it is.
        let Ok(totals) = serde_json::from_str::<CampaignTotals>(&text) else { return };
        watcher.wait_ms.set(WAIT_FIRST_MS);
        let summary = &watcher.summary;
        if summary.with_untracked(|summary| summary.totals() == totals) {
            return;
        }
        summary.update(|summary| summary.set_totals(totals));
        watcher.has_news.set(true);
        announce(watcher);
    }

    /// Says so now, unless something was said within the last minute: then once that minute is over.
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
