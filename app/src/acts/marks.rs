//! A form of the server's, in the browser: what it holds, and the marks at its fields. They are those that
//! the server writes (`kit/field.rs`), so that a page looks the same whoever found the fault.

use leptos::prelude::*;
use multitude_domain::fault::{Fault, Said};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::js_sys::Array;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::{Pairs, fault_text, field_of};
use crate::i18n::{Texts, whole_title, words};
use crate::kit::{Icon, IconName};

/// Whether it is on its way.
const BUSY: &str = "data-busy";

/// Everything that a form holds.
pub(crate) fn pairs(form: &HtmlFormElement) -> Option<Pairs> {
    let data: JsValue = FormData::new_with_form(form).ok()?.into();
    let pairs = Array::from(&data);
    let read = |pair: JsValue| {
        let pair = Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    Some(pairs.iter().filter_map(read).collect())
}

pub(super) fn is_busy(form: &HtmlFormElement) -> bool {
    form.has_attribute(BUSY)
}

/// A form on its way takes no second press; its buttons say so and keep the focus.
pub(super) fn set_busy(form: &HtmlFormElement, is_busy: bool) {
    // Refused only by a broken name.
    let _ = form.toggle_attribute_with_force(BUSY, is_busy);
    for button in all(form, "button") {
        let _ = if is_busy {
            button.set_attribute("aria-disabled", "true")
        } else {
            button.remove_attribute("aria-disabled")
        };
    }
}

/// Lets every form of the document be sent again.
pub(crate) fn free_forms() {
    let Ok(busy) = document().query_selector_all(&format!("form[{BUSY}]")) else { return };
    for nth in 0..busy.length() {
        if let Some(form) = busy.get(nth).and_then(|one| one.dyn_into::<HtmlFormElement>().ok()) {
            set_busy(&form, false);
        }
    }
}

/// Takes every mark off.
pub(super) fn clear(form: &HtmlFormElement) {
    for note in all(form, ".field__error") {
        note.remove();
    }
    for container in all(form, "[data-error]") {
        let _ = container.remove_attribute("data-error");
    }
    for control in all(form, "[aria-invalid]") {
        let _ = control.remove_attribute("aria-invalid");
    }
    for control in all(form, "[aria-describedby]") {
        forget_note(&control);
    }
}

/// What described an error describes nothing any more.
fn forget_note(control: &Element) {
    let described = control.get_attribute("aria-describedby").unwrap_or_default();
    let kept: Vec<&str> = described.split(' ').filter(|id| !id.ends_with("-error")).collect();
    let _ = if kept.iter().all(|id| id.is_empty()) {
        control.remove_attribute("aria-describedby")
    } else {
        control.set_attribute("aria-describedby", &kept.join(" "))
    };
}

/// Marks the fields that are wrong, and no others. What is hidden in a fold is opened.
pub(super) fn mark(form: &HtmlFormElement, faults: &[Fault]) {
    clear(form);
    for fault in faults {
        // What a form does not show is in the summary.
        let _ = mark_one(fault);
    }
}

/// Marks one field as it is by now: wrong, or no longer so.
pub(super) fn mark_field(name: &str, faults: &[Fault]) {
    let note = format!("field-{name}-error");
    if let Some(note) = document().get_element_by_id(&note) {
        note.remove();
    }
    if let Some(control) = document().get_element_by_id(&format!("field-{name}")) {
        let around = control.closest(".field").ok().flatten();
        // Refused only by a broken name.
        let _ = around.map(|around| around.remove_attribute("data-error"));
        let _ = control.remove_attribute("aria-invalid");
        forget_note(&control);
    }
    if let Some(fault) = faults.iter().find(|fault| field_of(fault) == name) {
        // What a form does not show cannot be left.
        let _ = mark_one(fault);
    }
}

/// Whether none of the fields that are wrong is on this page.
pub(super) fn shows_none(faults: &[Fault]) -> bool {
    let is_shown = |fault| document().get_element_by_id(&format!("field-{}", field_of(fault))).is_some();
    !faults.is_empty() && !faults.iter().any(is_shown)
}

fn mark_one(fault: &Fault) -> Result<(), JsValue> {
    let name = field_of(fault);
    let Some(control) = document().get_element_by_id(&format!("field-{name}")) else { return Ok(()) };
    let (group, field) = (control.closest("fieldset")?, control.closest(".field")?);
    let container = field.or(group.clone()).unwrap_or_else(|| control.clone());
    // A group's mark is the group's own.
    let marked = group.filter(|group| *group == container).unwrap_or(control);
    let id = format!("field-{name}-error");
    let note = document().create_element("p")?;
    note.set_class_name("field__error");
    note.set_id(&id);
    view! { <Icon name=IconName::Warning/> <span>{fault_text(words(), &fault.said)}</span> }
        .build()
        .mount(&note, None);
    let before = container.query_selector(":scope > .field__hint, :scope > label, :scope > legend")?;
    match container.query_selector(":scope > .field__hint")?.or(before) {
        Some(before) => before.after_with_node_1(&note)?,
        None => container.prepend_with_node_1(&note)?,
    }
    container.set_attribute("data-error", "true")?;
    // What is said of several fields at once describes each of them.
    let several = container.query_selector_all("input[name^=add_on_]")?;
    let several: Vec<Element> =
        (0..several.length()).filter_map(|nth| several.get(nth)?.dyn_into().ok()).collect();
    if several.is_empty() {
        marked.set_attribute("aria-invalid", "true")?;
    }
    for one in if several.is_empty() { vec![marked] } else { several } {
        let described =
            one.get_attribute("aria-describedby").map_or_else(|| id.clone(), |by| format!("{by} {id}"));
        one.set_attribute("aria-describedby", &described)?;
    }
    if let Some(fold) = container.closest("details")? {
        fold.set_attribute("open", "")?;
    }
    Ok(())
}

/// Fields that nobody sees, as the server says they are from now on.
pub(super) fn set_anew(form: &HtmlFormElement, anew: &Pairs) {
    for (name, value) in anew {
        let field =
            form.elements().get_with_name(name).and_then(|one| one.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field {
            field.set_value(value);
        }
    }
}

/// A reward that went meanwhile is chosen no more: what stood there when the page came does, with its number.
/// Whoever changes a pledge keeps what they have so, and nobody is kept from trying again.
pub(super) fn let_go(form: &HtmlFormElement, refusal: Option<&Said>) {
    if refusal.is_none_or(|said| said.code != "pledge.sold_out") {
        return;
    }
    for radio in
        all(form, "input[name=reward]").into_iter().filter_map(|one| one.dyn_into::<HtmlInputElement>().ok())
    {
        radio.set_checked(radio.default_checked());
    }
    if let Some(qty) =
        form.elements().get_with_name("qty").and_then(|one| one.dyn_into::<HtmlInputElement>().ok())
    {
        qty.set_value(&qty.default_value());
    }
}

/// The document's title says that something is wrong.
pub(super) fn entitle_fault() {
    let w = words();
    let title = document().title();
    let own = title.strip_suffix(&whole_title("")).unwrap_or(&title);
    let mark = w.checkout_error_title("");
    if !own.starts_with(mark.trim_end()) {
        document().set_title(&whole_title(&w.checkout_error_title(own)));
    }
}

/// Leads the reader to what is said above a form, once it stands there; a timer would end with the view that
/// is being replaced.
pub(super) fn lead_to_summary(form: HtmlFormElement) {
    wasm_bindgen_futures::spawn_local(async move {
        leptos::task::tick().await;
        let above = form.closest(".act").ok().flatten();
        let said = above.and_then(|above| above.query_selector(".error-summary, .act__told").ok().flatten());
        if let Some(said) = said.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
            // Refused only by an element that is gone again.
            let _ = said.focus();
        }
    });
}

fn all(form: &HtmlFormElement, selector: &str) -> Vec<Element> {
    let Ok(found) = form.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into().ok()).collect()
}
