//! Proving the address of a pledge: by the code on its receipt, or on the page that the mailed link opens.

use leptos::prelude::*;
use multitude_domain::pledge::CountsAs;
use multitude_words::Words;

use super::unknown::for_holder;
use crate::answer::entitle;
use crate::components::{Button, ButtonKind};
use crate::i18n::{Texts, words};
use crate::islands::LinesForm;
use crate::islands::lines::{LinesKind, LinesView};
use crate::load::{ReceiptFault, ReceiptPageView, load_confirmation};

/// What is wrong with the code, beside its field.
fn code_fault(w: Words, fault: Option<ReceiptFault>) -> Option<&'static str> {
    match fault? {
        ReceiptFault::NoCode => Some(w.account_code_digits()),
        ReceiptFault::WrongCode => Some(w.receipt_confirm_wrong()),
        ReceiptFault::TooManyCodes => Some(w.receipt_confirm_many()),
        ReceiptFault::TooLate
        | ReceiptFault::Paused
        | ReceiptFault::SentOften
        | ReceiptFault::Declined
        | ReceiptFault::TooManyCards => None,
    }
}

/// The way to prove the address by the mailed code, as long as it is not proved; whoever is signed in with it says so.
pub(super) fn confirmation(w: Words, page: &ReceiptPageView, token: &str, title: &str) -> AnyView {
    let one = &page.receipt;
    let Some(email) =
        one.email.clone().filter(|_| !one.is_email_confirmed && one.state.counts_as() != CountsAs::Nothing)
    else {
        return ().into_any();
    };
    let action = format!("/{}/p/{token}", w.locale);
    if page.is_own {
        return view! {
            <section class="stack receipt__confirm" aria-labelledby="confirm">
                <h2 id="confirm">{w.receipt_confirm_own()}</h2>
                <p>{w.receipt_confirm_own_lead()}</p>
                <form method="post" action=action>
                    <Button kind=ButtonKind::Secondary name="do" value="own">{w.receipt_confirm_own_button()}</Button>
                </form>
            </section>
        }
        .into_any();
    }
    let fault = code_fault(w, page.fault).map(|text| ("code".to_owned(), text.to_owned()));
    let form = LinesView {
        kind: LinesKind::ReceiptCode,
        title: title.to_owned(),
        action,
        hidden: Vec::new(),
        typed: Vec::new(),
        faults: fault.into_iter().collect(),
    };
    view! {
        <section class="stack receipt__confirm" aria-labelledby="confirm">
            <h2 id="confirm">{w.receipt_confirm_heading(email)}</h2>
            <p>{w.receipt_confirm_lead()}</p>
            <LinesForm view=form/>
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
    let action = format!("/{}/p/{token}/confirm/{proof}", w.locale);
    let title = w.receipt_confirm_page(email);
    entitle(title.as_str(), None);
    view! {
        <div class="page page-head stack" data-gap="24">
            <h1 tabindex="-1">{title}</h1>
            <p class="lead">{w.receipt_confirm_page_lead()}</p>
            <form method="post" action=action>
                <Button>{w.receipt_confirm_button()}</Button>
            </form>
        </div>
    }
    .into_any()
}
