//! A tab that outlived its build: when an answer of the server carries another build's id, the page loads anew, once, and
//! what was typed and not sent is typed again.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::js_sys::{Function, Promise, Reflect};
use web_sys::{
    Event, EventInit, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, NodeList, Response, Storage,
};

/// Carried by every answer.
const HEADER: &str = "x-build-id";
/// The builds for which this tab has loaded anew: none of them makes it do so again.
const RENEWED: &str = "renewed-for";
const TYPED: &str = "typed";
/// What may be typed into. Secrets, and what nobody types, are left out.
const FIELDS: &str =
    "input:not([type=hidden], [type=password], [type=file], [autocomplete=one-time-code]), textarea";

/// A field as it was typed: its form's address, its name, its value, and whether it was ticked.
type Typed = (String, String, String, bool);

/// From now on looks at the build of every answer, whoever asked; and types again what was typed before.
pub(crate) fn watch() {
    type_again();
    let fetch = Reflect::get(&window(), &"fetch".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    let Some(fetch) = fetch else { return };
    let looked = Closure::<dyn FnMut(JsValue)>::new(|answer: JsValue| look(&answer));
    // Where the network fails, whoever asked is told.
    let failed = Closure::<dyn FnMut(JsValue)>::new(|_: JsValue| ());
    let watched = Closure::<dyn FnMut(JsValue, JsValue) -> Result<Promise, JsValue>>::new(
        move |what: JsValue, how: JsValue| {
            let asked: Promise = fetch.call2(&window(), &what, &how)?.unchecked_into();
            let _ = asked.then2(&looked, &failed);
            Ok(asked)
        },
    );
    // Refused only where the window's functions are frozen: then the tab goes on as it is.
    let _ = Reflect::set(&window(), &"fetch".into(), &watched.into_js_value());
}

fn look(answer: &JsValue) {
    let build = answer.dyn_ref::<Response>().and_then(|answer| answer.headers().get(HEADER).ok().flatten());
    let own = document().document_element().and_then(|root| root.get_attribute("data-build"));
    let (Some(build), Some(own), Some(storage)) = (build, own, storage()) else { return };
    let renewed = storage.get_item(RENEWED).ok().flatten().unwrap_or_default();
    if build == own || renewed.split(' ').any(|done| done == build) {
        return;
    }
    // Where nothing can be kept, loading anew might never end: then the tab goes on as it is.
    if storage.set_item(RENEWED, &format!("{renewed} {build}")).is_ok() {
        keep_typed(&storage);
        // Refused only by a page that is being left.
        let _ = window().location().reload();
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn each<T: wasm_bindgen::JsCast>(nodes: Result<NodeList, JsValue>) -> Vec<T> {
    let Ok(nodes) = nodes else { return Vec::new() };
    (0..nodes.length()).filter_map(|nth| nodes.get(nth)?.dyn_into().ok()).collect()
}

fn forms() -> Vec<HtmlFormElement> {
    each(document().query_selector_all("form[method=post]"))
}

fn keep_typed(storage: &Storage) {
    let mut typed: Vec<Typed> = Vec::new();
    for form in forms() {
        let action = form.get_attribute("action").unwrap_or_default();
        for field in each::<web_sys::Element>(form.query_selector_all(FIELDS)) {
            if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
                if input.value() != input.default_value() || input.checked() != input.default_checked() {
                    typed.push((action.clone(), input.name(), input.value(), input.checked()));
                }
            } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>()
                && area.default_value().is_ok_and(|before| area.value() != before)
            {
                typed.push((action.clone(), area.name(), area.value(), false));
            }
        }
    }
    if let Ok(text) = serde_json::to_string(&typed) {
        // Where there is no room, the form is filled in again by hand.
        let _ = storage.set_item(TYPED, &text);
    }
}

fn type_again() {
    let Some(storage) = storage() else { return };
    let Some(text) = storage.get_item(TYPED).ok().flatten() else { return };
    let _ = storage.remove_item(TYPED);
    let typed: Vec<Typed> = serde_json::from_str(&text).unwrap_or_default();
    for form in forms() {
        let action = form.get_attribute("action").unwrap_or_default();
        let here = typed.iter().filter(|(of, ..)| *of == action);
        for (_, name, value, is_ticked) in here {
            for field in each::<web_sys::Element>(form.query_selector_all(FIELDS)) {
                retype(&field, name, value, *is_ticked);
            }
        }
    }
}

fn retype(field: &web_sys::Element, name: &str, value: &str, is_ticked: bool) {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>().filter(|input| input.name() == name) {
        if !matches!(input.type_().as_str(), "radio" | "checkbox") {
            input.set_value(value);
        } else if input.value() == value {
            input.set_checked(is_ticked);
        } else {
            return;
        }
    } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>().filter(|area| area.name() == name) {
        area.set_value(value);
    } else {
        return;
    }
    let how = EventInit::new();
    how.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &how) {
        let _ = field.dispatch_event(&event);
    }
}
