//! Pages of plain text: how it works, what it costs, why the figures can be trusted.

use leptos::prelude::*;

use multitude_domain::fees::{FeeSchedule, RESERVE};
use multitude_domain::money::{Currency, Money};
use multitude_domain::time::Day;
use multitude_words::Words;
use multitude_words::format::{Precision, day, money, percent};

use super::load::load_fees;
use crate::Services;
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded;

/// The last day on which one of these texts was changed.
const AS_OF: &str = "2026-11-28";
/// The pledge of the example on the page of fees.
const EXAMPLE_MINOR: i64 = 6_000;

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
            (w.plain_how_flexible(), w.plain_how_flexible_text()),
            (w.plain_how_change(), w.plain_how_change_text()),
        ],
    )
}

/// What it costs, in the figures that hold for whoever opens now.
pub(crate) async fn fees_page() -> AnyView {
    loaded(load_fees(Currency::CHF).await, |fees| show_fees(words(), fees))
}

fn show_fees(w: Words, fees: FeeSchedule) -> AnyView {
    let share = |points: u32| percent(w.locale, i64::from(points));
    let platform = w.plain_fees_platform_text(share(fees.platform.get()));
    let provider =
        w.plain_fees_provider_text(share(fees.provider.get()), francs(w, fees.provider_fixed_minor));
    let reserve = w.plain_fees_reserve_text(share(RESERVE.get()));
    let example = example(w, fees);
    plain(
        w.plain_fees(),
        w.plain_fees_lead(),
        &[
            (w.plain_fees_platform(), &platform),
            (w.plain_fees_provider(), &provider),
            (w.plain_fees_match(), w.plain_fees_match_text()),
            (w.plain_fees_reserve(), &reserve),
            (w.plain_fees_example(), &example),
            (w.plain_fees_missed(), w.plain_fees_missed_text()),
        ],
    )
}

fn francs(w: Words, minor: i64) -> String {
    money(w.locale, Money::new(minor, Currency::CHF), Precision::Exact)
}

/// Where one pledge by card goes.
fn example(w: Words, fees: FeeSchedule) -> String {
    let (platform, provider) = (fees.platform_fee(EXAMPLE_MINOR), fees.provider_cost(EXAMPLE_MINOR));
    let rest = EXAMPLE_MINOR.saturating_sub(platform).saturating_sub(provider);
    w.plain_fees_example_text(
        francs(w, EXAMPLE_MINOR),
        francs(w, platform),
        francs(w, provider),
        francs(w, rest),
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

/// Since when the texts say what they say, and whom to ask.
fn version(w: Words) -> AnyView {
    let as_of =
        AS_OF.parse().map(|as_of: Day| w.plain_as_of(day(w.locale, as_of), env!("CARGO_PKG_VERSION")));
    let contact = expect_context::<Services>().facts.contact.clone();
    let [before, after] = around(w.plain_contact(MARK));
    view! {
        <p class="meta">
            {as_of.ok()} " " {before} <a href=format!("mailto:{contact}")>{contact.clone()}</a> {after}
        </p>
    }
    .into_any()
}

/// Stands for what is put into a text as an element.
const MARK: &str = "\u{fffc}";

/// A text before and after its mark.
fn around(text: String) -> [String; 2] {
    let (before, after) = text.split_once(MARK).unwrap_or((&text, ""));
    [before.to_owned(), after.to_owned()]
}

fn plain(title: &'static str, lead: &'static str, sections: &[(&'static str, &str)]) -> AnyView {
    let sections = sections.iter().map(|(title, text)| {
        view! {
            <section class="stack" data-gap="8">
                <h2>{*title}</h2>
                <p>{(*text).to_owned()}</p>
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
                {version(words())}
            </div>
        </div>
    }
    .into_any()
}
