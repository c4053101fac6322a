//! Signing in: asking for a mail, typing its code, pressing its link's button.

use leptos::prelude::*;
use multitude_words::Words;

use super::addresses::{asked, sign_in_path};
use super::loaded::loaded;
use crate::answer::entitle;
use crate::components::{
    Button, ErrorSummary, FieldKind, FieldProblem, FieldView, Notice, NoticeKind, TextField,
};
use crate::frame::Surroundings;
use crate::i18n::{Texts, words};
use crate::lead_back::own_path;
use crate::load::{SignInFault, SignInView, load_sign_in, load_sign_in_link};

/// What is to be put right, in words.
fn fault_text(w: Words, fault: SignInFault) -> &'static str {
    match fault {
        SignInFault::Email => w.account_email_fault(),
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

/// Title, error summary and form: the shape of each of these pages.
fn framed(w: Words, title: String, fault: Option<(&'static str, SignInFault)>, body: AnyView) -> AnyView {
    let problems: Vec<FieldProblem> = fault
        .iter()
        .map(|(id, fault)| FieldProblem {
            field_id: (*id).to_owned(),
            text: fault_text(w, *fault).to_owned(),
        })
        .collect();
    let shown = if problems.is_empty() { title.clone() } else { w.checkout_error_title(&title) };
    entitle(shown, None);
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                <ErrorSummary title=w.checkout_problem() problems=problems/>
                {body}
            </div>
        </div>
    }
    .into_any()
}

fn ask(w: Words, view: &SignInView, back: Option<String>) -> AnyView {
    let field = FieldView {
        name: "email",
        label: w.account_email().to_owned(),
        hint: None,
        error: view.fault.map(|fault| fault_text(w, fault).to_owned()),
        value: view.email.clone(),
    };
    let action = format!("/{}/sign-in", w.locale);
    let body = view! {
        <p class="lead">{w.account_sign_in_lead()}</p>
        <form method="post" action=action novalidate class="stack">
            {back.map(|back| view! { <input type="hidden" name="back" value=back/> })}
            <TextField view=field kind=FieldKind::Email autocomplete="email" max_chars=254/>
            <div>
                <Button>{w.account_send()}</Button>
            </div>
        </form>
    };
    framed(w, w.account_sign_in().to_owned(), view.fault.map(|fault| ("field-email", fault)), body.into_any())
}

fn code(w: Words, view: &SignInView) -> AnyView {
    let field = FieldView {
        name: "code",
        label: w.account_code().to_owned(),
        hint: None,
        error: view.fault.map(|fault| fault_text(w, fault).to_owned()),
        value: String::new(),
    };
    let lead = if view.email.is_empty() {
        w.account_code_lead_nobody().to_owned()
    } else {
        w.account_code_lead(&view.email)
    };
    let action = format!("/{}/sign-in/code", w.locale);
    let again = sign_in_path(w, view.back.as_deref());
    // Nothing is mailed in the demo world: it stands there.
    let is_demo = expect_context::<Surroundings>().is_demo;
    let demo = format!("/{}/demo", w.locale);
    let body = view! {
        <p class="lead">{lead}</p>
        {is_demo.then(|| view! { <p><a href=demo>{w.demo_mails()}</a></p> })}
        <form method="post" action=action novalidate class="stack">
            <TextField view=field kind=FieldKind::Digits autocomplete="one-time-code" max_chars=12/>
            <div>
                <Button>{w.account_sign_in()}</Button>
            </div>
        </form>
        <p>
            <a href=again>{w.account_code_again()}</a>
        </p>
    };
    framed(
        w,
        w.account_code_title().to_owned(),
        view.fault.map(|fault| ("field-code", fault)),
        body.into_any(),
    )
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
        return framed(w, w.account_link_ended_title().to_owned(), None, body.into_any());
    };
    let action = format!("/{}/sign-in/{token}", w.locale);
    let body = view! {
        <p class="lead">{w.account_link_lead()}</p>
        <form method="post" action=action>
            <Button>{w.account_sign_in()}</Button>
        </form>
    };
    framed(w, w.account_link_title(email), None, body.into_any())
}
