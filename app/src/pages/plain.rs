//! Pages of plain text: how it works, what it costs, why the figures can be trusted.

use leptos::prelude::*;

use crate::answer::entitle;
use crate::i18n::{Texts, words};

/// How it works.
pub(crate) fn how_page() -> AnyView {
    let w = words();
    plain(
        w.plain_how(),
        w.plain_how_lead(),
        &[
            (w.plain_how_pledge(), w.plain_how_pledge_text()),
            (w.plain_how_words(), w.plain_how_words_text()),
            (w.plain_how_deadline(), w.plain_how_deadline_text()),
            (w.plain_how_reached(), w.plain_how_reached_text()),
            (w.plain_how_missed(), w.plain_how_missed_text()),
            (w.plain_how_change(), w.plain_how_change_text()),
        ],
    )
}

/// What it costs.
pub(crate) fn fees_page() -> AnyView {
    let w = words();
    plain(
        w.plain_fees(),
        w.plain_fees_lead(),
        &[
            (w.plain_fees_platform(), w.plain_fees_platform_text()),
            (w.plain_fees_provider(), w.plain_fees_provider_text()),
            (w.plain_fees_match(), w.plain_fees_match_text()),
            (w.plain_fees_example(), w.plain_fees_example_text()),
            (w.plain_fees_missed(), w.plain_fees_missed_text()),
        ],
    )
}

/// Why the figures can be trusted, and what they do not prove.
pub(crate) fn trust_page() -> AnyView {
    let w = words();
    plain(
        w.plain_trust(),
        w.plain_trust_lead(),
        &[
            (w.plain_trust_books(), w.plain_trust_books_text()),
            (w.plain_trust_chain(), w.plain_trust_chain_text()),
            (w.plain_trust_recount(), w.plain_trust_recount_text()),
            (w.plain_trust_private(), w.plain_trust_private_text()),
            (w.plain_trust_limits(), w.plain_trust_limits_text()),
        ],
    )
}

fn plain(title: &'static str, lead: &'static str, sections: &[(&'static str, &'static str)]) -> AnyView {
    let sections = sections.iter().map(|(title, text)| {
        view! {
            <section class="stack" data-gap="8">
                <h2>{*title}</h2>
                <p>{*text}</p>
            </section>
        }
    });
    entitle(title, None);
    view! {
        <div class="page page-head">
            <div class="stack prose" data-gap="32">
                <h1 tabindex="-1">{title}</h1>
                <p class="lead">{lead}</p>
                {sections.collect_view()}
            </div>
        </div>
    }
    .into_any()
}
