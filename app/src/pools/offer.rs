//! What a pool adds to the pledges of a campaign, before somebody pledges.

use leptos::prelude::*;
use multitude_domain::matching::RatioRule;
use multitude_domain::money::{Currency, Money};
use multitude_domain::name::isolated;
use multitude_domain::view::CampaignView;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use crate::i18n::Texts;
use crate::page::Page;

/// Who adds what, up to what, and what is left; nothing where nobody does.
pub(crate) fn match_offer(w: Words, campaign: &CampaignView) -> Option<AnyView> {
    let offer = campaign.matching.as_ref().filter(|_| campaign.is_open())?;
    let summary = &campaign.summary;
    let show = |minor| money(w.locale, summary.money(minor), Precision::Card);
    let left = offer.left_minor();
    let giver = isolated(&offer.giver);
    let added = offer.room.campaign_minor;
    let (lead, text) = if left > 0 {
        let rule = ratio(w, &offer.giver, offer.rule, summary.currency);
        let most = show(offer.rule.campaign_minor_max);
        (rule, w.pools_left(show(left), most))
    } else if added > 0 {
        (w.pools_used(giver, show(added)), w.pools_used_text().to_owned())
    } else {
        (w.pools_used_up(giver), w.pools_used_text().to_owned())
    };
    let id = offer.pool.to_string();
    let view = view! {
        <div class="match-offer">
            <p><strong>{lead}</strong></p>
            <p>{text}</p>
            <p class="meta">
                <a href=Page::Pool { id: &id }.path(w.locale)>{w.pools_how(isolated(&offer.name))}</a>
            </p>
        </div>
    };
    Some(view.into_any())
}

/// "Talwerk adds CHF 1 for each CHF 3": in whole units, as the rule is written.
pub(super) fn ratio(w: Words, giver: &str, rule: RatioRule, currency: Currency) -> String {
    let unit = |n: u32| {
        let minor = i64::from(n).saturating_mul(currency.minor_per_major());
        money(w.locale, Money::new(minor, currency), Precision::Card)
    };
    w.pools_ratio(isolated(giver), unit(rule.adds), unit(rule.per))
}
