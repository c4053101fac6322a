//! A link that leads to no pledge, and the way to one that does.

use leptos::prelude::*;
use multitude_words::Words;

use crate::answer::set_status;
use crate::frame::Surroundings;
use crate::i18n::Texts;
use crate::kit::ButtonLink;
use crate::kit::addresses::sign_in_path;
use crate::kit::headed::titled;
use crate::kit::loaded::Failed;
use crate::kit::loaded::loaded;
use crate::page::Page;

/// What `show` makes of what was loaded for whoever holds a receipt's link.
pub(super) fn for_holder<T>(
    w: Words,
    found: Result<Option<T>, Failed>,
    show: impl FnOnce(T) -> AnyView,
) -> AnyView {
    loaded(found, |found| found.map_or_else(|| unknown(w), show))
}

/// Whoever proves the address that pledged finds its receipts.
fn unknown(w: Words) -> AnyView {
    set_status(http::StatusCode::NOT_FOUND);
    let own = Page::OwnPledges.path(w.locale);
    let (href, label) = if expect_context::<Surroundings>().is_signed_in {
        (own, w.account_mine())
    } else {
        (sign_in_path(w, Some(&own)), w.receipt_unknown_button())
    };
    let body = view! {
        <p class="lead">{w.receipt_unknown_text()}</p>
        <div>
            <ButtonLink href=href>{label}</ButtonLink>
        </div>
    };
    titled(w.receipt_unknown(), body.into_any())
}
