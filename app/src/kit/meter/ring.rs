//! The meter as a ring: a rhombus walked round from its top, with the percentage inside.

use leptos::prelude::*;

use super::bar::{fill, legend_list, patterns};
use super::geometry::{Segment, WHOLE};
use super::{MeterPart, MeterView};

const RHOMBUS: &str = "M160 20L300 106 160 192 20 106Z";
/// Two pixels of gap along the rhombus, in ten-thousandths of its length.
const GAP: i64 = 60;

/// The ring with its legend. `id` must be unique on the page: patterns are referred to by it.
#[component]
pub fn MeterRing(
    /// What it shows.
    view: MeterView,
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// "84 %", as the language writes it.
    #[prop(into)]
    percent: String,
) -> impl IntoView {
    let MeterView { sums, state, sentence, legend } = view;
    let segments = sums.segments();
    view! {
        <div class="meter" data-state=state.name()>
            <svg class="meter__ring" width="328" height="208" viewBox="-4 2 328 208" role="img" aria-label=sentence focusable="false">
                {patterns(&id)}
                <path class="meter__track" d=RHOMBUS></path>
                {arc(MeterPart::Secured, segments.secured, &id)}
                {arc(MeterPart::Matched, segments.matched, &id)}
                {arc(MeterPart::Pledged, segments.pledged, &id)}
                <path class="meter__ring-edge" d="M160 7L321 106 160 205-1 106ZM160 33L279 106 160 179 41 106Z"></path>
                <text x="160" y="126" font-size="58">
                    {percent}
                </text>
            </svg>
            {legend_list(legend, &id)}
        </div>
    }
}

/// A part of the ring; nothing for a part of no length.
fn arc(part: MeterPart, segment: Segment, id: &str) -> Option<impl IntoView + use<>> {
    let gap = if segment.from > 0 { GAP } else { 0 };
    let length = segment.length - gap;
    let stroke = fill(part, id);
    (length > 0).then(|| {
        view! {
            <path
                class=(part == MeterPart::Secured).then_some("meter__ring-secured")
                stroke=stroke
                d=RHOMBUS
                pathLength=WHOLE
                stroke-dasharray=format!("{length} {WHOLE}")
                stroke-dashoffset=-(segment.from + gap)
            ></path>
        }
    })
}
