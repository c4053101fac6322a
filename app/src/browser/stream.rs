//! Listening to the server for as long as a page is seen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_timeout};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

/// The first wait after a stream has ended, doubled at each further try.
const WAIT_FIRST_MS: u32 = 3_000;
const WAIT_MS_MAX: u32 = 5 * 60_000;

/// Listens to one stream of server-sent events; ends when dropped. A tab in the background does not listen.
pub(crate) struct Listening {
    path: String,
    /// Takes what an event carries; says whether it was understood.
    hear: Box<dyn Fn(&str) -> bool>,
    stream: RefCell<Option<Stream>>,
    watching: Cell<Option<WindowListenerHandle>>,
    wait_ms: Cell<u32>,
    again: Cell<Option<TimeoutHandle>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(watching) = self.watching.take() {
            watching.remove();
        }
        self.close();
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

impl Listening {
    /// Listens to what stands at a path of this site from now on.
    pub(crate) fn begin(path: String, hear: impl Fn(&str) -> bool + 'static) -> Rc<Self> {
        let listening = Rc::new(Self {
            path,
            hear: Box::new(hear),
            stream: RefCell::default(),
            watching: Cell::default(),
            wait_ms: Cell::new(WAIT_FIRST_MS),
            again: Cell::default(),
        });
        // A tab that begins in the background listens once it is looked at.
        if !document().hidden() {
            listening.open();
        }
        let seen = Rc::downgrade(&listening);
        listening.watching.set(Some(window_event_listener(ev::visibilitychange, move |_| {
            let Some(seen) = seen.upgrade() else { return };
            seen.close();
            if !document().hidden() {
                seen.open();
            }
        })));
        listening
    }

    fn open(self: &Rc<Self>) {
        let Ok(source) = EventSource::new(&self.path) else { return };
        let hearing = Rc::downgrade(self);
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(hearing) = hearing.upgrade() else { return };
            // What a newer server says differently is not understood, and the page stays as it is.
            if (hearing.hear)(&event.data().as_string().unwrap_or_default()) {
                hearing.wait_ms.set(WAIT_FIRST_MS);
            }
        });
        let ending = Rc::downgrade(self);
        let ended = Closure::<dyn FnMut(Event)>::new(move |_| {
            let Some(ending) = ending.upgrade() else { return };
            // The browser's own way of coming back knows no backing off.
            if let Some(stream) = &*ending.stream.borrow() {
                stream.source.close();
            }
            ending.come_back();
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        source.set_onerror(Some(ended.as_ref().unchecked_ref()));
        self.stream.replace(Some(Stream { source, _heard: heard, _ended: ended }));
    }

    fn close(&self) {
        if let Some(timer) = self.again.take() {
            timer.clear();
        }
        self.stream.replace(None);
        self.wait_ms.set(WAIT_FIRST_MS);
    }

    fn come_back(self: &Rc<Self>) {
        let wait = self.wait_ms.get();
        self.wait_ms.set(wait.saturating_mul(2).min(WAIT_MS_MAX));
        let coming = Rc::downgrade(self);
        let open_again = move || {
            if let Some(coming) = coming.upgrade() {
                coming.open();
            }
        };
        let timer = set_timeout(open_again, Duration::from_millis(wait.into()));
        if let Some(before) = self.again.replace(timer.ok()) {
            before.clear();
        }
    }
}
