//! Everything there is, searched, filtered and ordered; the address holds it all.

use leptos::prelude::*;
use multitude_domain::money::Currency;
use multitude_domain::view::CampaignSort;
use multitude_words::Words;

use super::loaded::{escaped, loaded, query};
use crate::answer::entitle;
use crate::campaign_words::tile;
use crate::components::{
    CampaignCard, EmptyState, FieldView, FilterBar, FilterBarView, FilterChip, PageLink, Pagination,
};
use crate::i18n::{Texts, words};
use crate::load::{DiscoverFilter, DiscoverView, load_discover};

const SORTS: [CampaignSort; 4] =
    [CampaignSort::EndingSoon, CampaignSort::NearlyFunded, CampaignSort::Newest, CampaignSort::MostFunded];
const STATES: [&str; 4] = ["open", "soon", "reached", "over"];

/// The list.
pub(crate) async fn discover_page() -> AnyView {
    let w = words();
    let sort = query("sort");
    let filter = DiscoverFilter {
        q: query("q"),
        state: query("state"),
        topic: query("topic"),
        currency: query("currency"),
        sort: SORTS.into_iter().find(|one| sort_code(*one) == sort).unwrap_or_default(),
        cursor: query("cursor"),
    };
    loaded(load_discover(filter.clone()).await, |found| page(w, &filter, found))
}

fn page(w: Words, filter: &DiscoverFilter, found: DiscoverView) -> AnyView {
    let bar = filter_bar(w, filter);
    entitle(w.common_discover(), None);
    view! {
        <div class="page page-head">
            <h1 tabindex="-1">{w.common_discover()}</h1>
        </div>
        <div class="page stack" data-gap="32">
            <FilterBar view=bar/>
            {results(w, filter, found)}
        </div>
    }
    .into_any()
}

fn results(w: Words, filter: &DiscoverFilter, found: DiscoverView) -> impl IntoView {
    let now = found.now;
    let total = u64::try_from(found.listing.total).unwrap_or(0);
    let next = found.listing.next_cursor.map(|cursor| PageLink {
        href: href(w, &DiscoverFilter { cursor, ..filter.clone() }),
        label: w.discover_next().to_owned(),
    });
    let previous = (!filter.cursor.is_empty()).then(|| PageLink {
        href: href(w, &DiscoverFilter { cursor: String::new(), ..filter.clone() }),
        label: w.discover_first().to_owned(),
    });
    let is_empty = found.listing.items.is_empty();
    view! {
        <div role="status">
            <h2>{w.discover_found(total)}</h2>
        </div>
        {is_empty
            .then(|| {
                view! {
                    <EmptyState title=w.discover_nothing()>
                        <a href=format!("/{}/discover", w.locale)>{w.discover_all()}</a>
                    </EmptyState>
                }
            })}
        <div class="grid">
            {found
                .listing
                .items
                .into_iter()
                .map(|summary| view! { <CampaignCard view=tile(w, &summary, now)/> })
                .collect_view()}
        </div>
        <Pagination label=w.discover_pages() previous=previous next=next/>
    }
}

fn filter_bar(w: Words, filter: &DiscoverFilter) -> FilterBarView {
    let field = |name: &'static str, label: &str, value: &str| FieldView {
        name,
        label: label.to_owned(),
        value: value.to_owned(),
        ..FieldView::default()
    };
    let any = (String::new(), w.discover_any().to_owned());
    let states = [any.clone()]
        .into_iter()
        .chain(STATES.into_iter().map(|state| (state.to_owned(), state_name(w, state).to_owned())));
    let currencies = [any]
        .into_iter()
        .chain(Currency::ALL.iter().map(|currency| (currency.code().to_owned(), currency.code().to_owned())));
    let sorts = SORTS.into_iter().map(|sort| (sort_code(sort).to_owned(), sort_name(w, sort).to_owned()));
    FilterBarView {
        action: format!("/{}/discover", w.locale),
        search: field("q", w.discover_search(), &filter.q),
        submit: w.discover_submit().to_owned(),
        selects: vec![
            (field("state", w.discover_state(), &filter.state), states.collect()),
            (field("currency", w.discover_currency(), &filter.currency), currencies.collect()),
            (field("sort", w.discover_sort(), sort_code(filter.sort)), sorts.collect()),
        ],
        chips: chips(w, filter),
    }
}

/// Each filter in force, with the same list without it.
fn chips(w: Words, filter: &DiscoverFilter) -> Vec<FilterChip> {
    let without = |label: &str, rest: DiscoverFilter| FilterChip {
        label: label.to_owned(),
        remove_href: href(w, &DiscoverFilter { cursor: String::new(), ..rest }),
        remove_label: w.discover_remove(label),
    };
    let mut chips = Vec::new();
    if !filter.q.is_empty() {
        chips.push(without(&filter.q, DiscoverFilter { q: String::new(), ..filter.clone() }));
    }
    if !filter.state.is_empty() {
        let label = state_name(w, &filter.state);
        chips.push(without(label, DiscoverFilter { state: String::new(), ..filter.clone() }));
    }
    if !filter.currency.is_empty() {
        chips.push(without(&filter.currency, DiscoverFilter { currency: String::new(), ..filter.clone() }));
    }
    chips
}

/// The address of a list.
fn href(w: Words, filter: &DiscoverFilter) -> String {
    let sort = if filter.sort == CampaignSort::default() { "" } else { sort_code(filter.sort) };
    let parts = [
        ("q", filter.q.as_str()),
        ("state", &filter.state),
        ("topic", &filter.topic),
        ("currency", &filter.currency),
        ("sort", sort),
        ("cursor", &filter.cursor),
    ];
    let mut address = format!("/{}/discover", w.locale);
    let mut mark = '?';
    for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.push_str(&escaped(value));
        mark = '&';
    }
    address
}

const fn sort_code(sort: CampaignSort) -> &'static str {
    match sort {
        CampaignSort::EndingSoon => "ending",
        CampaignSort::NearlyFunded => "nearly",
        CampaignSort::Newest => "new",
        CampaignSort::MostFunded => "most",
    }
}

fn sort_name(w: Words, sort: CampaignSort) -> &'static str {
    match sort {
        CampaignSort::EndingSoon => w.discover_sort_ending(),
        CampaignSort::NearlyFunded => w.discover_sort_nearly(),
        CampaignSort::Newest => w.discover_sort_new(),
        CampaignSort::MostFunded => w.discover_sort_most(),
    }
}

fn state_name(w: Words, state: &str) -> &'static str {
    match state {
        "open" => w.discover_state_open(),
        "soon" => w.discover_state_soon(),
        "reached" => w.discover_state_reached(),
        _ => w.discover_state_over(),
    }
}
