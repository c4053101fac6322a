//! The parts of a campaign that are pages of their own, and the way between them.

use leptos::prelude::*;
use multitude_domain::view::{CampaignSummary, TalkCounts};
use multitude_words::Words;
use multitude_words::format::number;

use crate::answer::entitle;
use crate::i18n::Texts;
use crate::kit::{TabCount, TabLink, Tabs, in_language};
use crate::page::Page;

/// One part of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    About,
    Updates,
    Questions,
    Backers,
    Ledger,
}

/// The links between a campaign's parts.
pub(super) fn tabs(
    w: Words,
    slug: &str,
    backers: Option<AnyView>,
    talk: TalkCounts,
    current: Part,
) -> AnyView {
    let link = |part, page: Page<'_>, label: &str, count: Option<AnyView>| TabLink {
        href: page.path(w.locale),
        label: label.to_owned(),
        count,
        is_current: part == current,
    };
    let count = |n| count(w, n);
    let links = vec![
        link(Part::About, Page::Campaign { slug }, w.tabs_about(), None),
        link(Part::Updates, Page::Updates { slug }, w.tabs_updates(), count(talk.updates)),
        link(Part::Questions, Page::Questions { slug }, w.tabs_questions(), count(talk.questions)),
        link(Part::Backers, Page::Backers { slug }, w.tabs_backers(), backers),
        link(Part::Ledger, Page::Ledger { slug }, w.tabs_ledger(), None),
    ];
    view! { <Tabs label=w.tabs_tabs() links=links/> }.into_any()
}

/// What is nothing is not counted.
fn count(w: Words, n: i64) -> Option<AnyView> {
    (n > 0).then(|| view! { <TabCount text=number(w.locale, n)/> }.into_any())
}

/// The heading of a part, and the links to the others.
pub(crate) fn head(
    w: Words,
    summary: &CampaignSummary,
    talk: TalkCounts,
    part: Part,
    title: String,
) -> AnyView {
    entitle(title.as_str(), Some(&summary.one_liner));
    let lang = (summary.locale != w.locale).then(|| summary.locale.code());
    view! {
        <h1 tabindex="-1">{in_language(&title, &summary.title, lang)}</h1>
        {tabs(w, &summary.slug, count(w, summary.backers), talk, part)}
    }
    .into_any()
}
