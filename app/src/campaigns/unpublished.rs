//! A campaign that is not public yet, on the page that will be its own: for its team and whoever reviews it.

use leptos::prelude::*;
use multitude_domain::view::CampaignSummary;
use multitude_platform::campaigns::{CampaignNote, UnpublishedCampaign};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, money};

use super::about::body;
use super::frame::frame;
use super::load::load_unpublished;
use super::talk::{lang, paragraphs};
use super::words::state_label;
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded_if_any;
use crate::kit::{Notice, NoticeKind, StateLabel};

/// The page; nothing is there for everybody else.
pub(super) async fn draft_page(slug: &str) -> AnyView {
    let w = words();
    loaded_if_any(load_unpublished(slug.to_owned()).await, |draft| {
        let UnpublishedCampaign { campaign, notes } = draft;
        let beside = view! {
            {standing(w, &campaign.summary)}
            {(!notes.is_empty()).then(|| noted(w, lang(w, &campaign.summary), &notes))}
        };
        entitle(campaign.summary.title.as_str(), Some(&campaign.summary.one_liner));
        frame(w, &campaign.summary, "", beside.into_any(), body(w, &campaign))
    })
}

/// Where it stands, what it asks for, who sees it.
fn standing(w: Words, summary: &CampaignSummary) -> AnyView {
    let (tone, state) = state_label(w, summary);
    let goal = money(w.locale, summary.money(summary.goal_minor), Precision::Card);
    view! {
        <p><strong class="campaign-page__sum">{w.draft_goal(goal)}</strong></p>
        <div class="cluster">
            <StateLabel tone=tone text=state/>
        </div>
        <Notice kind=NoticeKind::Info title=w.draft_seen()/>
    }
    .into_any()
}

/// What whoever reviewed it wrote, the newest first; most likely in the language of the campaign.
fn noted(w: Words, lang: Option<&'static str>, notes: &[CampaignNote]) -> AnyView {
    let note = |one: &CampaignNote| {
        view! {
            <li>
                <article class="talk__item">
                    <p class="meta">{date_time(w.locale, one.at)}</p>
                    <div class="prose" lang=lang>{paragraphs(&one.body)}</div>
                </article>
            </li>
        }
    };
    view! {
        <section class="stack" aria-labelledby="notes">
            <h2 id="notes" class="campaign-page__notify">{w.draft_notes()}</h2>
            <ol class="talk">{notes.iter().map(note).collect_view()}</ol>
        </section>
    }
    .into_any()
}
