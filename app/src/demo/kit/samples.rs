//! Sample views from the demo world.

use crate::kit::{
    CampaignCardView, CardMoney, MeterLegend, MeterPart, MeterState, MeterSums, MeterView, StateTone, Topic,
};

/// A meter with a legend of all three parts; amounts in whole francs.
pub(super) fn meter(state: MeterState, [goal, secured, matched, pledged]: [i64; 4]) -> MeterView {
    let legend = [
        (MeterPart::Secured, "Secured", secured),
        (MeterPart::Matched, "Matched", matched),
        (MeterPart::Pledged, "Pledged, not yet confirmed", pledged),
    ];
    MeterView {
        sums: MeterSums {
            goal_minor: goal * 100,
            secured_minor: secured * 100,
            matched_minor: matched * 100,
            pledged_minor: pledged * 100,
        },
        state,
        sentence: format!("{} of {} secured or matched.", francs(secured + matched), francs(goal)),
        legend: legend
            .into_iter()
            .filter(|(_, _, sum)| *sum > 0)
            .map(|(part, label, sum)| MeterLegend { part, label: label.to_owned(), amount: francs(sum) })
            .collect(),
    }
}

fn francs(sum: i64) -> String {
    match (sum / 1_000, sum % 1_000) {
        (0, rest) => format!("CHF\u{a0}{rest}"),
        (thousands, rest) => format!("CHF\u{a0}{thousands}’{rest:03}"),
    }
}

pub(super) fn shade_plan() -> CampaignCardView {
    card(
        ("schattenplan-bahnhofplatz", "Schattenplan Bahnhofplatz"),
        "Zwölf fahrbare Bäume mit Bänken kühlen den heissesten Platz von Aarwil.",
        (Topic::Heat, "Heat", "Aarwil"),
        (StateTone::Live, "Open", "9 days left, until 9 March 2027, 23:59 Swiss time"),
        Some((MeterState::Running, [48_000, 30_240, 10_000, 3_360])),
    )
}

/// The demo world's campaigns, one for each state that looks different.
pub(super) fn cards() -> Vec<CampaignCardView> {
    vec![
        card(
            ("velo-cargo-de-nuit", "Vélo-cargo de nuit"),
            "Avant l'aube, les invendus des boulangeries roulent vers les foyers.",
            (Topic::Mobility, "Mobility", "Rive-Claire"),
            (StateTone::Live, "Last day", "Until today, 23:59 Swiss time"),
            Some((MeterState::Running, [27_000, 25_110, 0, 1_620])),
        ),
        card(
            ("spare-part-library", "The Spare Part Library"),
            "Borrow the printed part, fix the machine, return a better file.",
            (Topic::Repair, "Repair", "Aarwil"),
            (StateTone::Good, "Reached", "3 days left"),
            Some((MeterState::Over, [22_000, 22_880, 0, 640])),
        ),
        card(
            ("la-fontana-che-misura", "La fontana che misura"),
            "Venti fontane di montagna dicono se l'acqua è buona.",
            (Topic::Water, "Water", "Valle Comune"),
            (StateTone::Good, "Reached, collecting", "20’905 of 21’830 collected"),
            Some((MeterState::Collecting, [18_500, 21_830, 0, 0])),
        ),
        card(
            ("schwammdach", "Schwammdach"),
            "Ein Schulhausdach hält 40’000 Liter Regen für den Garten zurück.",
            (Topic::City, "City", "Aarwil"),
            (StateTone::Quiet, "Starts in 2 days", "2 March 2027"),
            None,
        ),
        card(
            ("stube-statt-notfall", "Stube statt Notfall"),
            "Zwei Pflegefachleute öffnen samstags eine Sprechstube im Dorfladen.",
            (Topic::Care, "Care", "Oberdorf"),
            (StateTone::Quiet, "Missed: nobody pays", "Ended 12 February 2027"),
            Some((MeterState::Missed, [54_000, 33_480, 0, 0])),
        ),
        card(
            ("moorwachter", "Moorwächter"),
            "Freiwillige stauen drei Hochmoore an und messen, was bleibt.",
            (Topic::Nature, "Nature", "Oberdorf"),
            (StateTone::Good, "Completed", "3 November 2026"),
            Some((MeterState::Over, [39_000, 51_090, 0, 0])),
        ),
        card(
            ("batterie-de-palier", "Batterie de palier"),
            "Quatorze ménages partagent une batterie qu'ils montent eux-mêmes.",
            (Topic::Energy, "Energy", "Rive-Claire"),
            (StateTone::Live, "Open", "26 days left"),
            Some((MeterState::Running, [62_000, 21_080, 0, 4_960])),
        ),
        card(
            ("heat-line", "Heat Line"),
            "On red-alert days, neighbours phone 400 people who live alone.",
            (Topic::Warning, "Warning", "Aarwil"),
            (StateTone::Warn, "Update overdue", "Promised by 14 February 2027"),
            Some((MeterState::Over, [15_000, 15_975, 0, 0])),
        ),
    ]
}

fn card(
    (slug, title): (&str, &str),
    blurb: &str,
    (topic, topic_name, place): (Topic, &str, &str),
    (tone, state, when): (StateTone, &str, &str),
    money: Option<(MeterState, [i64; 4])>,
) -> CampaignCardView {
    CampaignCardView {
        href: format!("#{slug}"),
        slug: slug.to_owned(),
        title: title.to_owned(),
        blurb: blurb.to_owned(),
        lang: None,
        topic,
        photo: None,
        meta: vec![topic_name.to_owned(), place.to_owned()],
        tone,
        state: state.to_owned(),
        money: money.map(|(state, sums)| {
            let [goal, secured, matched, _] = sums;
            CardMoney {
                percent: format!("{}\u{a0}%", (secured + matched) * 100 / goal),
                sum: format!("{} of {}", francs(secured + matched), francs(goal)),
                meter: meter(state, sums),
            }
        }),
        when: when.to_owned(),
        totals: String::new(),
        is_moving: false,
    }
}
