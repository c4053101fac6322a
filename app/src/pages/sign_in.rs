//! Signing in: asking for a mail, typing its code, pressing its link's button.

use leptos::prelude::*;
use multitude_words::Words;

use super::addresses::{asked, sign_in_path};
use super::loaded::loaded;
use crate::answer::entitle;
use crate::components::{Button, Notice, NoticeKind};
use crate::frame::Surroundings;
use crate::i18n::{Texts, words};
use crate::islands::LinesForm;
use crate::islands::lines::{LinesKind, LinesView, email_fault};
use crate::lead_back::own_path;
use crate::load::{SignInFault, SignInView, load_sign_in, load_sign_in_link};

/// What is to be put right, in words.
fn fault_text(w: Words, fault: SignInFault, email: &str) -> &'static str {
    match fault {
        SignInFault::Email => email_fault(w, email, w.account_email_fault()),
        SignInFault::NoCode => w.account_code_digits(),
        SignInFault::WrongCode => w.account_code_wrong(),
        SignInFault::TooManyTries => w.account_code_many(),
        SignInFault::Ended => w.account_code_ended(),
    }
}

/// The page that asks for an address.
pub(crate) fn sign_in_page() -> AnyView {
    let w = words();
    let view = load_sign_in();
    // A link's wish; after a fault, the form's own.
    let wished = || asked("back").filter(|back| own_path(back).is_some());
    let back = if view.fault.is_some() { view.back.clone() } else { wished() };
    ask(w, &view, back)
}

/// The page that takes the code.
pub(crate) fn sign_in_code_page() -> AnyView {
    let w = words();
    code(w, &load_sign_in())
}

/// Title and form: the shape of each of these pages.
fn framed(w: Words, title: String, has_problem: bool, body: AnyView) -> AnyView {
    entitle(if has_problem { w.checkout_error_title(&title) } else { title.clone() }, None);
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                {body}
            </div>
        </div>
    }
    .into_any()
}

/// A form of one field, with what is wrong with it.
fn form(w: Words, view: &SignInView, kind: LinesKind, title: &str, back: Option<String>) -> LinesView {
    let (field, path) = match kind {
        LinesKind::SignInCode => ("code", "sign-in/code"),
        _ => ("email", "sign-in"),
    };
    // A code is not shown again.
    let typed = if field == "email" { vec![(field.to_owned(), view.email.clone())] } else { Vec::new() };
    let fault = view.fault.map(|fault| (field.to_owned(), fault_text(w, fault, &view.email).to_owned()));
    LinesView {
        kind,
        title: title.to_owned(),
        action: format!("/{}/{path}", w.locale),
        hidden: back.map(|back| ("back".to_owned(), back)).into_iter().collect(),
        typed,
        faults: fault.into_iter().collect(),
    }
}

fn ask(w: Words, view: &SignInView, back: Option<String>) -> AnyView {
    let title = w.account_sign_in();
    let form = form(w, view, LinesKind::SignIn, title, back);
    let body = view! {
        <p class="lead">{w.account_sign_in_lead()}</p>
        <LinesForm view=form/>
    };
    framed(w, title.to_owned(), view.fault.is_some(), body.into_any())
}

fn code(w: Words, view: &SignInView) -> AnyView {
    let lead = if view.email.is_empty() {
        w.account_code_lead_nobody().to_owned()
    } else {
        w.account_code_lead(&view.email)
    };
    let title = w.account_code_title();
    let form = form(w, view, LinesKind::SignInCode, title, None);
    let again = sign_in_path(w, view.back.as_deref());
    // Nothing is mailed in the demo world: it stands there.
    let is_demo = expect_context::<Surroundings>().is_demo;
    let demo = format!("/{}/demo", w.locale);
    let body = view! {
        <p class="lead">{lead}</p>
        {is_demo.then(|| view! { <p><a href=demo>{w.demo_mails()}</a></p> })}
        <LinesForm view=form/>
        <p>
            <a href=again>{w.account_code_again()}</a>
        </p>
    };
    framed(w, title.to_owned(), view.fault.is_some(), body.into_any())
}

/// The page that a mailed link opens: one button, and nothing happens before it is pressed.
pub(crate) async fn sign_in_link_page(token: &str) -> AnyView {
    let w = words();
    loaded(load_sign_in_link(token.to_owned()).await, |email| link(w, email, token))
}

fn link(w: Words, email: Option<String>, token: &str) -> AnyView {
    let Some(email) = email else {
        let again = format!("/{}/sign-in", w.locale);
        let body = view! {
            <Notice kind=NoticeKind::Warn title=w.account_link_ended_text()>
                <p>
                    <a href=again>{w.account_code_again()}</a>
                </p>
            </Notice>
        };
        return framed(w, w.account_link_ended_title().to_owned(), false, body.into_any());
    };
    let action = format!("/{}/sign-in/{token}", w.locale);
    let body = view! {
        <p class="lead">{w.account_link_lead()}</p>
        <form method="post" action=action>
            <Button>{w.account_sign_in()}</Button>
        </form>
    };
    framed(w, w.account_link_title(email), false, body.into_any())
}
