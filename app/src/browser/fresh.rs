//! Parts of a page that show how campaigns stand. Where one of them has moved the page is asked for anew, and
//! such parts become what it says; nothing else of the page is touched. Words and figures are the server's.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_timeout};
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsValue;
use web_sys::{Element, NodeList};

use super::alike::become_like;
use super::navigate::{here, swap_part};
use super::page::{LoadedPage, each};
use super::stream::Listening;

/// A part that shows a campaign: its name in addresses.
const PART: &str = "data-follows";
/// A part that shows more than the campaign: it is also looked at anew when the reader comes back to the tab.
const RETURNS: &str = "[data-follows][data-returns]";
/// Between two times that a page is asked for, and longer than the server keeps a list.
const PACE: Duration = Duration::from_millis(2_500);
/// Whoever goes on at once, or is still typing what a list is filtered by, takes none of the server's places.
const SETTLED_AFTER: Duration = Duration::from_secs(2);
/// In one stream, as the server counts.
const CAMPAIGNS_MAX: usize = 48;

/// The part of a page, and what it stands at.
const STANDING: &str = "data-standing";

thread_local! {
    /// What the page that is shown follows.
    static FOLLOWING: RefCell<Option<Rc<Following>>> = const { RefCell::new(None) };
}

struct Following {
    /// What was last heard of each campaign.
    told: RefCell<HashMap<String, String>>,
    due: Cell<Option<TimeoutHandle>>,
    beginning: Cell<Option<TimeoutHandle>>,
    listening: RefCell<Option<Rc<Listening>>>,
    returning: Cell<Option<WindowListenerHandle>>,
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(returning) = self.returning.take() {
            returning.remove();
        }
        for timer in [self.due.take(), self.beginning.take()].into_iter().flatten() {
            timer.clear();
        }
    }
}

/// What an event says, as far as it matters here.
#[derive(Deserialize)]
struct Moved {
    slug: String,
}

/// Follows the campaigns of the page that is shown from now on, and no longer those of the one before.
pub(super) fn follow() {
    FOLLOWING.set(None);
    let Ok(parts) = document().query_selector_all(&format!("[{PART}]")) else { return };
    let campaigns: BTreeSet<String> = each::<Element>(parts)
        .iter()
        .filter_map(|part| part.get_attribute(PART))
        .take(CAMPAIGNS_MAX)
        .collect();
    if campaigns.is_empty() {
        return;
    }
    let following = Rc::new(Following {
        told: RefCell::default(),
        due: Cell::default(),
        beginning: Cell::default(),
        listening: RefCell::default(),
        returning: Cell::default(),
    });
    let campaigns = campaigns.into_iter().collect::<Vec<_>>().join(",");
    let beginning = Rc::downgrade(&following);
    let begin = move || {
        let Some(following) = beginning.upgrade() else { return };
        let hearing = Rc::downgrade(&following);
        let path = format!("/api/v1/live?campaigns={campaigns}");
        following.listening.replace(Some(Listening::begin(path, move |text| hear(&hearing, text))));
    };
    following.beginning.set(set_timeout(begin, SETTLED_AFTER).ok());
    let returning = Rc::downgrade(&following);
    following.returning.set(Some(window_event_listener(ev::visibilitychange, move |_| {
        let Some(returning) = returning.upgrade() else { return };
        if !document().hidden() && matches!(document().query_selector(RETURNS), Ok(Some(_))) {
            returning.look_after(Duration::ZERO);
        }
    })));
    FOLLOWING.set(Some(following));
}

/// The first thing that is heard of a campaign is how it stands, which the page shows.
fn hear(following: &Weak<Following>, text: &str) -> bool {
    let (Some(following), Ok(Moved { slug })) = (following.upgrade(), serde_json::from_str(text)) else {
        return false;
    };
    let before = following.told.borrow_mut().insert(slug, text.to_owned());
    if before.is_some_and(|before| before != text) {
        following.look_after(PACE);
    }
    true
}

impl Following {
    /// Asks for the page after a while, unless that is to be done already.
    fn look_after(self: &Rc<Self>, wait: Duration) {
        let due = self.due.take();
        if due.is_some() {
            self.due.set(due);
            return;
        }
        let looking = Rc::downgrade(self);
        let look = move || {
            let Some(looking) = looking.upgrade() else { return };
            looking.due.take();
            let shown = here();
            wasm_bindgen_futures::spawn_local(async move {
                let Some(page) = LoadedPage::load(&shown).await else { return };
                // The reader may have moved on meanwhile.
                if looking.is_shown() && here() == shown {
                    refresh(&page);
                }
            });
        };
        self.due.set(set_timeout(look, wait).ok());
    }

    fn is_shown(self: &Rc<Self>) -> bool {
        FOLLOWING.with_borrow(|shown| shown.as_ref().is_some_and(|shown| Rc::ptr_eq(shown, self)))
    }
}

/// Each part becomes what the page has in its place. Where the page has other parts, they stay as they are; where
/// it says that it stands otherwise, its whole part is shown anew, unless somebody is writing in it.
fn refresh(page: &LoadedPage) {
    let standing = |found: Result<NodeList, JsValue>| {
        each::<Element>(found.ok()?).first().and_then(|part| part.get_attribute(STANDING))
    };
    let whole = format!("[{STANDING}]");
    if standing(document().query_selector_all(&whole)) != standing(page.query(&whole)) {
        if !is_writing() {
            swap_part(&here(), true);
        }
        return;
    }
    let parts = format!("[{PART}]");
    let (Ok(ours), Ok(theirs)) = (document().query_selector_all(&parts), page.query(&parts)) else { return };
    let (ours, theirs) = (each::<Element>(ours), each::<Element>(theirs));
    let name = |part: &Element| part.get_attribute(PART);
    if ours.iter().map(name).ne(theirs.iter().map(name)) {
        return;
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        become_like(ours, theirs);
    }
}

fn is_writing() -> bool {
    let active = document().active_element();
    active.is_some_and(|one| matches!(one.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
