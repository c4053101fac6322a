//! Ways to tell others of a campaign: by mail, by its link, by whatever the system offers.

use leptos::prelude::*;
use multitude_words::Words;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::island::ShareButton;
use crate::Services;
use crate::i18n::Texts;
use crate::kit::CopyButton;
use crate::page::Page;

/// The ways; without scripts by mail alone.
pub(crate) fn share(w: Words, slug: &str, title: &str) -> AnyView {
    let site = expect_context::<Services>().facts.public_url.clone();
    let url = format!("{site}{}", Page::Campaign { slug }.path(w.locale));
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mail = format!("mailto:?subject={}&body={}", escaped(title), escaped(&url));
    view! {
        <div class="cluster">
            <a href=mail>{w.next_share_mail()}</a>
            <CopyButton text=url.clone() label=w.next_share_copy().to_owned()/>
            <ShareButton url=url title=title.to_owned()/>
        </div>
    }
    .into_any()
}
