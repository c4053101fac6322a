//! Recomputing a campaign's books in the browser, by the code that sealed them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use multitude_domain::view::ChainFault;
use multitude_words::Words;
use multitude_words::format::number;

use crate::i18n::{Texts, words};
use crate::kit::{Button, ButtonKind, Notice, NoticeKind};

/// How far checking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "nothing is checked while the server renders")
)]
enum Outcome {
    /// So many records hold so far.
    Running(usize),
    /// All of them are what was sealed.
    Holds(usize),
    /// This one is not.
    Broken(ChainFault),
    /// The books could not be had.
    Failed,
}

fn fault_text(w: Words, fault: ChainFault) -> String {
    match fault {
        ChainFault::Record { sequence } => w.tabs_ledger_fault_entry(number(w.locale, sequence)),
        ChainFault::Block { number: block } => w.tabs_ledger_fault_block(number(w.locale, block)),
    }
}

/// A button that loads the campaign's books from the API and checks each record and the block that seals
/// them.
#[island]
pub fn LedgerCheck(
    /// The campaign's name in addresses.
    slug: String,
) -> impl IntoView {
    let w = words();
    let outcome = RwSignal::new(None::<Outcome>);
    let check = move |event: SubmitEvent| {
        event.prevent_default();
        check(&slug, outcome);
    };
    view! {
        <form class="stack ledger-check" data-gap="8" on:submit=check>
            <div>
                <Button kind=ButtonKind::Primary>{w.tabs_ledger_check()}</Button>
            </div>
            <p class="meta">{w.tabs_ledger_check_hint()}</p>
            <div role="status">{move || outcome.get().map(|outcome| answer(w, outcome))}</div>
        </form>
    }
}

fn answer(w: Words, outcome: Outcome) -> AnyView {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let (kind, title) = match outcome {
        Outcome::Running(so_far) => (NoticeKind::Info, w.tabs_ledger_running(count(so_far))),
        Outcome::Holds(all) => (NoticeKind::Good, w.tabs_ledger_holds(count(all))),
        Outcome::Broken(fault) => (NoticeKind::Bad, fault_text(w, fault)),
        Outcome::Failed => (NoticeKind::Warn, w.common_failed_text().to_owned()),
    };
    view! { <Notice kind=kind title=title/> }.into_any()
}

#[cfg(feature = "hydrate")]
fn check(slug: &str, outcome: RwSignal<Option<Outcome>>) {
    let address = format!("/api/v1/campaigns/{slug}/ledger");
    wasm_bindgen_futures::spawn_local(async move {
        // The reader may be elsewhere by now.
        let tell = |now| outcome.try_set(Some(now)).is_none();
        if !tell(Outcome::Running(0)) {
            return;
        }
        let end = recompute(&address, tell).await;
        let broken = match end {
            Outcome::Broken(ChainFault::Record { sequence }) => Some(sequence),
            Outcome::Broken(ChainFault::Block { .. })
            | Outcome::Running(_)
            | Outcome::Holds(_)
            | Outcome::Failed => None,
        };
        if tell(end) {
            mark(broken);
        }
    });
}

/// Loads the books part by part and recomputes each, for as long as somebody is told.
#[cfg(feature = "hydrate")]
async fn recompute(address: &str, tell: impl Fn(Outcome) -> bool) -> Outcome {
    use multitude_domain::view::{CampaignLedgerView, ChainCheck};

    let (mut check, mut after) = (ChainCheck::default(), 0);
    loop {
        let text = crate::browser::load(&format!("{address}?after={after}")).await;
        let part = text.and_then(|text| serde_json::from_str::<CampaignLedgerView>(&text).ok());
        let Some(part) = part else { return Outcome::Failed };
        if let Err(fault) = check.add(&part) {
            return Outcome::Broken(fault);
        }
        match part.records.last().filter(|_| part.is_cut) {
            Some(last) => after = last.sequence,
            None => return Outcome::Holds(check.count()),
        }
        if !tell(Outcome::Running(check.count())) {
            return Outcome::Running(check.count());
        }
    }
}

/// Marks the line of the book that does not hold, and no other; it is there where it is among the shown ones.
#[cfg(feature = "hydrate")]
fn mark(broken: Option<i64>) {
    let document = document();
    if let Ok(Some(marked)) = document.query_selector(".ledger-table tr[data-state=broken]") {
        // Refused only by a broken name.
        let _ = marked.remove_attribute("data-state");
    }
    let line = broken.and_then(|sequence| document.get_element_by_id(&format!("entry-{sequence}")));
    if let Some(line) = line {
        let _ = line.set_attribute("data-state", "broken");
    }
}

/// Nothing is checked while the server renders.
#[cfg(not(feature = "hydrate"))]
const fn check(_: &str, _: RwSignal<Option<Outcome>>) {}
