//! A campaign on its own page.

use leptos::prelude::*;

use super::about::body;
use super::frame::in_frame;
use super::load::load_campaign;
use super::tabs::Part;
use super::unpublished::draft_page;
use crate::i18n::words;
use crate::kit::loaded::loaded_if_any;

/// The page.
pub(crate) async fn campaign_page(slug: &str) -> AnyView {
    let w = words();
    match load_campaign(slug.to_owned()).await {
        Ok(None) => draft_page(slug).await,
        found => loaded_if_any(found, |campaign| {
            let title = campaign.view.summary.title.clone();
            in_frame(w, &campaign, Part::About, title, body(w, &campaign.view))
        }),
    }
}
