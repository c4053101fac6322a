//! Everything there is, searched, filtered and ordered; the address holds it all. A topic, a place and the
//! campaigns have addresses of their own: the same list with one choice made.

use std::collections::BTreeSet;

use leptos::prelude::*;
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::view::CampaignSort;
use multitude_platform::campaigns::{Facets, StateGroup};
use multitude_platform::search::{fold, says};
use multitude_words::Words;
use multitude_words::format::number;

use super::load::{DiscoverFilter, DiscoverView, load_discover};
use super::topic_words::topic_name;
use super::words::tile;
use crate::answer::{entitle, lead_on};
use crate::i18n::{Texts, own_name, words};
use crate::kit::addresses::{escaped, query, says_nothing};
use crate::kit::loaded::loaded;
use crate::kit::not_found::not_found_page;
use crate::kit::{
    CampaignCard, EmptyState, FieldView, FilterBar, FilterBarView, FilterChip, FilterChips, PageLink,
    Pagination, Topic,
};
use crate::page::Page;

const SORTS: [CampaignSort; 4] =
    [CampaignSort::EndingSoon, CampaignSort::NearlyFunded, CampaignSort::Newest, CampaignSort::MostFunded];
/// Fewer letters name no topic and no place.
const NAME_CHARS_MIN: usize = 3;
/// Topics and places that are offered at once, and titles.
const NAMES_SUGGESTED: usize = 6;
const TITLES_SUGGESTED: usize = 6;
/// The id of what the search field offers.
const SUGGESTIONS: &str = "suggestions";

/// The choice that an address has made already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset<'a> {
    /// None.
    Everything,
    /// Campaigns.
    Campaigns,
    /// One topic's, by its code.
    Topic(&'a str),
    /// One place's.
    Place(&'a str),
}

/// The list.
pub(crate) async fn discover_page(preset: Preset<'_>) -> AnyView {
    let w = words();
    let sort = query("sort");
    // What no choice on the page says filters nothing.
    let state = Some(query("state")).filter(|state| state.parse::<StateGroup>().is_ok());
    let currency = Some(query("currency")).filter(|code| code.parse::<Currency>().is_ok());
    let lang = Some(query("language")).filter(|code| code.parse::<Locale>().is_ok());
    let filter = DiscoverFilter {
        q: query("q"),
        state: state.unwrap_or_default(),
        topic: if let Preset::Topic(topic) = preset { topic.to_owned() } else { query("topic") },
        place: if let Preset::Place(place) = preset { place.to_owned() } else { query("place") },
        currency: currency.unwrap_or_default(),
        lang: lang.unwrap_or_default(),
        sort: SORTS.into_iter().find(|one| sort_code(*one) == sort).unwrap_or_default(),
        cursor: query("cursor"),
    };
    // A form without scripts sends its empty fields too.
    if says_nothing("sort", sort_code(CampaignSort::default())) {
        lead_on(&href(w, preset, &filter));
        return ().into_any();
    }
    loaded(load_discover(filter.clone()).await, |found| {
        let filter = as_spelled_here(filter, &found);
        let preset = match preset {
            Preset::Everything | Preset::Campaigns => preset,
            Preset::Topic(_) => Preset::Topic(&filter.topic),
            Preset::Place(_) => Preset::Place(&filter.place),
        };
        if preset.exists(&filter, &found) { page(w, preset, &filter, found) } else { not_found_page() }
    })
}

/// The filter with a topic and a place as they are spelled here: an address may spell them in another case.
fn as_spelled_here(filter: DiscoverFilter, found: &DiscoverView) -> DiscoverFilter {
    let first = found.listing.items.first();
    let topics = Topic::ALL.iter().map(|topic| topic.slug());
    let topics = topics.chain(found.facets.topics.iter().map(String::as_str));
    let places = found.facets.places.iter().map(String::as_str);
    let topic = own_spelling(&filter.topic, topics.chain(first.map(|one| one.topic.as_str())));
    let place = own_spelling(&filter.place, places.chain(first.map(|one| one.place.as_str())));
    DiscoverFilter { topic, place, ..filter }
}

/// What of the known says the same, else what was typed.
fn own_spelling<'a>(typed: &str, mut known: impl Iterator<Item = &'a str>) -> String {
    let folded = fold(typed);
    let own = known.find(|own| !folded.is_empty() && fold(own) == folded);
    own.unwrap_or(typed).to_owned()
}

