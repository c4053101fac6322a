//! Hearing that a campaign opens: the form that asks for an address, and the page of the link that proves it.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::shown_email;
use multitude_domain::pledges::EMAIL_CHARS_MAX;
use multitude_domain::time::Timestamp;
use multitude_domain::view::{CampaignSummary, FollowView};
use multitude_words::Words;
use multitude_words::format::date_time;

use super::load::{NotifyView, load_follow, load_notify};
use crate::acts::{Act, FormOf, Reply, posted, titled_by};
use crate::answer::entitle;
use crate::frame::Surroundings;
use crate::i18n::{Texts, words};
use crate::kit::addresses::{asked, campaign_path};
use crate::kit::headed::{headed, titled};
use crate::kit::loaded::{loaded, loaded_if_any};
use crate::kit::{Button, ButtonKind, ButtonLink, FieldKind, FieldView, Notice, NoticeKind, TextField};
use crate::page::Page;

pub(crate) fn opens(w: Words, at: Option<Timestamp>) -> String {
    at.map(|at| date_time(w.locale, at)).unwrap_or_default()
}

/// The field and its button; posts to the page of its own, whichever page it stands on.
pub(crate) fn follow_form(w: Words, slug: &str, email: String, reply: Option<&Reply>) -> AnyView {
    let form = FormOf::new(w, Act::Follow, &[slug], reply);
    let field = FieldView {
        name: "email",
        label: w.account_email().to_owned(),
        error: form.fault_at(w, "email"),
        value: email,
        ..FieldView::default()
    };
    let fields = view! {
        <TextField view=field kind=FieldKind::Email autocomplete="email" max_chars=EMAIL_CHARS_MAX/>
        <div>
            <Button>{w.notify_button()}</Button>
        </div>
    };
    posted(form, fields.into_any())
}

/// The page of the form, and of what came of it.
pub(crate) async fn notify_page(slug: &str, reply: Option<Reply>) -> AnyView {
    let w = words();
    let typed = reply.as_ref().map(|reply| reply.typed.text("email").to_owned());
    loaded_if_any(load_notify(slug.to_owned(), typed).await, |view| ask(w, &view, reply.as_ref()))
}

/// The way to the form, from where a campaign is about to open.
pub(crate) fn way_to_follow(w: Words, slug: &str) -> AnyView {
    let href = Page::Notify { slug }.path(w.locale);
    view! { <p><a href=href>{w.notify_heading()}</a></p> }.into_any()
}

fn to_campaign(w: Words, slug: &str) -> AnyView {
    view! { <p><a href=campaign_path(w, slug)>{w.notify_to_campaign()}</a></p> }.into_any()
}

fn ask(w: Words, view: &NotifyView, reply: Option<&Reply>) -> AnyView {
    let CampaignSummary { slug, title, opens_at, state, .. } = &view.campaign;
    if *state != CampaignState::Scheduled {
        return elsewhere(w, slug, title);
    }
    match (asked("done").as_deref(), &view.own_email) {
        (Some("own"), Some(email)) => noted(w, slug, title, email),
        (Some("stopped"), _) => stopped(w, slug, title),
        (Some(_), _) => {
            // Nothing is mailed in the demo world: it stands there.
            let is_demo = expect_context::<Surroundings>().is_demo;
            let demo = Page::Demo.path(w.locale);
            let body = view! {
                <p class="lead">{w.notify_look_text()}</p>
                {is_demo.then(|| view! { <p><a href=demo>{w.demo_mails()}</a></p> })}
                {to_campaign(w, slug)}
            };
            titled(w.notify_look(), body.into_any())
        }
        (None, _) => {
            let title = w.notify_title(title);
            let body = view! {
                <p class="lead">{w.notify_lead(opens(w, *opens_at))}</p>
                {follow_form(w, slug, view.email.clone(), reply)}
                {to_campaign(w, slug)}
            };
            entitle(titled_by(w, &title, reply), None);
            headed(title, body.into_any())
        }
    }
}

/// What is said where the campaign is not about to open.
fn elsewhere(w: Words, slug: &str, title: &str) -> AnyView {
    let body = view! {
        <p class="lead">{w.notify_open_text(title)}</p>
        <div>
            <ButtonLink href=campaign_path(w, slug)>{w.notify_to_campaign()}</ButtonLink>
        </div>
    };
    titled(w.notify_open(), body.into_any())
}

fn noted(w: Words, slug: &str, title: &str, email: &str) -> AnyView {
    let body =
        view! { <p class="lead">{w.notify_noted_text(title, shown_email(email))}</p> {to_campaign(w, slug)} };
    titled(w.notify_noted(), body.into_any())
}

fn stopped(w: Words, slug: &str, title: &str) -> AnyView {
    let body = view! { <p class="lead">{w.notify_stopped_text(title)}</p> {to_campaign(w, slug)} };
    titled(w.notify_stopped(), body.into_any())
}

/// The page that the mailed link opens: one button, and nothing happens before it is pressed.
pub(crate) async fn follow_page(token: &str) -> AnyView {
    let w = words();
    loaded(load_follow(token.to_owned()).await, |found| {
        found.map_or_else(|| ended(w), |view| follow(w, &view, token))
    })
}

fn ended(w: Words) -> AnyView {
    let body = view! {
        <Notice kind=NoticeKind::Warn title=w.notify_ended_text()/>
        <div>
            <ButtonLink href=Page::Discover.path(w.locale)>{w.account_pledges_find()}</ButtonLink>
        </div>
    };
    titled(w.notify_ended(), body.into_any())
}

fn follow(w: Words, view: &FollowView, token: &str) -> AnyView {
    let FollowView { slug, campaign_title, email, .. } = view;
    if !view.is_ahead {
        return elsewhere(w, slug, campaign_title);
    }
    let (title, text, act, button) = if view.is_confirmed {
        let text = w.notify_noted_text(campaign_title, shown_email(email));
        let stop = view! { <Button kind=ButtonKind::Secondary>{w.notify_stop()}</Button> };
        (w.notify_noted(), text, Act::StopFollow, stop.into_any())
    } else {
        let text = w.notify_prove_text(shown_email(email), campaign_title);
        let yes = view! { <Button>{w.notify_prove_button()}</Button> };
        (w.notify_prove(), text, Act::ConfirmFollow, yes.into_any())
    };
    let body = view! {
        <p class="lead">{text}</p>
        <p>{w.notify_lead(opens(w, view.opens_at))}</p>
        {posted(FormOf::button(w, act, &[token]), button)}
        {to_campaign(w, slug)}
    };
    titled(title, body.into_any())
}
