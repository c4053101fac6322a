//! What a campaign's team and its readers tell each other: updates and questions, the newest first.

use leptos::prelude::*;
use multitude_domain::campaigns::PromisedUpdate;
use multitude_domain::name::isolated;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{AnswerView, CampaignSummary, QuestionView, UpdateView};
use multitude_words::Words;
use multitude_words::format::day;

use super::frame::in_frame;
use super::load::{QuestionsView, UpdatesView, load_questions, load_updates};
use super::tabs::Part;
use crate::i18n::{Texts, own_name, words};
use crate::kit::addresses::query;
use crate::kit::loaded::loaded_if_any;
use crate::kit::paging::pages;
use crate::kit::{EmptyState, Notice, NoticeKind};
use crate::page::Page;

/// How it goes.
pub(crate) async fn updates_page(slug: &str) -> AnyView {
    let w = words();
    let cursor = query("cursor");
    let found = load_updates(slug.to_owned(), cursor.clone()).await;
    loaded_if_any(found, |view| updates(w, view, &cursor))
}

fn updates(w: Words, view: UpdatesView, cursor: &str) -> AnyView {
    let UpdatesView { campaign, listing, promised } = view;
    let summary = &campaign.view.summary;
    let is_empty = listing.items.is_empty();
    let overdue = match promised {
        PromisedUpdate::Overdue(by) => {
            let title = w.talk_overdue(day(w.locale, by));
            Some(view! { <Notice kind=NoticeKind::Warn title=title/> })
        }
        PromisedUpdate::None | PromisedUpdate::By(_) => None,
    };
    let promise = match promised {
        PromisedUpdate::By(by) if is_empty => Some(w.talk_first_by(day(w.locale, by))),
        PromisedUpdate::By(by) => Some(w.talk_next_by(day(w.locale, by))),
        PromisedUpdate::None | PromisedUpdate::Overdue(_) => None,
    };
    let list = if is_empty {
        view! { <EmptyState title=promise.unwrap_or_else(|| w.talk_no_updates().to_owned())/> }.into_any()
    } else {
        let lines = listing.items.into_iter().map(|one| update(w, summary, one));
        view! {
            {promise.map(|text| view! { <p>{text}</p> })}
            <ol class="talk">{lines.collect_view()}</ol>
            {pages(w, Page::Updates { slug: &summary.slug }, cursor, listing.next_cursor)}
        }
        .into_any()
    };
    let content = view! {
        {overdue}
        {list}
    };
    in_frame(w, &campaign, Part::Updates, w.talk_updates_title(&summary.title), content.into_any())
}

fn update(w: Words, summary: &CampaignSummary, update: UpdateView) -> AnyView {
    let lang = lang(w, summary);
    let UpdateView { id, author, title, body, at } = update;
    view! {
        <li>
            <article class="talk__item" id=format!("update-{id}")>
                <h3 class="talk__title" lang=lang>{title}</h3>
                {said(w, author, at)}
                {original(w, summary)}
                <div class="prose" lang=lang>{paragraphs(&body)}</div>
            </article>
        </li>
    }
    .into_any()
}

/// What readers ask.
pub(crate) async fn questions_page(slug: &str) -> AnyView {
    let w = words();
    let cursor = query("cursor");
    let found = load_questions(slug.to_owned(), cursor.clone()).await;
    loaded_if_any(found, |view| questions(w, view, &cursor))
}

fn questions(w: Words, view: QuestionsView, cursor: &str) -> AnyView {
    let QuestionsView { campaign, listing } = view;
    let summary = &campaign.view.summary;
    let list = if listing.items.is_empty() {
        view! { <EmptyState title=w.talk_no_questions()/> }.into_any()
    } else {
        let lines = listing.items.into_iter().map(|one| question(w, summary, one));
        view! {
            {original(w, summary)}
            <ol class="talk">{lines.collect_view()}</ol>
            {pages(w, Page::Questions { slug: &summary.slug }, cursor, listing.next_cursor)}
        }
        .into_any()
    };
    in_frame(w, &campaign, Part::Questions, w.talk_questions_title(&summary.title), list)
}

fn question(w: Words, summary: &CampaignSummary, question: QuestionView) -> AnyView {
    let lang = lang(w, summary);
    let QuestionView { id, author, body, at, answer } = question;
    // Whoever was erased has no name.
    let asker = if author.is_empty() { w.tabs_backers_anonymous().to_owned() } else { author };
    let answer = match answer {
        Some(AnswerView { author, body, at }) => view! {
            <div class="talk__answer">
                <div class="prose" lang=lang>{paragraphs(&body)}</div>
                {said(w, w.talk_answered_by(isolated(&author)), at)}
            </div>
        }
        .into_any(),
        None => view! { <p class="talk__waiting">{w.talk_waiting()}</p> }.into_any(),
    };
    view! {
        <li>
            <article class="talk__item" id=format!("question-{id}")>
                <div class="prose talk__question" lang=lang>{paragraphs(&body)}</div>
                {said(w, asker, at)}
                {answer}
            </article>
        </li>
    }
    .into_any()
}

/// The language of what was said, where it is not the reader's.
pub(super) fn lang(w: Words, summary: &CampaignSummary) -> Option<&'static str> {
    (summary.locale != w.locale).then(|| summary.locale.code())
}

/// Which language a campaign's own words are in, where it is not the reader's.
pub(super) fn original(w: Words, summary: &CampaignSummary) -> Option<AnyView> {
    let lang = lang(w, summary)?;
    let label = view! {
        <p class="meta">
            {w.campaign_original()}
            " "
            <span lang=lang>{own_name(summary.locale)}</span>
        </p>
    };
    Some(label.into_any())
}

fn said(w: Words, who: String, at: Timestamp) -> AnyView {
    let on = at.in_zurich().day;
    view! {
        <p class="meta">
            <bdi>{who}</bdi>
            " · "
            <time datetime=on.to_string()>{day(w.locale, on)}</time>
        </p>
    }
    .into_any()
}

/// A text of lines: blank ones part paragraphs.
pub(super) fn paragraphs(text: &str) -> AnyView {
    let lines: Vec<&str> = text.lines().collect();
    let parts = lines.split(|line| line.trim().is_empty()).filter(|part| !part.is_empty());
    parts.map(|part| view! { <p>{part.join("\n")}</p> }).collect_view().into_any()
}
