//! The parts of a campaign that are pages of their own, and one of them: where its money is.

use leptos::prelude::*;
use multitude_domain::ledger::{Account, TransactionKind};
use multitude_domain::money::Money;
use multitude_domain::view::{CampaignLedgerView, CampaignSummary, RecordView, TalkCounts};
use multitude_words::Words;
use multitude_words::format::{Precision, day, money, number};

use super::addresses::{campaign_path, escaped};
use super::loaded::loaded_if_any;
use crate::answer::entitle;
use crate::components::{
    EmptyState, LedgerCell, LedgerColumn, LedgerRow, LedgerRowState, LedgerTable, PageLink, Pagination,
    TabCount, TabLink, Tabs, in_language,
};
use crate::i18n::{Texts, words};
use crate::islands::LedgerCheck;
use crate::load::{LedgerView, load_ledger};

/// One part of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    About,
    Updates,
    Questions,
    Backers,
    Ledger,
}

/// The links between a campaign's parts.
pub(super) fn tabs(
    w: Words,
    slug: &str,
    backers: Option<AnyView>,
    talk: TalkCounts,
    current: Part,
) -> AnyView {
    let base = campaign_path(w, slug);
    let link = |part, rest: &str, label: &str, count: Option<AnyView>| TabLink {
        href: format!("{base}{rest}"),
        label: label.to_owned(),
        count,
        is_current: part == current,
    };
    let count = |n| count(w, n);
    let links = vec![
        link(Part::About, "", w.tabs_about(), None),
        link(Part::Updates, "/updates", w.tabs_updates(), count(talk.updates)),
        link(Part::Questions, "/questions", w.tabs_questions(), count(talk.questions)),
        link(Part::Backers, "/backers", w.tabs_backers(), backers),
        link(Part::Ledger, "/ledger", w.tabs_ledger(), None),
    ];
    view! { <Tabs label=w.tabs_tabs() links=links/> }.into_any()
}

/// What is nothing is not counted.
fn count(w: Words, n: i64) -> Option<AnyView> {
    (n > 0).then(|| view! { <TabCount text=number(w.locale, n)/> }.into_any())
}

/// The heading of a part, and the links to the others.
pub(super) fn head(
    w: Words,
    summary: &CampaignSummary,
    talk: TalkCounts,
    part: Part,
    title: String,
) -> AnyView {
    entitle(title.as_str(), Some(&summary.one_liner));
    let lang = (summary.locale != w.locale).then(|| summary.locale.code());
    view! {
        <h1 tabindex="-1">{in_language(&title, &summary.title, lang)}</h1>
        {tabs(w, &summary.slug, count(w, summary.backers), talk, part)}
    }
    .into_any()
}

/// The address of a part of a campaign, below the language.
pub(super) fn part_address(slug: &str, part: &str) -> String {
    format!("c/{slug}/{part}")
}

/// The ways to older and back to the newest, where there is more than one page at an address below the language.
pub(super) fn pages(w: Words, address: &str, cursor: &str, next: Option<String>) -> AnyView {
    if cursor.is_empty() && next.is_none() {
        return ().into_any();
    }
    let base = format!("/{}/{address}", w.locale);
    let next = next.map(|cursor| PageLink {
        href: format!("{base}?cursor={}", escaped(&cursor)),
        label: w.talk_older().to_owned(),
    });
    let newest = (!cursor.is_empty()).then(|| PageLink { href: base, label: w.talk_newest().to_owned() });
    view! { <Pagination label=w.discover_pages() previous=newest next=next/> }.into_any()
}

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

fn row(w: Words, ledger: &CampaignLedgerView, record: &RecordView) -> LedgerRow {
    let (kind, amount_minor) = (record.kind.parse(), moved(record));
    let hash: String = record.hash.to_string().chars().take(12).collect();
    LedgerRow {
        id: format!("entry-{}", record.sequence),
        cells: vec![
            number(w.locale, record.sequence),
            record.day.parse().map_or_else(|_| record.day.clone(), |on| day(w.locale, on)),
            kind.map_or_else(|_| record.kind.clone(), |kind| kind_text(w, kind).to_owned()),
            money(w.locale, Money::new(amount_minor, ledger.currency), Precision::Exact),
            hash,
        ],
        state: LedgerRowState::Sound,
    }
}

/// How much moved: the credits of what is owed, or else of anything.
fn moved(record: &RecordView) -> i64 {
    let credits = record.entries.iter().filter(|(_, minor)| *minor < 0);
    let escrow = record
        .entries
        .iter()
        .find(|(account, _)| matches!(account.parse(), Ok(Account::Escrow(_))))
        .map(|(_, minor)| minor.saturating_neg());
    escrow.unwrap_or_else(|| credits.map(|(_, minor)| minor.saturating_neg()).sum())
}

fn kind_text(w: Words, kind: TransactionKind) -> &'static str {
    match kind {
        TransactionKind::Capture => w.tabs_kind_capture(),
        TransactionKind::Fee => w.tabs_kind_fee(),
        TransactionKind::PoolFunded => w.tabs_kind_pool_funded(),
        TransactionKind::MatchReserved => w.tabs_kind_match_reserved(),
        TransactionKind::MatchPosted => w.tabs_kind_match_posted(),
        TransactionKind::MatchVoided => w.tabs_kind_match_voided(),
        TransactionKind::BankIn => w.tabs_kind_bank_in(),
        TransactionKind::BankBooked => w.tabs_kind_bank_booked(),
        TransactionKind::BankReturned => w.tabs_kind_bank_returned(),
        TransactionKind::Refund => w.tabs_kind_refund(),
        TransactionKind::Chargeback => w.tabs_kind_chargeback(),
        TransactionKind::Payout => w.tabs_kind_payout(),
        TransactionKind::Unknown => w.tabs_kind_unknown(),
        TransactionKind::Reversal => w.tabs_kind_reversal(),
    }
}
