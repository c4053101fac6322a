//! A campaign on its own page.

use leptos::prelude::*;
use multitude_domain::view::{CampaignSummary, UpdateView};
use multitude_words::Words;
use multitude_words::format::date_time;

use super::about::body;
use super::frame::in_frame;
use super::load::{self, AboutView, load_campaign};
use super::tabs::Part;
use super::talk::{lang, paragraphs};
use super::unpublished::draft_page;
use super::words::tile;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded_if_any;
use crate::kit::{CampaignCard, CampaignCardView, CardLayout};

/// The page.
pub(crate) async fn campaign_page(slug: &str) -> AnyView {
    let w = words();
    match load_campaign(slug.to_owned()).await {
        Ok(None) => draft_page(slug).await,
        found => {
            let alike = match &found {
                Ok(Some(about)) => related(w, &about.campaign.view.summary).await,
                _ => None,
            };
            loaded_if_any(found, |AboutView { campaign, closing_words }| {
                let title = campaign.view.summary.title.clone();
                let about = view! {
                    {closing_words.as_ref().map(|words| learned(w, &campaign.view.summary, words))}
                    {body(w, &campaign.view)}
                    {alike}
                };
                in_frame(w, &campaign, Part::About, title, about.into_any())
            })
        }
    }
}

/// What the team of a campaign that was missed said last, before what it had hoped for.
fn learned(w: Words, summary: &CampaignSummary, words: &UpdateView) -> AnyView {
    let lang = lang(w, summary);
    view! {
        <section class="stack campaign-page__closing" data-gap="8">
            <h2>{w.campaign_closing_words()}</h2>
            <div class="prose" lang=lang>
                <p><strong>{words.title.clone()}</strong></p>
                {paragraphs(&words.body)}
            </div>
            <p class="meta">
                <bdi>{words.author.clone()}</bdi>
                " · "
                {date_time(w.locale, words.at)}
            </p>
        </section>
    }
    .into_any()
}

/// What is alike and open. It is the same for every reader of a language, and drawn once for a minute of them; where
/// the database does not say, the page is whole without it.
async fn related(w: Words, summary: &CampaignSummary) -> Option<AnyView> {
    let draw = |found: Vec<CampaignSummary>, now| {
        // A drawing of a minute ago does not follow.
        let still = |one| CampaignCardView { is_moving: false, ..tile(w, one, now) };
        let cards = found.iter().map(|one| view! { <CampaignCard view=still(one) layout=CardLayout::Row/> });
        if found.is_empty() { String::new() } else { cards.collect_view().to_html() }
    };
    let cards = load::related(summary, w.locale, draw).await.ok().filter(|cards| !cards.is_empty())?;
    let view = view! {
        <section class="stack campaign-page__related">
            <h2>{w.campaign_related()}</h2>
            <div class="home__few" inner_html=cards.to_string()></div>
        </section>
    };
    Some(view.into_any())
}
