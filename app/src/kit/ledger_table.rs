//! Books as tables: figures in columns, hashes in a face of their own, a broken link named.

use leptos::prelude::*;

/// A column's heading and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerColumn {
    /// The heading.
    pub label: String,
    /// What stands in it.
    pub kind: LedgerCell,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerCell {
    /// Words, days, numbers of entries.
    Text,
    /// Money, right-aligned.
    Amount,
    /// A shortened hash.
    Hash,
}

impl LedgerCell {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Amount => Some("ledger-table__amount"),
            Self::Hash => Some("ledger-table__hash"),
        }
    }
}

/// One line of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its place on the page, for links and for what checks the book.
    pub id: String,
    /// One text per column; the first heads the row.
    pub cells: Vec<String>,
    /// Whether the chain holds here.
    pub state: LedgerRowState,
}

/// Whether the chain holds at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerRowState {
    /// Not looked at, or in order.
    Sound,
    /// The hash does not follow from the line before.
    Broken,
}

/// A book. Scrolls sideways by itself on narrow screens, by keyboard too.
#[component]
pub fn LedgerTable(
    /// What the table holds.
    #[prop(into)]
    caption: String,
    /// Headings, in order.
    columns: Vec<LedgerColumn>,
    /// Lines, in order.
    rows: Vec<LedgerRow>,
    /// A closing line, one text per column.
    #[prop(optional)]
    total: Option<Vec<String>>,
) -> impl IntoView {
    let label = caption.clone();
    let kinds: Vec<_> = columns.iter().map(|column| column.kind).collect();
    let cells = move |texts: Vec<String>| {
        texts
            .into_iter()
            .zip(kinds.clone())
            .enumerate()
            .map(|(nth, (text, kind))| match nth {
                0 => view! { <th scope="row" class=kind.class()>{text}</th> }.into_any(),
                _ => view! { <td class=kind.class()>{text}</td> }.into_any(),
            })
            .collect_view()
    };
    view! {
        <div class="ledger-table" role="region" aria-label=label tabindex="0">
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        {columns
                            .into_iter()
                            .map(|column| view! { <th scope="col" class=column.kind.class()>{column.label}</th> })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            let is_broken = row.state == LedgerRowState::Broken;
                            view! { <tr id=row.id data-state=is_broken.then_some("broken")>{cells(row.cells)}</tr> }
                        })
                        .collect_view()}
                </tbody>
                {total.map(|texts| view! { <tfoot><tr>{cells(texts)}</tr></tfoot> })}
            </table>
        </div>
    }
}
