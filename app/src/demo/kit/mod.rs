//! The component kit's own page: every component in every state, in demo mode only. Sample words are English
//! and stay out of the catalogue: nobody but those who build pages reads them.

mod forms;
mod money;
mod moving;
mod samples;
mod words;

use leptos::prelude::*;

use crate::kit::not_found::not_found_page;

use crate::answer::entitle;
use crate::frame::Surroundings;
use crate::kit::{CoverArt, CoverShape, Icon, IconName, Topic};

/// The kit, from big to small.
pub(crate) fn kit_page() -> AnyView {
    if expect_context::<Surroundings>().is_demo {
        entitle("Kit", None);
        view! {
            <Kit/>
        }
        .into_any()
    } else {
        not_found_page()
    }
}

#[component]
fn Kit() -> impl IntoView {
    view! {
        <div class="page page-head">
            <div class="split">
                <h1 class="poster" tabindex="-1">"Everything pages are made of"</h1>
                <p class="lead">
                    "Each component in each state. Change the theme, the width and the system’s contrast: it must hold."
                </p>
            </div>
        </div>
        <div class="page">
            <money::MoneySection/>
            <money::CardSection/>
            <money::RewardSection/>
            <forms::ButtonSection/>
            <forms::FieldSection/>
            <moving::NavSection/>
            <moving::MessageSection/>
            <words::TypeSection/>
            <words::TableSection/>
            <CoverSection/>
            <IconSection/>
        </div>
    }
}

/// The name of a state above the thing in that state.
#[component]
fn State(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="kit__state stack" data-gap="8">
            <p class="kit__name">{name}</p>
            {children()}
        </div>
    }
}

#[component]
fn CoverSection() -> impl IntoView {
    let slugs = ["schattenplan-bahnhofplatz", "river-watch-kit"];
    view! {
        <section class="section">
            <h2>"Covers"</h2>
            <div class="kit__covers">
                {Topic::ALL
                    .into_iter()
                    .flat_map(|topic| slugs.map(|slug| (topic, slug)))
                    .map(|(topic, slug)| {
                        view! {
                            <figure class="stack" data-gap="4">
                                <CoverArt slug=slug topic=topic/>
                                <figcaption class="kit__name">{topic.slug()}</figcaption>
                            </figure>
                        }
                    })
                    .collect_view()}
                {Topic::ALL
                    .into_iter()
                    .take(4)
                    .map(|topic| view! { <CoverArt slug="velo-cargo-de-nuit" topic=topic shape=CoverShape::Square/> })
                    .collect_view()}
            </div>
        </section>
    }
}

#[component]
fn IconSection() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Icons"</h2>
            <ul class="cluster">
                {IconName::ALL
                    .iter()
                    .map(|name| {
                        view! {
                            <li class="stack" data-gap="4">
                                <Icon name=*name/>
                                <span class="kit__name">{format!("{name:?}")}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn rendered() -> String {
        Owner::new().with(|| view! { <Kit/> }.to_html())
    }

    #[test]
    fn the_kit_renders_without_inline_styles_or_handlers() {
        let html = rendered();
        assert!(html.contains("Everything pages are made of"));
        assert!(!html.contains(" style="), "a strict policy refuses inline styles");
        assert!(!html.contains(" onclick"), "a strict policy refuses inline handlers");
    }

    #[test]
    fn every_id_is_used_once() {
        let html = rendered();
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        let twice: Vec<_> =
            unique.iter().filter(|id| ids.iter().filter(|other| other == id).count() > 1).collect();
        assert!(ids.len() > 40);
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn two_renderings_are_the_same() {
        assert_eq!(rendered(), rendered());
    }
}
