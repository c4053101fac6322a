//! The ways between the pages of a list.

use leptos::prelude::*;
use multitude_words::Words;

use super::addresses::escaped;
use super::{PageLink, Pagination};
use crate::i18n::Texts;
use crate::page::Page;

/// The ways to older and back to the newest, where a page shows only a part of a list.
pub(crate) fn pages(w: Words, page: Page<'_>, cursor: &str, next: Option<String>) -> AnyView {
    if cursor.is_empty() && next.is_none() {
        return ().into_any();
    }
    let base = page.path(w.locale);
    let next = next.map(|cursor| PageLink {
        href: format!("{base}?cursor={}", escaped(&cursor)),
        label: w.talk_older().to_owned(),
    });
    let newest = (!cursor.is_empty()).then(|| PageLink { href: base, label: w.talk_newest().to_owned() });
    view! { <Pagination label=w.discover_pages() previous=newest next=next/> }.into_any()
}
