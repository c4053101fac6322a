//! A campaign on its own page.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::view::CampaignView;
use multitude_words::Words;

use super::about::{body, head};
use super::island::{BackerCount, CampaignTotals};
use super::load::load_campaign;
use super::tabs::{Part, tabs};
use super::unpublished::draft_page;
use crate::followers::follow_form;
use crate::i18n::{Texts, words};
use crate::kit::loaded::loaded_if_any;

/// The page.
pub(crate) async fn campaign_page(slug: &str) -> AnyView {
    let w = words();
    match load_campaign(slug.to_owned()).await {
        Ok(None) => draft_page(slug).await,
        found => loaded_if_any(found, |campaign| sections(w, &campaign)),
    }
}

fn sections(w: Words, campaign: &CampaignView) -> AnyView {
    let summary = &campaign.summary;
    let backers =
        Some(view! { <BackerCount slug=summary.slug.clone() rendered=summary.backers/> }.into_any());
    let beside = view! {
        <CampaignTotals summary=summary.clone() now=campaign.now was_open=campaign.is_open()/>
        {(summary.state == CampaignState::Scheduled)
            .then(|| {
                view! {
                    <section class="stack" aria-labelledby="notify">
                        <h2 id="notify" class="campaign-page__notify">{w.notify_heading()}</h2>
                        {follow_form(w, &summary.slug, String::new(), None)}
                    </section>
                }
            })}
    };
    view! {
        {head(w, summary, beside.into_any())}
        <div class="page stack" data-gap="48">
            {tabs(w, &summary.slug, backers, campaign.talk, Part::About)}
            {body(w, campaign)}
        </div>
    }
    .into_any()
}