impl Preset<'_> {
    /// Whether anything is to stand at its address: no page is made of whatever name somebody typed.
    fn exists(self, filter: &DiscoverFilter, found: &DiscoverView) -> bool {
        let is_ours = match self {
            Self::Everything | Self::Campaigns => true,
            Self::Topic(code) => Topic::ALL.iter().any(|topic| topic.slug() == code),
            Self::Place(place) => found.facets.places.iter().any(|own| own == place),
        };
        let is_narrowed =
            [&filter.q, &filter.state, &filter.currency, &filter.lang].iter().any(|value| !value.is_empty());
        is_ours || is_narrowed || found.listing.total > 0
    }

    fn title(self, w: Words) -> String {
        match self {
            Self::Everything => w.common_discover().to_owned(),
            Self::Campaigns => w.discover_campaigns().to_owned(),
            Self::Topic(code) => w.discover_campaigns_of(topic_name(w, code)),
            Self::Place(place) => w.discover_campaigns_of(place),
        }
    }

    fn path(self, w: Words) -> String {
        match self {
            Self::Everything => Page::Discover.path(w.locale),
            Self::Campaigns => Page::Campaigns.path(w.locale),
            Self::Topic(code) => topic_path(w, code),
            Self::Place(place) => place_path(w, place),
        }
    }
}

/// Where a topic's campaigns are.
pub(super) fn topic_path(w: Words, code: &str) -> String {
    Page::Topic { topic: &escaped(code) }.path(w.locale)
}

/// Where a place's campaigns are.
pub(super) fn place_path(w: Words, place: &str) -> String {
    Page::Place { place: &escaped(place) }.path(w.locale)
}

fn page(w: Words, preset: Preset<'_>, filter: &DiscoverFilter, found: DiscoverView) -> AnyView {
    let chips = chips(w, preset, filter);
    let bar = filter_bar(w, preset, filter, &found.facets, chips.len());
    let title = preset.title(w);
    entitle(title.as_str(), None);
    // Whatever the filters change is one part: it is swapped in place, and what it says first is said.
    view! {
        <div class="page page-head">
            <h1 tabindex="-1">{title}</h1>
        </div>
        <div class="page stack" data-gap="32">
            <FilterBar view=bar/>
            <p class="visually-hidden" role="status" data-says=""></p>
            <div class="stack" data-gap="32" data-part="">
                {suggestions(w, filter, &found)}
                {(!chips.is_empty()).then(|| view! { <FilterChips chips=chips.clone()/> })}
                {named(w, filter, &found.facets)}
                {results(w, preset, filter, found, &chips)}
            </div>
        </div>
    }
    .into_any()
}

/// What the search field offers to whoever types: titles that are found, topics and places that the words
/// begin to name.
fn suggestions(w: Words, filter: &DiscoverFilter, found: &DiscoverView) -> AnyView {
    let typed = filter.q.trim();
    let is_named = |name: &str| !typed.is_empty() && says(name, typed);
    let topics = found.facets.topics.iter().map(|code| topic_name(w, code)).filter(|name| is_named(name));
    let places = found.facets.places.iter().filter(|name| is_named(name)).cloned();
    let titles = found.listing.items.iter().map(|one| one.title.clone()).take(TITLES_SUGGESTED);
    let all: BTreeSet<String> = topics.chain(places).take(NAMES_SUGGESTED).chain(titles).collect();
    let options = all.into_iter().map(|value| view! { <option value=value></option> });
    view! { <datalist id=SUGGESTIONS>{options.collect_view()}</datalist> }.into_any()
}

