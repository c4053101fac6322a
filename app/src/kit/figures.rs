//! Figures before adjectives: the pulse line, and what a list says when it has nothing.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// One figure and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigure {
    /// "CHF 1’204’880".
    pub figure: String,
    /// "paid out to campaigns".
    pub caption: String,
}

/// Two to four figures, straight from the ledger.
#[component]
pub fn KeyFigures(
    /// In order.
    figures: Vec<KeyFigure>,
) -> impl IntoView {
    view! {
        <dl class="key-figures">
            {figures
                .into_iter()
                .map(|figure| {
                    view! {
                        <div class="key-figures__item">
                            <dt>{figure.caption}</dt>
                            <dd>{figure.figure}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
}

/// A list with nothing in it: one sentence, and the way on.
#[component]
pub fn EmptyState(
    /// The sentence.
    #[prop(into)]
    title: String,
    /// A link or button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <p class="empty-state__title">{title}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// More, for those who want it; works without scripts.
#[component]
pub fn Disclosure(
    /// What is inside.
    #[prop(into)]
    summary: String,
    /// Open from the start, where something inside is to be put right.
    #[prop(optional)]
    is_open: bool,
    /// The inside.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="disclosure" open=is_open>
            <summary>
                <Icon name=IconName::Plus/>
                {summary}
            </summary>
            <div class="disclosure__body">{children()}</div>
        </details>
    }
}
