//! Proving the address of a pledge: by the code on its receipt, or on the page that the mailed link opens.

use leptos::prelude::*;
use multitude_domain::email::shown_email;
use multitude_domain::pledges::CountsAs;
use multitude_words::Words;

use super::unknown::for_holder;
use crate::accounts::code_field;
use crate::acts::{Act, FormOf, Reply, posted};
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::{Button, ButtonKind};
use crate::pledges::load::{ReceiptPageView, load_confirmation};

/// The way to prove the address by the mailed code, as long as it is not proved; whoever is signed in with it
/// says so.
pub(super) fn confirmation(w: Words, page: &ReceiptPageView, token: &str, reply: Option<&Reply>) -> AnyView {
    let one = &page.receipt;
    let Some(email) =
        one.email.clone().filter(|_| !one.is_email_confirmed && one.state.counts_as() != CountsAs::Nothing)
    else {
        return ().into_any();
    };
    if page.is_own {
        let button = view! { <Button kind=ButtonKind::Secondary>{w.receipt_confirm_own_button()}</Button> };
        return view! {
            <section class="stack receipt__confirm" aria-labelledby="confirm">
                <h2 id="confirm">{w.receipt_confirm_own()}</h2>
                <p>{w.receipt_confirm_own_lead()}</p>
                {posted(FormOf::button(w, Act::ConfirmOwn, &[token]), button.into_any())}
            </section>
        }
        .into_any();
    }
    let form = FormOf::new(w, Act::ConfirmByCode, &[token], reply);
    let code = view! {
        {code_field(w.receipt_confirm_code(), form.fault_at(w, "code"))}
        <div>
            <Button kind=ButtonKind::Secondary>{w.receipt_confirm_button()}</Button>
        </div>
    };
    let again = view! { <Button kind=ButtonKind::Quiet>{w.receipt_confirm_resend()}</Button> };
    view! {
        <section class="stack receipt__confirm" aria-labelledby="confirm">
            <h2 id="confirm">{w.receipt_confirm_heading(shown_email(&email))}</h2>
            <p>{w.receipt_confirm_lead()}</p>
            {posted(form, code.into_any())}
            {posted(FormOf::button(w, Act::ResendProof, &[token]), again.into_any())}
        </section>
    }
    .into_any()
}

/// The page that a mailed link opens: one button, and nothing happens before it is pressed.
pub(crate) async fn confirm_page(token: &str, proof: &str) -> AnyView {
    let w = words();
    let found = load_confirmation(token.to_owned(), proof.to_owned()).await;
    for_holder(w, found, |email| confirm(w, &email, token, proof))
}

fn confirm(w: Words, email: &str, token: &str, proof: &str) -> AnyView {
    let button = view! { <Button>{w.receipt_confirm_button()}</Button> };
    let title = w.receipt_confirm_page(shown_email(email));
    entitle(title.as_str(), None);
    view! {
        <div class="page page-head stack" data-gap="24">
            <h1 tabindex="-1">{title}</h1>
            <p class="lead">{w.receipt_confirm_page_lead()}</p>
            {posted(FormOf::button(w, Act::ConfirmByLink, &[token, proof]), button.into_any())}
        </div>
    }
    .into_any()
}
