//! Where a campaign's money is.

use leptos::prelude::*;
use multitude_domain::view::{CampaignLedgerView, CampaignSummary};
use multitude_words::Words;

use super::LedgerCheck;
use super::load::{LedgerView, load_ledger};
use super::words::row;
use crate::campaigns::tabs::{Part, head};
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded_if_any;
use crate::kit::{EmptyState, LedgerCell, LedgerColumn, LedgerRow, LedgerTable};

/// Where a campaign's money is.
pub(crate) async fn ledger_page(slug: &str) -> AnyView {
    let w = words();
    loaded_if_any(load_ledger(slug.to_owned()).await, |view| ledger(w, view))
}

fn ledger(w: Words, view: LedgerView) -> AnyView {
    let LedgerView { summary, talk, ledger } = view;
    let unsealed = u64::try_from(ledger.unsealed).ok().filter(|n| *n > 0).map(|n| w.tabs_ledger_unsealed(n));
    let book = if ledger.records.is_empty() {
        view! { <EmptyState title=w.tabs_ledger_none()/> }.into_any()
    } else {
        book(w, &summary, ledger)
    };
    view! {
        <div class="page page-head">
            <div class="stack" data-gap="24">
                {head(w, &summary, talk, Part::Ledger, w.tabs_ledger_title(&summary.title))}
                {book}
                {unsealed.map(|text| view! { <p>{text}</p> })}
            </div>
        </div>
    }
    .into_any()
}

fn book(w: Words, summary: &CampaignSummary, ledger: CampaignLedgerView) -> AnyView {
    let column = |label: &str, kind| LedgerColumn { label: label.to_owned(), kind };
    let columns = vec![
        column(w.tabs_ledger_no(), LedgerCell::Text),
        column(w.tabs_ledger_day(), LedgerCell::Text),
        column(w.tabs_ledger_what(), LedgerCell::Text),
        column(w.tabs_ledger_amount(), LedgerCell::Amount),
        column(w.tabs_ledger_hash(), LedgerCell::Hash),
    ];
    // The newest first.
    let rows: Vec<LedgerRow> = ledger.records.iter().rev().map(|record| row(w, &ledger, record)).collect();
    let block = ledger.block.clone().map(|block| {
        view! {
            <p>
                {w.tabs_ledger_head(block.number)}
                " "
                <code class="hash">{block.hash.to_string()}</code>
            </p>
        }
    });
    let file = format!("/{}/c/{}/ledger.csv", w.locale, summary.slug);
    let cut = ledger.is_cut.then(|| view! { <p>{w.tabs_ledger_cut()}</p> });
    view! {
        <p class="prose">{w.tabs_ledger_rule()}</p>
        {block}
        <LedgerCheck slug=summary.slug.clone()/>
        <noscript>
            <p class="meta">{w.tabs_ledger_no_scripts()}</p>
        </noscript>
        <LedgerTable caption=w.tabs_ledger_caption() columns=columns rows=rows/>
        {cut}
        <p><a href=file rel="external" download>{w.tabs_ledger_csv()}</a></p>
    }
    .into_any()
}