/// The topics that the words name in the reader's language, which campaigns in other languages do not say, and
/// the places that they name.
fn named(w: Words, filter: &DiscoverFilter, facets: &Facets) -> AnyView {
    let typed = filter.q.trim();
    if typed.chars().count() < NAME_CHARS_MIN {
        return ().into_any();
    }
    let topics = facets
        .topics
        .iter()
        .filter(|_| filter.topic.is_empty())
        .map(|code| (topic_name(w, code), topic_path(w, code)));
    let places = facets
        .places
        .iter()
        .filter(|_| filter.place.is_empty())
        .map(|place| (place.clone(), place_path(w, place)));
    let named = topics.chain(places).filter(|(name, _)| says(name, typed)).take(NAMES_SUGGESTED);
    let links = named.map(|(name, href)| {
        view! { <a href=href>{w.discover_campaigns_of(name)}</a> }
    });
    let links = links.collect_view();
    if links.is_empty() { ().into_any() } else { view! { <p class="cluster">{links}</p> }.into_any() }
}

fn results(
    w: Words,
    preset: Preset<'_>,
    filter: &DiscoverFilter,
    found: DiscoverView,
    chips: &[FilterChip],
) -> AnyView {
    let now = found.now;
    let total = u64::try_from(found.listing.total).unwrap_or(0);
    let next = found.listing.next_cursor.map(|cursor| PageLink {
        href: href(w, preset, &DiscoverFilter { cursor, ..filter.clone() }),
        label: w.discover_next().to_owned(),
    });
    let previous = (!filter.cursor.is_empty()).then(|| PageLink {
        href: href(w, preset, &DiscoverFilter { cursor: String::new(), ..filter.clone() }),
        label: w.discover_first().to_owned(),
    });
    let has_more = previous.is_some() || next.is_some();
    let pages =
        has_more.then(|| view! { <Pagination label=w.discover_pages() previous=previous next=next/> });
    let nothing = || {
        if filter.q.is_empty() { w.discover_nothing().to_owned() } else { w.discover_nothing_for(&filter.q) }
    };
    let is_empty = found.listing.items.is_empty();
    let looser = loosen(w, chips, &found.loosened);
    let everything = Preset::Everything.path(w);
    view! {
        <h2>{w.discover_found(total)}</h2>
        {is_empty
            .then(|| {
                view! {
                    <EmptyState title=nothing()>
                        {looser}
                        <a href=everything>{w.discover_all()}</a>
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
        {pages}
    }
    .into_any()
}

/// What would be found without one of the choices.
fn loosen(w: Words, chips: &[FilterChip], loosened: &[i64]) -> Option<AnyView> {
    let some = chips.iter().zip(loosened).filter(|(_, total)| **total > 0);
    let links: Vec<_> = some
        .map(|(chip, total)| {
            let count = w.discover_found(u64::try_from(*total).unwrap_or(0));
            let text = w.discover_without(&chip.label, count);
            view! { <li><a href=chip.remove_href.clone()>{text}</a></li> }
        })
        .collect();
    (!links.is_empty()).then(|| view! { <ul class="stack" data-gap="4">{links}</ul> }.into_any())
}

fn filter_bar(
    w: Words,
    preset: Preset<'_>,
    filter: &DiscoverFilter,
    facets: &Facets,
    chosen: usize,
) -> FilterBarView {
    let field = |name: &'static str, label: &str, value: &str| FieldView {
        name,
        label: label.to_owned(),
        value: value.to_owned(),
        ..FieldView::default()
    };
    let first = |label: &str, options: Vec<(String, String)>| {
        [(String::new(), label.to_owned())].into_iter().chain(options).collect::<Vec<_>>()
    };
    let or_any = |options| first(w.discover_any(), options);
    let topics = by_label(facets.topics.iter().map(|code| (code.clone(), topic_name(w, code))));
    let places = by_label(facets.places.iter().map(|place| (place.clone(), place.clone())));
    let states = StateGroup::ALL.map(|state| (state.name().to_owned(), state_name(w, state).to_owned()));
    let currencies = by_label(facets.currencies.iter().map(|code| (code.clone(), code.clone())));
    let languages = Locale::ALL.map(|locale| (locale.code().to_owned(), own_name(locale).to_owned())).into();
    let sorts = SORTS.into_iter().map(|sort| (sort_code(sort).to_owned(), sort_name(w, sort).to_owned()));
    let topic = (field("topic", w.discover_topic(), &filter.topic), or_any(topics));
    let place = (field("place", w.discover_place(), &filter.place), or_any(places));
    let rest = [
        (field("state", w.discover_state(), &filter.state), or_any(states.into())),
        (
            field("currency", w.discover_currency(), &filter.currency),
            first(w.discover_any_currency(), currencies),
        ),
        (field("language", w.discover_language(), &filter.lang), first(w.discover_any_language(), languages)),
        (field("sort", w.discover_sort(), sort_code(filter.sort)), sorts.collect()),
    ];
    // What the address says already is not asked again.
    let of_the_address = match preset {
        Preset::Everything | Preset::Campaigns => vec![topic, place],
        Preset::Topic(_) => vec![place],
        Preset::Place(_) => vec![topic],
    };
    FilterBarView {
        action: preset.path(w),
        search: field("q", w.discover_search(), &filter.q),
        submit: w.discover_submit().to_owned(),
        suggestions: SUGGESTIONS,
        selects: of_the_address.into_iter().chain(rest).collect(),
        unfold: match chosen {
            0 => w.discover_filters().to_owned(),
            _ => w.discover_filters_set(number(w.locale, i64::try_from(chosen).unwrap_or(0))),
        },
        default: ("sort", sort_code(CampaignSort::default())),
    }
}

fn by_label(options: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut options: Vec<_> = options.collect();
    options.sort_by_cached_key(|(_, label)| fold(label));
    options
}

/// Each filter in force, with the same list without it.
fn chips(w: Words, preset: Preset<'_>, filter: &DiscoverFilter) -> Vec<FilterChip> {
    let without = |label: String, preset: Preset<'_>, rest: DiscoverFilter| FilterChip {
        remove_href: href(w, preset, &DiscoverFilter { cursor: String::new(), ..rest }),
        remove_label: w.discover_remove(&label),
        label,
    };
    // Without its own choice, an address is the list of everything.
    let (beyond_topic, beyond_place) = match preset {
        Preset::Everything | Preset::Campaigns => (preset, preset),
        Preset::Topic(_) => (Preset::Everything, preset),
        Preset::Place(_) => (preset, Preset::Everything),
    };
    let (none, all) = (String::new, || filter.clone());
    let chips = [
        (&filter.q, without(filter.q.clone(), preset, DiscoverFilter { q: none(), ..all() })),
        (
            &filter.topic,
            without(topic_name(w, &filter.topic), beyond_topic, DiscoverFilter { topic: none(), ..all() }),
        ),
        (
            &filter.place,
            without(filter.place.clone(), beyond_place, DiscoverFilter { place: none(), ..all() }),
        ),
        (
            &filter.state,
            without(
                filter
                    .state
                    .parse()
                    .map_or_else(|_| filter.state.clone(), |state| state_name(w, state).to_owned()),
                preset,
                DiscoverFilter { state: none(), ..all() },
            ),
        ),
        (
            &filter.currency,
            without(filter.currency.clone(), preset, DiscoverFilter { currency: none(), ..all() }),
        ),
        (
            &filter.lang,
            without(
                filter.lang.parse().map_or_else(|_| filter.lang.clone(), |lang| own_name(lang).to_owned()),
                preset,
                DiscoverFilter { lang: none(), ..all() },
            ),
        ),
    ];
    chips.into_iter().filter(|(value, _)| !value.is_empty()).map(|(_, chip)| chip).collect()
}

/// The address of a list.
fn href(w: Words, preset: Preset<'_>, filter: &DiscoverFilter) -> String {
    let sort = if filter.sort == CampaignSort::default() { "" } else { sort_code(filter.sort) };
    let parts = [
        ("q", filter.q.as_str()),
        ("topic", if matches!(preset, Preset::Topic(_)) { "" } else { &filter.topic }),
        ("place", if matches!(preset, Preset::Place(_)) { "" } else { &filter.place }),
        ("state", &filter.state),
        ("currency", &filter.currency),
        ("language", &filter.lang),
        ("sort", sort),
        ("cursor", &filter.cursor),
    ];
    let mut address = preset.path(w);
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

fn state_name(w: Words, state: StateGroup) -> &'static str {
    match state {
        StateGroup::Open => w.discover_state_open(),
        StateGroup::EndingSoon => w.discover_sort_ending(),
        StateGroup::NearlyFunded => w.discover_sort_nearly(),
        StateGroup::Soon => w.discover_state_soon(),
        StateGroup::Reached => w.discover_state_reached(),
        StateGroup::Over => w.discover_state_over(),
    }
}
