//! Pages for what is not there, and for what could not be loaded.

use http::request::Parts;
use leptos::prelude::*;
use multitude_words::Words;

use super::addresses::sign_in_path;
use crate::Refusal;
use crate::answer::{entitle, set_status};
use crate::frame::Surroundings;
use crate::i18n::{Texts, words};
use crate::page::Page;

/// Nothing is at this address, or nothing that the reader may see.
pub(crate) fn not_found_page() -> AnyView {
    set_status(http::StatusCode::NOT_FOUND);
    let w = words();
    let here = expect_context::<Parts>().uri.path().to_owned();
    // A campaign that is not public is there for its team.
    let is_hidden = here.split('/').nth(2) == Some("c") && !expect_context::<Surroundings>().is_signed_in;
    let sign_in = is_hidden.then(|| {
        view! { <p><a href=sign_in_path(w, Some(&here))>{w.common_not_found_sign_in()}</a></p> }.into_any()
    });
    apology(w, w.common_not_found_title(), w.common_not_found_text(), sign_in)
}

/// The page is there but could not be loaded now.
pub(crate) fn failed_page() -> AnyView {
    set_status(http::StatusCode::SERVICE_UNAVAILABLE);
    let w = words();
    apology(w, w.common_failed_title(), w.common_failed_text(), None)
}

/// In place of the page that was asked for: why nothing was done.
pub(crate) fn refused(refusal: Refusal) -> AnyView {
    let w = words();
    let (title, text, again) = match refusal {
        Refusal::TooMany { seconds: seconds @ 0..=119 } => {
            (w.common_too_many_title(), w.common_too_many_text(), w.common_too_many_seconds(seconds.into()))
        }
        Refusal::TooMany { seconds } => {
            let minutes = w.common_too_many_minutes(seconds.div_ceil(60).into());
            (w.common_too_many_title(), w.common_too_many_text(), minutes)
        }
        Refusal::Unavailable => (w.common_unavailable_title(), w.common_unavailable_text(), String::new()),
        Refusal::Failed => (w.common_failed_title(), w.common_failed_text(), String::new()),
        Refusal::NotFound => (w.common_not_found_title(), w.common_not_found_text(), String::new()),
        Refusal::Elsewhere => (w.common_elsewhere_title(), w.common_elsewhere_text(), String::new()),
        Refusal::WrongMethod => (w.common_wrong_method_title(), w.common_wrong_method_text(), String::new()),
        Refusal::TooLarge => (w.common_too_large_title(), w.common_too_large_text(), String::new()),
        Refusal::NotUnderstood => {
            (w.common_not_understood_title(), w.common_not_understood_text(), String::new())
        }
    };
    entitle(title, None);
    view! {
        <div class="page section">
            <div class="stack prose">
                <h1>{title}</h1>
                <p>{text}</p>
                {(!again.is_empty()).then(|| view! { <p><strong>{again}</strong></p> })}
            </div>
        </div>
    }
    .into_any()
}

fn apology(w: Words, title: &'static str, text: &'static str, more: Option<AnyView>) -> AnyView {
    entitle(title, None);
    view! {
        <div class="page section">
            <div class="stack prose">
                <h1>{title}</h1>
                <p>{text}</p>
                {more}
                <p>
                    <a href=Page::Home.path(w.locale)>{w.common_go_home()}</a>
                </p>
            </div>
        </div>
    }
    .into_any()
}
