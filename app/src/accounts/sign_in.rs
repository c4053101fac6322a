//! Signing in: asking for a mail, typing its code, pressing its link's button.

use leptos::prelude::*;
use multitude_domain::email::shown_email;
use multitude_domain::pledges::EMAIL_CHARS_MAX;
use multitude_words::Words;

use super::load::{SignInView, load_sign_in, load_sign_in_link};
use crate::acts::{Act, FormOf, Reply, posted, titled_by};
use crate::answer::entitle;
use crate::frame::Surroundings;
use crate::i18n::{Texts, words};
use crate::kit::addresses::{asked, sign_in_path};
use crate::kit::headed::headed;
use crate::kit::loaded::loaded;
use crate::kit::{Button, FieldKind, FieldView, Notice, NoticeKind, TextField};
use crate::lead_back::own_path;
use crate::page::Page;

/// A code's digits, with room for blanks.
const CODE_CHARS_MAX: usize = 12;

/// The page that asks for an address.
pub(crate) fn sign_in_page(reply: Option<&Reply>) -> AnyView {
    let w = words();
    let view = load_sign_in(reply.map(|reply| &reply.typed));
    // A link's wish; after a fault, the form's own.
    let wished = || asked("back").filter(|back| own_path(back).is_some());
    let back = if reply.is_some() { view.back.clone() } else { wished() };
    ask(w, &view, back, reply)
}

/// The page that takes the code.
pub(crate) fn sign_in_code_page(reply: Option<&Reply>) -> AnyView {
    let w = words();
    code(w, &load_sign_in(None), reply)
}

/// The shape of each of these pages.
fn framed(w: Words, title: String, reply: Option<&Reply>, body: AnyView) -> AnyView {
    entitle(titled_by(w, &title, reply), None);
    headed(title, body)
}

fn ask(w: Words, view: &SignInView, back: Option<String>, reply: Option<&Reply>) -> AnyView {
    let title = w.account_sign_in();
    let form = FormOf::new(w, Act::AskSignIn, &[], reply);
    let field = FieldView {
        name: "email",
        label: w.account_email().to_owned(),
        error: form.fault_at(w, "email"),
        value: view.email.clone(),
        ..FieldView::default()
    };
    let fields = view! {
        {back.map(|back| view! { <input type="hidden" name="back" value=back/> })}
        <TextField view=field kind=FieldKind::Email autocomplete="email" max_chars=EMAIL_CHARS_MAX/>
        <div>
            <Button>{w.account_send()}</Button>
        </div>
    };
    let body = view! {
        <p class="lead">{w.account_sign_in_lead()}</p>
        {posted(form, fields.into_any())}
    };
    framed(w, title.to_owned(), reply, body.into_any())
}

/// The field of a mailed code. A code is not shown again.
pub(crate) fn code_field(label: &str, error: Option<String>) -> AnyView {
    let field = FieldView { name: "code", label: label.to_owned(), error, ..FieldView::default() };
    view! { <TextField view=field kind=FieldKind::Digits autocomplete="one-time-code" max_chars=CODE_CHARS_MAX/> }
        .into_any()
}

fn code(w: Words, view: &SignInView, reply: Option<&Reply>) -> AnyView {
    let lead = if view.email.is_empty() {
        w.account_code_lead_nobody().to_owned()
    } else {
        w.account_code_lead(shown_email(&view.email))
    };
    let form = FormOf::new(w, Act::TypeCode, &[], reply);
    let fields = view! {
        {code_field(w.account_code(), form.fault_at(w, "code"))}
        <div>
            <Button>{w.account_sign_in()}</Button>
        </div>
    };
    let again = sign_in_path(w, view.back.as_deref());
    // Nothing is mailed in the demo world: it stands there.
    let is_demo = expect_context::<Surroundings>().is_demo;
    let demo = Page::Demo.path(w.locale);
    let body = view! {
        <p class="lead">{lead}</p>
        {is_demo.then(|| view! { <p><a href=demo>{w.demo_mails()}</a></p> })}
        {posted(form, fields.into_any())}
        <p>
            <a href=again>{w.account_code_again()}</a>
        </p>
    };
    framed(w, w.account_code_title().to_owned(), reply, body.into_any())
}

/// The page that a mailed link opens: one button, and nothing happens before it is pressed.
pub(crate) async fn sign_in_link_page(token: &str) -> AnyView {
    let w = words();
    loaded(load_sign_in_link(token.to_owned()).await, |email| link(w, email, token))
}

fn link(w: Words, email: Option<String>, token: &str) -> AnyView {
    let Some(email) = email else {
        let again = Page::SignIn.path(w.locale);
        let body = view! {
            <Notice kind=NoticeKind::Warn title=w.account_link_ended_text()>
                <p>
                    <a href=again>{w.account_code_again()}</a>
                </p>
            </Notice>
        };
        return framed(w, w.account_link_ended_title().to_owned(), None, body.into_any());
    };
    let button = view! { <Button>{w.account_sign_in()}</Button> };
    let body = view! {
        <p class="lead">{w.account_link_lead()}</p>
        {posted(FormOf::button(w, Act::EnterByLink, &[token]), button.into_any())}
    };
    framed(w, w.account_link_title(shown_email(&email)), None, body.into_any())
}
