//! Moving on without loading anew: a link's page is asked for and takes the place of the one that is shown,
//! the address and the way back follow, and the reader begins at the new heading. Whatever does not fit is
//! left to the browser.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::js_sys::Function;
use web_sys::{History, ScrollRestoration};

use super::address::Address;
use super::page::{LoadedPage, focus_heading, focus_part};
use crate::acts::free_forms;

/// Where the way to a page leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To a page that comes after this one.
    Onward,
    /// To the same page with another part.
    Within {
        /// Whether it takes the place of this one in the browser's history.
        replaces: bool,
    },
    /// To an entry of the browser's history, by its number here.
    Back(u32),
}

struct Navigator {
    mount: Function,
    /// The page that is shown.
    shown: RefCell<String>,
    /// The number of its entry in the browser's history.
    entry: Cell<u32>,
    /// The largest number so far, as far as this document knows.
    entries: Cell<u32>,
    /// How far down readers were when they left an entry.
    left_at: RefCell<BTreeMap<u32, f64>>,
    /// Rises with each page that is asked for: an answer that comes too late is dropped.
    asked: Cell<u32>,
}

thread_local! {
    /// The one of this document.
    static NAVIGATOR: RefCell<Option<Rc<Navigator>>> = const { RefCell::new(None) };
}

/// Leads on to a path of this site, as a link there would.
pub(crate) fn lead_on(path: &str) {
    let navigator = NAVIGATOR.with_borrow(Clone::clone);
    let origin = window().location().origin().unwrap_or_default();
    match (navigator, Address::of(&format!("{origin}{path}"))) {
        (Some(navigator), Some(to)) => go(&navigator, to, Way::Onward),
        // Refused only by a document that is being left.
        _ => drop(window().location().set_href(path)),
    }
}

/// Shows the part of a page that was asked for anew: it is the one that is shown.
pub(super) fn show_part_of(page: &LoadedPage) {
    if let Some(navigator) = NAVIGATOR.with_borrow(Clone::clone)
        && page.show_part().is_ok()
    {
        super::mount_islands(&navigator.mount);
    }
}

/// Shows another part in this page's frame: that of the page at a path of this site.
pub(super) fn swap_part(path: &str, replaces: bool) {
    let navigator = NAVIGATOR.with_borrow(Clone::clone);
    let origin = window().location().origin().unwrap_or_default();
    match (navigator, Address::of(&format!("{origin}{path}"))) {
        (Some(navigator), Some(to)) => go(&navigator, to, Way::Within { replaces }),
        _ => lead_on(path),
    }
}

/// The path of the page that is shown.
pub(crate) fn here() -> String {
    Address::here().map_or_else(|| "/".to_owned(), |here| here.page)
}

/// Answers clicks on links from now on, and the browser's way back.
pub(super) fn watch(mount: Function) {
    let Some(here) = Address::here() else { return };
    // A page that is loaded anew is in the middle of its history; a new one numbers its first entry.
    let entry = history().and_then(|history| number(&history.state().ok()?)).unwrap_or(0);
    number_entry(entry);
    let navigator = Rc::new(Navigator {
        mount,
        shown: RefCell::new(here.page),
        entry: Cell::new(entry),
        entries: Cell::new(entry),
        left_at: RefCell::default(),
        asked: Cell::new(0),
    });
    NAVIGATOR.set(Some(Rc::clone(&navigator)));
    let clicked = Rc::clone(&navigator);
    let clicks = window_event_listener(ev::click, move |event| {
        let Some(to) = Address::asked(&event) else { return };
        let is_here = *clicked.shown.borrow() == to.page;
        if !is_here || to.place.is_empty() {
            event.prevent_default();
            go(&clicked, to, Way::Onward);
        } else {
            // The browser itself leads to the place.
            clicked.leave();
        }
    });
    let came_back = window_event_listener(ev::popstate, move |event| {
        let Some(to) = Address::here() else { return };
        let entry = number(&event.state());
        if *navigator.shown.borrow() == to.page {
            navigator.stay(entry);
        } else {
            go(&navigator, to, Way::Back(entry.unwrap_or(0)));
        }
    });
    // What is loaded anew later is scrolled by the browser again.
    let left = window_event_listener(ev::pagehide, |_| scroll_restoration(ScrollRestoration::Auto));
    // A document that the browser kept as it was left has forms that were on their way.
    let restored = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            free_forms();
        }
    });
    // As long as the document lives.
    std::mem::forget((clicks, came_back, left, restored));
}

/// The number of an entry; none where it was not made here.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn number(state: &JsValue) -> Option<u32> {
    state.as_f64().map(|number| number as u32)
}

/// Gives the entry that is shown a number.
fn number_entry(entry: u32) {
    if let Some(history) = history() {
        // Refused only by a document that is gone, or one that asks too often; then the entry counts as the
        // first.
        let _ = history.replace_state(&JsValue::from_f64(entry.into()), "");
    }
}

