//! Search and filters of a list: one GET form, and what is set as links that remove it.

use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use super::field::{FieldView, SelectField};
use super::icon::{Icon, IconName};

/// What the filter bar shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterBarView {
    /// Where the form goes.
    pub action: String,
    /// The search field.
    pub search: FieldView,
    /// "Search", on the button.
    pub submit: String,
    /// The id of the list of what the search field offers.
    pub suggestions: &'static str,
    /// Each list: the field, then value and label of its options.
    pub selects: Vec<(FieldView, Vec<(String, String)>)>,
    /// "Filters (2)": shows the lists where they are folded away.
    pub unfold: String,
    /// A field and the value of it that an address need not say.
    pub default: (&'static str, &'static str),
}

/// One filter in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterChip {
    /// "Ticino".
    pub label: String,
    /// The same list without it.
    pub remove_href: String,
    /// "Remove Ticino", for screen readers.
    pub remove_label: String,
}

/// Search and lists. The button sends all of it; with scripts each choice is sent at once. On narrow screens
/// the lists are folded away until they are asked for.
#[component]
pub fn FilterBar(
    /// What it shows.
    view: FilterBarView,
) -> impl IntoView {
    let search = view.search;
    view! {
        <form
            class="filter-bar"
            method="get"
            action=view.action
            role="search"
            data-filters=""
            data-default=format!("{}={}", view.default.0, view.default.1)
        >
            <label class="visually-hidden" for=search.id()>
                {search.label.clone()}
            </label>
            <div class="filter-bar__search">
                <input
                    class="field__control"
                    type="search"
                    id=search.id()
                    name=search.name
                    value=search.value.clone()
                    placeholder=search.hint.clone()
                    list=view.suggestions
                    autocomplete="off"
                />
                <Button kind=ButtonKind::Secondary>
                    <Icon name=IconName::Search/>
                    {view.submit}
                </Button>
            </div>
            <p class="filter-bar__unfold">
                <input type="checkbox" id="unfold"/>
                <label for="unfold" data-synced="">{view.unfold}</label>
            </p>
            <div class="filter-bar__selects">
                {view
                    .selects
                    .into_iter()
                    .map(|(field, options)| view! { <SelectField view=field options=options/> })
                    .collect_view()}
            </div>
        </form>
    }
}

/// What is set, each as a link to the same list without it.
#[component]
pub fn FilterChips(
    /// What is set.
    chips: Vec<FilterChip>,
) -> impl IntoView {
    view! {
        <ul class="filter-bar__chips">
            {chips
                .into_iter()
                .map(|chip| {
                    view! {
                        <li>
                            <a class="filter-bar__chip" href=chip.remove_href aria-label=chip.remove_label>
                                {chip.label}
                                <Icon name=IconName::Cross/>
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
