//! Parts of a page that show how campaigns stand. Where one of them has moved the page is asked for anew, and
//! such parts become what it says; nothing else of the page is touched. Words and figures are the server's.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_timeout};
use leptos::prelude::*;
use multitude_domain::view::CampaignTotals;
use serde::Deserialize;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlInputElement, NodeList};

use super::alike::become_like;
use super::navigate::{here, show_part_of};
use super::page::{LoadedPage, each};
use super::stream::Listening;

/// A part that shows a campaign which may move: its name in addresses.
const FOLLOWS: &str = "data-follows";
/// A part that shows a campaign, moving or not any more.
const SHOWS: &str = "data-shows";
/// The totals that such a part shows.
const TOTALS: &str = "data-totals";
/// A part that shows more than the campaign: it is also looked at anew when the reader comes back to the tab.
const RETURNS: &str = "[data-follows][data-returns]";
/// Between two times that a page is asked for, and longer than the server keeps a list.
const PACE: Duration = Duration::from_millis(2_500);
/// Whoever goes on at once, or is still typing what a list is filtered by, takes none of the server's places.
const SETTLED_AFTER: Duration = Duration::from_secs(2);
/// What the server keeps for a while may be older than what was heard: it is asked for so often.
const LOOKS_MAX: u32 = 3;
/// In one stream, as the server counts.
const CAMPAIGNS_MAX: usize = 48;

/// The part of a page, and what it stands at.
const STANDING: &str = "data-standing";

thread_local! {
    /// What the page that is shown follows.
    static FOLLOWING: RefCell<Option<Rc<Following>>> = const { RefCell::new(None) };
}

struct Following {
    /// The totals that were last heard of each campaign.
    told: RefCell<HashMap<String, String>>,
    /// How often it was looked since something was heard.
    looks: Cell<u32>,
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
    #[serde(flatten)]
    totals: CampaignTotals,
}

/// Follows the campaigns of the page that is shown from now on, and no longer those of the one before.
pub(super) fn follow() {
    FOLLOWING.set(None);
    let Ok(parts) = document().query_selector_all(&format!("[{FOLLOWS}]")) else { return };
    let campaigns: BTreeSet<String> = each::<Element>(parts)
        .iter()
        .filter_map(|part| part.get_attribute(FOLLOWS))
        .take(CAMPAIGNS_MAX)
        .collect();
    if campaigns.is_empty() {
        return;
    }
    let following = Rc::new(Following {
        told: RefCell::default(),
        looks: Cell::default(),
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

fn hear(following: &Weak<Following>, text: &str) -> bool {
    let (Some(following), Ok(Moved { slug, totals })) = (following.upgrade(), serde_json::from_str(text))
    else {
        return false;
    };
    following.told.borrow_mut().insert(slug, totals.mark());
    following.looks.set(0);
    if following.is_behind() {
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
                    looking.look_again();
                }
            });
        };
        self.due.set(set_timeout(look, wait).ok());
    }

    fn look_again(self: &Rc<Self>) {
        let looks = self.looks.get().saturating_add(1);
        self.looks.set(looks);
        if looks < LOOKS_MAX && self.is_behind() {
            self.look_after(PACE);
        }
    }

    /// Whether a part shows other totals than were heard.
    fn is_behind(&self) -> bool {
        let Ok(parts) = document().query_selector_all(&format!("[{FOLLOWS}]")) else { return false };
        let told = self.told.borrow();
        each::<Element>(parts).iter().any(|part| {
            let heard = part.get_attribute(FOLLOWS).and_then(|slug| told.get(&slug));
            heard.is_some_and(|heard| part.get_attribute(TOTALS).as_ref() != Some(heard))
        })
    }

    fn is_shown(self: &Rc<Self>) -> bool {
        FOLLOWING.with_borrow(|shown| shown.as_ref().is_some_and(|shown| Rc::ptr_eq(shown, self)))
    }
}

/// Each part becomes what the page says of the same campaign; what the page does not show stays as it is. Where it
/// says that it stands otherwise, its whole part is shown anew, unless somebody is writing in it.
fn refresh(page: &LoadedPage) {
    let first = |found: Result<NodeList, JsValue>| each::<Element>(found.ok()?).into_iter().next();
    let whole = format!("[{STANDING}]");
    if let Some(ours) = first(document().query_selector_all(&whole)) {
        // A page that says something else, such as that the database is away, shows nothing that is newer.
        let Some(theirs) = first(page.query(&whole)) else { return };
        if ours.get_attribute(STANDING) != theirs.get_attribute(STANDING) {
            if !is_writing() {
                show_part_of(page);
            }
            return;
        }
    }
    let parts = format!("[{SHOWS}]");
    let (Ok(ours), Ok(theirs)) = (document().query_selector_all(&parts), page.query(&parts)) else { return };
    let mut theirs = each::<Element>(theirs);
    for ours in each::<Element>(ours) {
        let slug = ours.get_attribute(SHOWS);
        // A campaign may be shown twice: the first of ours is the first of theirs.
        if let Some(nth) = theirs.iter().position(|one| one.get_attribute(SHOWS) == slug) {
            become_like(&ours, &theirs.remove(nth));
        }
    }
}

/// Whether somebody is in a field, or has left one with something in it that was not sent.
fn is_writing() -> bool {
    let active = document().active_element();
    let is_in_one =
        active.is_some_and(|one| matches!(one.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    let fields = document().query_selector_all("[data-part] input").map(each::<HtmlInputElement>);
    is_in_one || fields.is_ok_and(|fields| fields.iter().any(|one| one.value() != one.default_value()))
}
