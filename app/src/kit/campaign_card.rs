//! A campaign at a glance: cover, words, and what secured money says about it.

use leptos::prelude::*;

use super::cover_art::{CoverArt, CoverShape, Topic};
use super::meter::{MeterBar, MeterSize, MeterView};
use super::state_label::{StateLabel, StateTone};

/// What a campaign card shows, in any state of the campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignCardView {
    /// The campaign's page.
    pub href: String,
    /// Seeds the cover and the meter's id.
    pub slug: String,
    /// The title.
    pub title: String,
    /// One line of pitch; may be empty.
    pub blurb: String,
    /// The language of title and blurb where it differs from the page's.
    pub lang: Option<String>,
    /// The cover's grammar.
    pub topic: Topic,
    /// A photo instead of the generated cover.
    pub photo: Option<CoverPhoto>,
    /// Topic or category and place, in words, left to right.
    pub meta: Vec<String>,
    /// How the state sounds.
    pub tone: StateTone,
    /// The state in words: "Open", "Reached", "Starts 12 June".
    pub state: String,
    /// Percentage, sums and bar; none before the start.
    pub money: Option<CardMoney>,
    /// Time left or end, last on the card.
    pub when: String,
    /// What its figures show, by which it is known whether they are old.
    pub totals: String,
    /// Whether its figures may move while somebody looks at it.
    pub is_moving: bool,
}

/// A photo's address and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverPhoto {
    /// Its address.
    pub src: String,
    /// Width in pixels, so that nothing moves while it loads.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// The money of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardMoney {
    /// "84 %", as the language writes it.
    pub percent: String,
    /// "CHF 40’240 of CHF 48’000".
    pub sum: String,
    /// The thin bar.
    pub meter: MeterView,
}

/// How a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CardLayout {
    /// Cover on top, in a grid.
    #[default]
    Tile,
    /// The big one of a page.
    Lead,
    /// Square cover at the left, beside a lead.
    Row,
}

impl CardLayout {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Tile => None,
            Self::Lead => Some("lead"),
            Self::Row => Some("row"),
        }
    }

    const fn shape(self) -> CoverShape {
        match self {
            Self::Tile | Self::Lead => CoverShape::Wide,
            Self::Row => CoverShape::Square,
        }
    }
}

/// One campaign, one link. The heading is an `h3`: cards stand in sections.
#[component]
pub fn CampaignCard(
    /// What it shows.
    view: CampaignCardView,
    /// A tile unless told.
    #[prop(optional)]
    layout: CardLayout,
) -> impl IntoView {
    let cover = match view.photo {
        Some(CoverPhoto { src, width, height }) => view! {
            <img class="campaign-card__cover" src=src width=width height=height alt="" loading="lazy" decoding="async"/>
        }
        .into_any(),
        None => view! {
            <CoverArt slug=view.slug.clone() topic=view.topic shape=layout.shape() class="campaign-card__cover"/>
        }
        .into_any(),
    };
    let meter_id = format!("card-{}", view.slug);
    let (shows, follows) = (view.slug.clone(), view.is_moving.then(|| view.slug.clone()));
    view! {
        <article class="campaign-card" data-layout=layout.name()>
            {cover}
            <div class="campaign-card__body">
                <ul class="campaign-card__meta">
                    {view.meta.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                </ul>
                <h3>
                    <a class="campaign-card__link" href=view.href lang=view.lang.clone()>
                        {view.title}
                    </a>
                </h3>
                {(!view.blurb.is_empty())
                    .then(|| view! { <p class="campaign-card__blurb" lang=view.lang>{view.blurb}</p> })}
                <div
                    class="campaign-card__money"
                    data-shows=shows
                    data-follows=follows
                    data-totals=view.totals
                >
                    {view.money.map(|money| card_money(money, meter_id))}
                    <div class="campaign-card__foot">
                        <StateLabel tone=view.tone text=view.state/>
                        <span class="meta">{view.when}</span>
                    </div>
                </div>
            </div>
        </article>
    }
    // One type for all cards keeps the pages' own types short.
    .into_any()
}

fn card_money(money: CardMoney, meter_id: String) -> impl IntoView {
    view! {
        <p class="campaign-card__figures">
            <span class="campaign-card__percent amount">{money.percent}</span>
            <span class="campaign-card__sum">{money.sum}</span>
        </p>
        <MeterBar view=money.meter id=meter_id size=MeterSize::Thin/>
    }
}
