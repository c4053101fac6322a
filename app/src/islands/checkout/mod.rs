//! The first two screens of a pledge, and the one that changes it. Each is a form that works without scripts; where there are
//! some, the browser reads it by the server's rules before it is sent.

mod change;
mod check;
mod faults;
mod hold;
mod parts;
mod support;
mod you;

use leptos::prelude::*;
use multitude_domain::view::CheckoutView;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub(crate) use change::ChangeScreen;
pub(crate) use parts::page_title;
#[cfg(feature = "ssr")]
pub(crate) use parts::{campaign_path, head, show, step_path, summary};
#[cfg(feature = "ssr")]
pub(crate) use you::show_options;

use crate::i18n::words;

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// What for, and how much.
    Support,
    /// Who, and how it is paid.
    You,
    /// The consent and the button; nothing there is to be checked.
    Pay,
}

/// A screen with a form.
#[island]
pub fn CheckoutScreen(
    /// Which.
    step: Step,
    /// What it shows.
    view: CheckoutView,
) -> impl IntoView {
    let w = words();
    let shown = check::Shown::new(view);
    move || {
        shown.view.with(|view| match step {
            Step::You => you::screen(w, view, shown),
            Step::Support | Step::Pay => support::screen(w, view, shown),
        })
    }
}
