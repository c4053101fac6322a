//! Type and tables.

use leptos::prelude::*;

use super::State;
use crate::kit::{LedgerCell, LedgerColumn, LedgerRow, LedgerRowState, LedgerTable};

#[component]
pub(super) fn TypeSection() -> impl IntoView {
    view! {
        <section class="section" data-side="true">
            <h2>"Words"</h2>
            <div class="stack" data-gap="24">
                <p class="poster">
                    <strong>"CHF\u{a0}1’234.50"</strong>
                </p>
                <h3>"Zwölf fahrbare Bäume, vierzehn ménages, venti fontane"</h3>
                <p class="lead">"Exact, warm, dry: figures before adjectives, and who pays when."</p>
                <div class="prose">
                    <p>
                        "Only "<strong>"secured"</strong>" and "<strong>"matched"</strong>
                        " money counts toward a goal. " <a href="#kit">"How that works"</a>
                        " is one page, and it fits on a screen."
                    </p>
                    <ul>
                        <li>"Pledged: promised, not yet confirmed."</li>
                        <li>"Secured: the provider confirmed the payment method, or bank money arrived."</li>
                    </ul>
                    <p class="meta">"Figures align: 1’111.10 and 8’888.80. "<span class="code">"a71f 09c4 e2d8"</span></p>
                </div>
            </div>
        </section>
    }
}

#[component]
pub(super) fn TableSection() -> impl IntoView {
    let columns = [
        ("Entry", LedgerCell::Text),
        ("Day", LedgerCell::Text),
        ("Account", LedgerCell::Text),
        ("Amount", LedgerCell::Amount),
        ("Hash", LedgerCell::Hash),
    ]
    .map(|(label, kind)| LedgerColumn { label: label.to_owned(), kind })
    .to_vec();
    let row = |cells: [&str; 5], state| LedgerRow {
        id: format!("kit-entry-{}", cells[0]),
        cells: cells.map(str::to_owned).to_vec(),
        state,
    };
    let rows = vec![
        row(["1", "9 March 2027", "backers", "CHF\u{a0}20’905.00", "a71f 09c4"], LedgerRowState::Sound),
        row(["2", "9 March 2027", "fees", "−CHF\u{a0}1’045.25", "09c4 e2d8"], LedgerRowState::Sound),
        row(["3", "10 March 2027", "refunds", "−CHF\u{a0}60.00", "77aa 01b3"], LedgerRowState::Broken),
    ];
    let total = ["Sum", "", "", "CHF\u{a0}19’799.75", ""].map(str::to_owned).to_vec();
    view! {
        <section class="section">
            <h2>"Books"</h2>
            <State name="one broken link">
                <LedgerTable caption="Ledger of ‹La fontana che misura›" columns=columns rows=rows total=total/>
            </State>
        </section>
    }
}
