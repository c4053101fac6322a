//! The ways between the pages of a list.

use leptos::prelude::*;
use multitude_words::Words;

use super::addresses::escaped;
use super::{PageLink, Pagination};
use crate::i18n::Texts;

/// The ways to older and back to the newest, where there is more than one page at an address below the language.
pub(crate) fn pages(w: Words, address: &str, cursor: &str, next: Option<String>) -> AnyView {
    if cursor.is_empty() && next.is_none() {
        return ().into_any();
    }
    let base = format!("/{}/{address}", w.locale);
    let next = next.map(|cursor| PageLink {
        href: format!("{base}?cursor={}", escaped(&cursor)),
        label: w.talk_older().to_owned(),
    });
    let newest = (!cursor.is_empty()).then(|| PageLink { href: base, label: w.talk_newest().to_owned() });
    view! { <Pagination label=w.discover_pages() previous=newest next=next/> }.into_any()
}
