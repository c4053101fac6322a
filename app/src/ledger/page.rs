//! Where a campaign's money is.

use leptos::prelude::*;
use multitude_domain::view::{CampaignLedgerView, CampaignSummary};
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::LedgerCheck;
use super::load::{LedgerView, load_ledger};
use super::words::row;
use crate::campaigns::{Part, in_frame};
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded_if_any;
use crate::kit::{Disclosure, EmptyState, LedgerCell, LedgerColumn, LedgerRow, LedgerTable};

/// Where a campaign's money is.
pub(crate) async fn ledger_page(slug: &str) -> AnyView {
    let w = words();
    loaded_if_any(load_ledger(slug.to_owned()).await, |view| ledger(w, view))
}

fn ledger(w: Words, view: LedgerView) -> AnyView {
    let LedgerView { campaign, ledger } = view;
    let summary = &campaign.view.summary;
    let unsealed = u64::try_from(ledger.unsealed).ok().filter(|n| *n > 0).map(|n| w.tabs_ledger_unsealed(n));
    let book = if ledger.records.is_empty() {
        view! { <EmptyState title=w.tabs_ledger_none()/> }.into_any()
    } else {
        book(w, summary, ledger)
    };
    // Before anything is pledged there is nothing to add up.
    let has_moved = summary.counted_minor() > 0 || summary.pledged_minor > 0 || summary.collected_minor > 0;
    let content = view! {
        <div class="books stack" data-gap="32">
            {has_moved.then(|| statement(w, summary))}
            {book}
            {unsealed.map(|text| view! { <p>{text}</p> })}
        </div>
    };
    in_frame(w, &campaign, Part::Ledger, w.tabs_ledger_title(&summary.title), content.into_any())
}

/// Sums that add up to what the meter shows, each with the book that it stands in.
fn statement(w: Words, summary: &CampaignSummary) -> AnyView {
    let line = |name: &str, how: &str, minor: i64, is_sum: bool| {
        let amount = money(w.locale, summary.money(minor), Precision::Exact);
        view! {
            <tr data-sum=is_sum.then_some("")>
                <th scope="row">
                    {name.to_owned()}
                    <span class="books__how">{how.to_owned()}</span>
                </th>
                <td class="amount">{amount}</td>
            </tr>
        }
    };
    let collected = (summary.collected_minor > 0)
        .then(|| line(w.books_collected(), w.books_collected_how(), summary.collected_minor, true));
    view! {
        <section class="stack" data-gap="8">
            <h3 id="statement">{w.books_statement()}</h3>
            <div class="table">
                <table aria-labelledby="statement">
                    <tbody>
                        {line(w.campaign_secured(), w.books_secured_how(), summary.secured_minor, false)}
                        {line(w.campaign_matched(), w.books_matched_how(), summary.counted_match_minor(), false)}
                        {line(w.books_counts(), w.books_counts_how(), summary.counted_minor(), true)}
                        {line(w.campaign_pledged(), w.books_pledged_how(), summary.pledged_minor, false)}
                        {collected}
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The newest entries; hashes and blocks show for those who want to check.
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
    let slug = summary.slug.clone();
    let file = format!("/{}/c/{}/ledger.csv", w.locale, summary.slug);
    let cut = ledger.is_cut.then(|| view! { <p>{w.tabs_ledger_cut()}</p> });
    view! {
        <section class="stack" data-gap="16">
            <h3>{w.books_entries()}</h3>
            <Disclosure summary=w.books_check()>
                <div class="stack">
                    <p class="prose">{w.tabs_ledger_rule()}</p>
                    <p class="prose">{w.books_numbers()}</p>
                    {block}
                    <LedgerCheck slug=slug/>
                    <noscript>
                        <p class="meta">{w.tabs_ledger_no_scripts()}</p>
                    </noscript>
                </div>
            </Disclosure>
            <LedgerTable caption=w.tabs_ledger_caption() columns=columns rows=rows/>
            {cut}
            <p><a href=file rel="external" download>{w.tabs_ledger_csv()}</a></p>
        </section>
    }
    .into_any()
}
