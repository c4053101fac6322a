//! Making an element say what another one says.

use wasm_bindgen::JsCast as _;
use web_sys::js_sys::JsString;
use web_sys::{Element, Node};

use super::page::each;

/// Makes one element say what another says. Elements that stay are the same ones, so that what changes is seen
/// to move.
pub(super) fn become_like(ours: &Element, theirs: &Element) {
    for name in names(theirs) {
        if let Some(value) = theirs.get_attribute(&name)
            && ours.get_attribute(&name).as_ref() != Some(&value)
        {
            // Refused only by a broken name, and theirs has it.
            let _ = ours.set_attribute(&name, &value);
        }
    }
    for name in names(ours) {
        if !theirs.has_attribute(&name) {
            // As above.
            let _ = ours.remove_attribute(&name);
        }
    }
    let (old, new) = (each::<Node>(ours.child_nodes()), each::<Node>(theirs.child_nodes()));
    if old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| old.node_name() == new.node_name()) {
        for (old, new) in old.iter().zip(&new) {
            match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
                (Some(old), Some(new)) => become_like(old, new),
                _ if old.node_value() != new.node_value() => old.set_node_value(new.node_value().as_deref()),
                _ => {}
            }
        }
        return;
    }
    ours.set_text_content(None);
    for node in new {
        // Refused only where an element cannot stand, and in theirs it does.
        let _ = ours.append_child(&node);
    }
}

fn names(element: &Element) -> Vec<String> {
    element
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.dyn_into::<JsString>().ok().map(String::from))
        .collect()
}
