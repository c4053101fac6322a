//! A campaign's totals as they move while somebody watches: the browser listens to the server's stream as long as the
//! page is seen. Without scripts, or without the stream, the page stays as it was loaded.

use leptos::prelude::*;
use multitude_domain::view::CampaignSummary;

/// A campaign that moves, and what screen readers are told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveCampaign {
    pub(crate) summary: RwSignal<CampaignSummary>,
    /// Rises when there is something to announce, at most once a minute.
    pub(crate) announced: RwSignal<u32>,
}

/// Follows a campaign for as long as the page that shows it lives.
pub(crate) fn follow(summary: CampaignSummary) -> LiveCampaign {
    let live = LiveCampaign { summary: RwSignal::new(summary), announced: RwSignal::new(0) };
    #[cfg(feature = "hydrate")]
    browser::follow(live);
    live
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::ev;
    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout};
    use leptos::prelude::*;
    use multitude_domain::view::CampaignTotals;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Event, EventSource, MessageEvent};

    use super::LiveCampaign;

    /// Between two announcements to screen readers.
    const ANNOUNCE_EVERY: Duration = Duration::from_mins(1);
    /// The first wait after the stream has ended, doubled at each further try.
    const WAIT_FIRST_MS: u32 = 3_000;
    const WAIT_MS_MAX: u32 = 5 * 60_000;

    /// One page's connection.
    struct Follower {
        live: LiveCampaign,
        address: String,
        stream: RefCell<Option<Stream>>,
        wait_ms: Cell<u32>,
        again: Cell<Option<TimeoutHandle>>,
        announcing: Cell<Option<TimeoutHandle>>,
        has_news: Cell<bool>,
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

    pub(super) fn follow(live: LiveCampaign) {
        let slug = live.summary.with_untracked(|summary| summary.slug.clone());
        let follower = Rc::new(Follower {
            live,
            address: format!("/api/v1/campaigns/{slug}/live"),
            stream: RefCell::default(),
            wait_ms: Cell::new(WAIT_FIRST_MS),
            again: Cell::default(),
            announcing: Cell::default(),
            has_news: Cell::default(),
        });
        open(&follower);
        let seen = Rc::clone(&follower);
        let watching = window_event_listener(ev::visibilitychange, move |_| {
            close(&seen);
            if !document().hidden() {
                open(&seen);
            }
        });
        let follower = send_wrapper::SendWrapper::new(follower);
        on_cleanup(move || {
            watching.remove();
            close(&follower);
            cancel(&follower.announcing);
        });
    }

    fn open(follower: &Rc<Follower>) {
        let Ok(source) = EventSource::new(&follower.address) else { return };
        let hearing = Rc::clone(follower);
        let heard =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| hear(&hearing, &event));
        let ending = Rc::clone(follower);
        let ended = Closure::<dyn FnMut(Event)>::new(move |_| {
            // The browser's own way of coming back knows no backing off.
            if let Some(stream) = &*ending.stream.borrow() {
                stream.source.close();
            }
            come_back(&ending);
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        source.set_onerror(Some(ended.as_ref().unchecked_ref()));
        follower.stream.replace(Some(Stream { source, _heard: heard, _ended: ended }));
    }

    fn close(follower: &Follower) {
        cancel(&follower.again);
        follower.stream.replace(None);
        follower.wait_ms.set(WAIT_FIRST_MS);
    }

    fn cancel(timer: &Cell<Option<TimeoutHandle>>) {
        if let Some(timer) = timer.take() {
            timer.clear();
        }
    }

    fn come_back(follower: &Rc<Follower>) {
        let wait = follower.wait_ms.get();
        follower.wait_ms.set(wait.saturating_mul(2).min(WAIT_MS_MAX));
        let coming = Rc::clone(follower);
        cancel(&follower.again);
        let timer = set_timeout(move || open(&coming), Duration::from_millis(wait.into()));
        follower.again.set(timer.ok());
    }

    fn hear(follower: &Rc<Follower>, event: &MessageEvent) {
        let text = event.data().as_string().unwrap_or_default();
        // What a newer server says differently is not understood, and the page stays as it is.
        let Ok(totals) = serde_json::from_str::<CampaignTotals>(&text) else { return };
        follower.wait_ms.set(WAIT_FIRST_MS);
        let summary = follower.live.summary;
        if summary.with_untracked(|summary| summary.totals() == totals) {
            return;
        }
        summary.update(|summary| summary.set_totals(totals));
        follower.has_news.set(true);
        announce(follower);
    }

    /// Says so now, unless something was said within the last minute: then once that minute is over.
    fn announce(follower: &Rc<Follower>) {
        let timer = follower.announcing.take();
        if timer.is_some() {
            follower.announcing.set(timer);
            return;
        }
        if !follower.has_news.take() {
            return;
        }
        follower.live.announced.update(|said| *said = said.wrapping_add(1));
        let next = Rc::clone(follower);
        let timer = set_timeout(
            move || {
                next.announcing.take();
                announce(&next);
            },
            ANNOUNCE_EVERY,
        );
        follower.announcing.set(timer.ok());
    }
}
