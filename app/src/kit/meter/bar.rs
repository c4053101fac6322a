//! The meter as a bar: percentages of a width that the page decides.

use leptos::prelude::*;

use super::geometry::{Segment, Segments, percent};
use super::{MeterLegend, MeterPart, MeterView};

/// How much room the bar takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeterSize {
    /// With its legend.
    #[default]
    Full,
    /// A line without legend, for cards: the figures stand beside it.
    Thin,
}

/// The bar with its legend. `id` must be unique on the page: patterns are referred to by it.
#[component]
pub fn MeterBar(
    /// What it shows.
    view: MeterView,
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// Full unless told.
    #[prop(optional)]
    size: MeterSize,
    /// Whether it grows once, as it is shown.
    #[prop(optional)]
    grows: bool,
) -> impl IntoView {
    let MeterView { sums, state, sentence, legend } = view;
    let segments = sums.segments();
    let is_thin = size == MeterSize::Thin;
    view! {
        <div class="meter" data-state=state.name() data-size=is_thin.then_some("thin") data-grows=grows.then_some("")>
            <svg class="meter__bar" width="100%" height="28" role="img" aria-label=sentence focusable="false">
                {parts(move || segments, &id)}
            </svg>
            {(!is_thin).then(|| legend_list(legend, &id))}
        </div>
    }
}

/// As [`MeterBar`], of what moves while somebody looks at it.
#[component]
pub fn LiveMeterBar(
    /// What it shows.
    #[prop(into)]
    view: Signal<MeterView>,
    /// Unique on the page.
    id: &'static str,
    /// Full unless told.
    #[prop(optional)]
    size: MeterSize,
) -> impl IntoView {
    let segments = Memo::new(move |_| view.with(|view| view.sums.segments()));
    let is_thin = size == MeterSize::Thin;
    view! {
        <div
            class="meter"
            data-state=move || view.with(|view| view.state.name())
            data-size=is_thin.then_some("thin")
        >
            <svg
                class="meter__bar"
                width="100%"
                height="28"
                role="img"
                aria-label=move || view.with(|view| view.sentence.clone())
                focusable="false"
            >
                {parts(move || segments.get(), id)}
            </svg>
            {(!is_thin).then_some(move || legend_list(view.with(|view| view.legend.clone()), id))}
        </div>
    }
}

/// Dots are small rhombi; the hatch rises to the right.
pub(super) fn patterns(id: &str) -> impl IntoView + use<> {
    view! {
        <defs>
            <pattern id=format!("{id}-matched") width="10" height="7" patternUnits="userSpaceOnUse">
                <rect class="meter__matched-ground" width="10" height="7"></rect>
                <path class="meter__matched-dot" d="M5 .5l4 3-4 3-4-3z"></path>
            </pattern>
            <pattern id=format!("{id}-pledged") width="7" height="7" patternUnits="userSpaceOnUse">
                <rect class="meter__pledged-ground" width="7" height="7"></rect>
                <path class="meter__pledged-hatch" d="M-2 2l4-4M0 7l7-7M5 9l4-4"></path>
            </pattern>
        </defs>
    }
}

fn parts<F>(segments: F, id: &str) -> impl IntoView + use<F>
where
    F: Fn() -> Segments + Copy + Send + Sync + 'static,
{
    let goal = move || segments().goal_at;
    view! {
        {patterns(id)}
        {part(MeterPart::Secured, move || segments().secured, id)}
        {part(MeterPart::Matched, move || segments().matched, id)}
        {part(MeterPart::Pledged, move || segments().pledged, id)}
        <rect
            class="meter__goal"
            display=move || goal().is_none().then_some("none")
            x=move || percent(goal().unwrap_or_default())
            width="4"
            height="100%"
        ></rect>
    }
}

/// A part of the bar with two pixels of ground before it. One of no length is there too, and not shown: what
/// grows is seen to grow.
fn part<F>(part: MeterPart, segment: F, id: &str) -> impl IntoView + use<F>
where
    F: Fn() -> Segment + Copy + Send + Sync + 'static,
{
    let from = move || percent(segment().from);
    let length = move || percent(segment().length);
    let display = move || (segment().length == 0).then_some("none");
    let gap = move || (segment().length == 0 || segment().from == 0).then_some("none");
    let edge = edge_class(part);
    view! {
        <rect
            class=(part == MeterPart::Secured).then_some("meter__secured")
            fill=fill(part, id)
            display=display
            x=from
            width=length
            height="100%"
        ></rect>
        {edge
            .map(|class| {
                view! { <rect class=class display=display x=from width=length height="100%"></rect> }
            })}
        <rect class="meter__gap" display=gap x=from width="2" height="100%"></rect>
    }
}

const fn edge_class(part: MeterPart) -> Option<&'static str> {
    match part {
        MeterPart::Secured => None,
        MeterPart::Matched => Some("meter__matched-edge"),
        MeterPart::Pledged => Some("meter__pledged-edge"),
    }
}

/// The pattern a part is filled with; the solid part takes its colour from its class.
pub(super) fn fill(part: MeterPart, id: &str) -> Option<String> {
    match part {
        MeterPart::Secured => None,
        MeterPart::Matched => Some(format!("url(#{id}-matched)")),
        MeterPart::Pledged => Some(format!("url(#{id}-pledged)")),
    }
}

/// What each part amounts to, with a key in its own pattern.
pub(super) fn legend_list(legend: Vec<MeterLegend>, id: &str) -> impl IntoView + use<> {
    let id = id.to_owned();
    view! {
        <dl class="meter__legend">
            {legend
                .into_iter()
                .map(move |line| {
                    view! {
                        <div>
                            <dt>
                                <svg class="meter__key" width="20" height="14" viewBox="0 0 20 14" aria-hidden="true" focusable="false">
                                    <rect
                                        class=(line.part == MeterPart::Secured).then_some("meter__secured")
                                        fill=fill(line.part, &id)
                                        width="20"
                                        height="14"
                                    ></rect>
                                    {edge_class(line.part)
                                        .map(|class| {
                                            view! { <rect class=class x="1" y="1" width="18" height="12"></rect> }
                                        })}
                                </svg>
                                {line.label}
                            </dt>
                            <dd>{line.amount}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
}