fn history() -> Option<History> {
    window().history().ok()
}

fn scroll_restoration(how: ScrollRestoration) {
    if let Some(history) = history() {
        // Refused only by a document that is gone.
        let _ = history.set_scroll_restoration(how);
    }
}

fn go(navigator: &Rc<Navigator>, to: Address, way: Way) {
    let asked = navigator.asked.get().wrapping_add(1);
    navigator.asked.set(asked);
    navigator.leave();
    scroll_restoration(ScrollRestoration::Manual);
    set_waiting(true);
    let navigator = Rc::clone(navigator);
    wasm_bindgen_futures::spawn_local(async move {
        let page = LoadedPage::load(&to.page).await;
        if navigator.asked.get() != asked {
            return;
        }
        set_waiting(false);
        let is_shown = page.is_some_and(|page| navigator.arrive(&page, &to, way).is_ok());
        if !is_shown {
            leave_to_browser(&to, way);
        }
    });
}

impl Navigator {
    /// Remembers how far down the reader is.
    fn leave(&self) {
        let left_at = window().scroll_y().unwrap_or(0.0);
        self.left_at.borrow_mut().insert(self.entry.get(), left_at);
    }

    /// The address is again that of the page that is shown: whatever was asked for meanwhile is not wanted
    /// any more. The entry is one of its places; without a number it is a new one.
    fn stay(&self, entry: Option<u32>) {
        self.asked.set(self.asked.get().wrapping_add(1));
        set_waiting(false);
        let Some(entry) = entry else {
            let entry = self.entries.get().wrapping_add(1);
            number_entry(entry);
            self.entries.set(entry);
            self.entry.set(entry);
            return;
        };
        if entry == self.entry.get() {
            return;
        }
        self.leave();
        self.entry.set(entry);
        if let Some(down) = self.left_at.borrow().get(&entry) {
            window().scroll_to_with_x_and_y(0.0, *down);
        }
    }

    fn arrive(&self, page: &LoadedPage, to: &Address, way: Way) -> Result<(), JsValue> {
        let at = Address::of(&page.href).ok_or(JsValue::NULL)?;
        let keeps_frame = match way {
            Way::Within { .. } => {
                page.show_part()?;
                true
            }
            Way::Onward | Way::Back(_) => page.show()?,
        };
        let entry = match way {
            Way::Back(entry) => entry,
            Way::Onward | Way::Within { .. } if Address::here().is_some_and(|here| here.page == at.page) => {
                self.entry.get()
            }
            Way::Within { replaces: true } => {
                let entry = self.entry.get();
                let href = Address { page: at.page.clone(), place: String::new() }.href();
                window().history()?.replace_state_with_url(
                    &JsValue::from_f64(entry.into()),
                    "",
                    Some(&href),
                )?;
                entry
            }
            Way::Onward | Way::Within { replaces: false } => {
                let entry = self.entries.get().wrapping_add(1);
                let href = Address { page: at.page.clone(), place: to.place.clone() }.href();
                let history = window().history()?;
                history.push_state_with_url(&JsValue::from_f64(entry.into()), "", Some(&href))?;
                self.entries.set(entry);
                entry
            }
        };
        self.entry.set(entry);
        self.shown.replace(at.page);
        super::mount_islands(&self.mount);
        match way {
            // The reader is at what they chose.
            Way::Within { .. } => return Ok(()),
            Way::Onward | Way::Back(_) if keeps_frame => focus_part(),
            Way::Onward | Way::Back(_) => focus_heading(),
        }
        match (way, to.place.strip_prefix('#')) {
            (Way::Onward, Some(place)) => {
                if let Some(place) = document().get_element_by_id(place) {
                    place.scroll_into_view();
                }
            }
            // Within a frame readers stay where they are.
            (Way::Onward, None) if keeps_frame => {}
            (Way::Within { .. }, _) => {}
            (Way::Onward, None) => window().scroll_to_with_x_and_y(0.0, 0.0),
            (Way::Back(entry), _) => {
                let down = self.left_at.borrow().get(&entry).copied().unwrap_or(0.0);
                window().scroll_to_with_x_and_y(0.0, down);
            }
        }
        Ok(())
    }
}

/// For styles: a page that takes its time is seen to come.
fn set_waiting(is_waiting: bool) {
    if let Some(root) = document().document_element() {
        // Refused only by a broken name.
        let _ = root.toggle_attribute_with_force("data-waiting", is_waiting);
    }
}

fn leave_to_browser(to: &Address, way: Way) {
    let location = window().location();
    // Refused only by a document that is being left.
    let _ = match way {
        Way::Onward | Way::Within { .. } => location.set_href(&to.href()),
        // The address is that page's already.
        Way::Back(_) => location.reload(),
    };
}
