//! Lists that are filtered where they stand: each choice is an address, whose page has the list in its part.
//! What is typed becomes one entry of the browser's history, each choice one of its own.

use std::cell::RefCell;
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlFormElement, HtmlInputElement, UrlSearchParams};

use super::navigate::{here, swap_part};
use crate::acts::form_pairs;

const FORM: &str = "form[data-filters]";
/// Whoever types is waited for.
const TYPED_AFTER: Duration = Duration::from_millis(250);

thread_local! {
    static TYPING: RefCell<Option<TimeoutHandle>> = const { RefCell::new(None) };
    /// The address that typing has led to.
    static TYPED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Filters at once from now on.
pub(super) fn watch() {
    let typing = window_event_listener(ev::input, |event| {
        let Some(form) = form_of(&event).filter(|_| is_typed(&event)) else { return };
        let apply_typed = move || {
            TYPING.take();
            let to = address(&form);
            // The page may have been left meanwhile.
            if form.is_connected() && to != here() {
                let goes_on = TYPED.with_borrow(|typed| *typed == here());
                TYPED.set(to.clone());
                swap_part(&to, goes_on);
            }
        };
        wait(set_timeout(apply_typed, TYPED_AFTER).ok());
    });
    let chosen = window_event_listener(ev::change, |event| {
        // What is typed was seen to as it was, and what has no name filters nothing.
        if let Some(form) = form_of(&event).filter(|_| !is_typed(&event) && has_name(&event)) {
            apply(&form);
        }
    });
    let sent = window_event_listener(ev::submit, |event| {
        if let Some(form) = form_of(&event) {
            event.prevent_default();
            apply(&form);
        }
    });
    // As long as the document lives.
    std::mem::forget((typing, chosen, sent));
}

fn apply(form: &HtmlFormElement) {
    wait(None);
    let to = address(form);
    if to != here() {
        swap_part(&to, false);
    }
}

fn wait(timer: Option<TimeoutHandle>) {
    if let Some(before) = TYPING.replace(timer) {
        before.clear();
    }
}

/// The filters that something happened in.
fn form_of(event: &Event) -> Option<HtmlFormElement> {
    event.target()?.dyn_into::<Element>().ok()?.closest(FORM).ok()??.dyn_into().ok()
}

fn has_name(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    field.is_some_and(|field| field.has_attribute("name"))
}

fn is_typed(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.type_() == "search")
}

/// The address of what is chosen, without what goes without saying.
fn address(form: &HtmlFormElement) -> String {
    let default = form.get_attribute("data-default").unwrap_or_default();
    let path = form.get_attribute("action").unwrap_or_default();
    let Ok(query) = UrlSearchParams::new() else { return path };
    for (name, value) in form_pairs(form).unwrap_or_default() {
        let value = value.trim();
        if !value.is_empty() && format!("{name}={value}") != default {
            query.append(&name, value);
        }
    }
    let query = String::from(query.to_string());
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
