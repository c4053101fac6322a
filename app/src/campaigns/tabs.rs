//! The parts of a campaign that are pages of their own, and the way between them.

use leptos::prelude::*;
use multitude_domain::view::CampaignView;
use multitude_words::Words;
use multitude_words::format::number;

use super::island::BackerCount;
use crate::i18n::Texts;
use crate::kit::{TabCount, TabLink, Tabs};
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

impl Part {
    /// What it is called; the first one needs no name of its own.
    pub(super) fn heading(self, w: Words) -> Option<&'static str> {
        match self {
            Self::About => None,
            Self::Updates => Some(w.tabs_updates()),
            Self::Questions => Some(w.tabs_questions()),
            Self::Backers => Some(w.tabs_backers()),
            Self::Ledger => Some(w.tabs_ledger()),
        }
    }
}

/// The links between a campaign's parts.
pub(super) fn tabs(w: Words, campaign: &CampaignView, current: Part) -> AnyView {
    let (summary, talk) = (&campaign.summary, campaign.talk);
    let slug = summary.slug.as_str();
    let link = |part, page: Page<'_>, label: &str, count: Option<AnyView>| TabLink {
        href: page.path(w.locale),
        label: label.to_owned(),
        count,
        is_current: part == current,
    };
    let count = |n| count(w, n);
    let backers = view! { <BackerCount slug=slug.to_owned() rendered=summary.backers/> }.into_any();
    let links = vec![
        link(Part::About, Page::Campaign { slug }, w.tabs_about(), None),
        link(Part::Updates, Page::Updates { slug }, w.tabs_updates(), count(talk.updates)),
        link(Part::Questions, Page::Questions { slug }, w.tabs_questions(), count(talk.questions)),
        link(Part::Backers, Page::Backers { slug }, w.tabs_backers(), Some(backers)),
        link(Part::Ledger, Page::Ledger { slug }, w.tabs_ledger(), None),
    ];
    view! { <Tabs label=w.tabs_tabs() links=links/> }.into_any()
}

/// What is nothing is not counted.
fn count(w: Words, n: i64) -> Option<AnyView> {
    (n > 0).then(|| view! { <TabCount text=number(w.locale, n)/> }.into_any())
}
