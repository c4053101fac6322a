//! Recomputing a campaign's books in the browser, by the code that sealed them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use multitude_domain::view::ChainFault;
use multitude_words::Words;
use multitude_words::format::number;

use crate::components::{Button, ButtonKind, Notice, NoticeKind};
use crate::i18n::{Texts, words};

/// So many records are what was sealed, or where they are not; none where the books could not be had.
type Outcome = Option<Result<usize, ChainFault>>;

fn fault_text(w: Words, fault: ChainFault) -> String {
    match fault {
        ChainFault::Record { sequence } => w.tabs_ledger_fault_entry(number(w.locale, sequence)),
        ChainFault::Block { number: block } => w.tabs_ledger_fault_block(number(w.locale, block)),
    }
}

/// A button that loads the campaign's books from the API and checks each record and the block that seals them.
#[island]
pub fn LedgerCheck(
    /// The campaign's name in addresses.
    slug: String,
) -> impl IntoView {
    let w = words();
    let outcome = RwSignal::new(None);
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
    let (kind, title) = match outcome {
        Some(Ok(count)) => (NoticeKind::Good, w.tabs_ledger_holds(u64::try_from(count).unwrap_or(u64::MAX))),
        Some(Err(fault)) => (NoticeKind::Bad, fault_text(w, fault)),
        None => (NoticeKind::Warn, w.common_failed_text().to_owned()),
    };
    view! { <Notice kind=kind title=title/> }.into_any()
}

#[cfg(feature = "hydrate")]
fn check(slug: &str, outcome: RwSignal<Option<Outcome>>) {
    use multitude_domain::view::CampaignLedgerView;

    let address = format!("/api/v1/campaigns/{slug}/ledger");
    wasm_bindgen_futures::spawn_local(async move {
        let text = crate::browser::load(&address).await;
        let ledger = text.and_then(|text| serde_json::from_str::<CampaignLedgerView>(&text).ok());
        // The reader may be elsewhere by now.
        let outcome_now = ledger.map(|ledger| ledger.verify());
        let broken = match &outcome_now {
            Some(Err(ChainFault::Record { sequence })) => Some(*sequence),
            Some(Ok(_) | Err(ChainFault::Block { .. })) | None => None,
        };
        if outcome.try_set(Some(outcome_now)).is_none() {
            mark(broken);
        }
    });
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
