//! Covers for campaigns without a photo: drawn from the slug alone, one grammar per topic, so that a campaign
//! keeps its picture for ever. Only integers are used: server and browser draw the same path, byte for byte.

mod canvas;
mod growing_things;
mod moving_things;
mod seed;
mod standing_things;
mod topic;

use leptos::prelude::*;

use canvas::Canvas;
use seed::Seed;

pub use topic::Topic;

/// The proportions of a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoverShape {
    /// 16:9, as cards and campaign pages show it.
    #[default]
    Wide,
    /// 1:1, for short cards and feeds.
    Square,
}

impl CoverShape {
    const fn size(self) -> (i32, i32) {
        match self {
            Self::Wide => (320, 180),
            Self::Square => (240, 240),
        }
    }
}

/// A decorative cover drawn from `slug` in the grammar of `topic`; hidden from screen readers.
#[component]
pub fn CoverArt(
    /// The campaign's slug: the same slug always gives the same picture.
    #[prop(into)]
    slug: String,
    /// What the campaign is about; [`Topic::Neutral`] for imported categories.
    topic: Topic,
    /// Wide unless told.
    #[prop(optional)]
    shape: CoverShape,
    /// Another class beside `cover-art`, for the place it stands in.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let (width, height) = shape.size();
    let light = light(&slug).name();
    let tint = (topic == Topic::Neutral).then(|| tint(&slug));
    let layers = draw(&slug, topic, shape).into_layers();
    view! {
        <svg
            class=format!("cover-art {class}")
            data-topic=topic.slug()
            data-light=light
            data-tint=tint
            width=width
            height=height
            viewBox=format!("0 0 {width} {height}")
            preserveAspectRatio="xMidYMid slice"
            aria-hidden="true"
            focusable="false"
        >
            {layers
                .into_iter()
                .map(|(tone, path)| view! { <path class=tone.class() d=path></path> })
                .collect_view()}
        </svg>
    }
}

fn draw(slug: &str, topic: Topic, shape: CoverShape) -> Canvas {
    let (width, height) = shape.size();
    let mut canvas = Canvas::new(width, height);
    let mut seed = Seed::from_slug(slug);
    let grammar = match topic {
        Topic::Water => moving_things::water,
        Topic::Heat => moving_things::heat,
        Topic::Energy => moving_things::energy,
        Topic::Mobility => moving_things::mobility,
        Topic::Warning => moving_things::warning,
        Topic::Repair => standing_things::repair,
        Topic::City => standing_things::city,
        Topic::Care => standing_things::care,
        Topic::Learning => standing_things::learning,
        Topic::Food => growing_things::food,
        Topic::Nature => growing_things::nature,
        Topic::Growing => growing_things::growing,
        Topic::Neutral => standing_things::trail,
    };
    grammar(&mut canvas, &mut seed);
    canvas
}

/// Most covers are dusk, light shapes on a deep ground; some are day, so that a page of cards has a rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Light {
    Dusk,
    Day,
}

impl Light {
    const fn name(self) -> &'static str {
        match self {
            Self::Dusk => "dusk",
            Self::Day => "day",
        }
    }
}

fn light(slug: &str) -> Light {
    if Seed::from_slug(slug).chance(2, 5) { Light::Day } else { Light::Dusk }
}

/// Imported categories share one grammar; six tints keep a page of them from looking like one campaign.
fn tint(slug: &str) -> String {
    Seed::from_slug(slug).below(6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(slug: &str, topic: Topic, shape: CoverShape) -> Vec<String> {
        draw(slug, topic, shape).into_layers().into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn a_slug_keeps_its_cover() {
        for topic in Topic::ALL {
            let first = paths("schattenplan-bahnhofplatz", topic, CoverShape::Wide);
            assert_eq!(first, paths("schattenplan-bahnhofplatz", topic, CoverShape::Wide), "{topic:?}");
        }
    }

    #[test]
    fn another_slug_or_topic_gives_another_cover() {
        for topic in Topic::ALL {
            let one = paths("heat-line", topic, CoverShape::Wide);
            assert_ne!(one, paths("river-watch-kit", topic, CoverShape::Wide), "{topic:?}");
            for other in Topic::ALL.into_iter().filter(|other| *other != topic) {
                assert_ne!(one, paths("heat-line", other, CoverShape::Wide), "{topic:?} {other:?}");
            }
        }
    }

    #[test]
    fn every_cover_ends_with_one_mark_and_stays_light() {
        for topic in Topic::ALL {
            for shape in [CoverShape::Wide, CoverShape::Square] {
                for slug in ["a", "moorwachter", "velo-cargo-de-nuit", "forno", "heat-line", ""] {
                    let layers = draw(slug, topic, shape).into_layers();
                    let marks: Vec<_> =
                        layers.iter().filter(|(tone, _)| *tone == canvas::Tone::Mark).collect();
                    assert_eq!(marks.len(), 1, "{topic:?} {slug}");
                    assert_eq!(marks[0].1.matches('M').count(), 1, "{topic:?} {slug}");
                    assert_eq!(layers.last().unwrap().0, canvas::Tone::Mark, "{topic:?}");
                    let bytes: usize = layers.iter().map(|(_, path)| path.len()).sum();
                    assert!(bytes < 12_000, "{topic:?} {slug} {shape:?}: {bytes} bytes");
                }
            }
        }
    }
}
