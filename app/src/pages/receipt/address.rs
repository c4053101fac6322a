//! Where a reward goes: what the receipt says of it, and the form that asks.

use leptos::prelude::*;
use multitude_domain::name::isolated;
use multitude_domain::pledge::{PostalAddress, has_countries};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;

use super::unknown::for_holder;
use crate::answer::entitle;
use crate::campaign_words::region_name;
use crate::components::{ButtonLink, Notice, NoticeKind, in_language};
use crate::i18n::{Texts, words};
use crate::islands::LinesForm;
use crate::islands::lines::{LinesKind, LinesView, address_fault};
use crate::load::{AddressPageView, load_address};

fn path(w: Words, token: &str) -> String {
    format!("/{}/p/{token}", w.locale)
}

/// On the receipt: where the reward goes, or the way to say so.
pub(super) fn delivery(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    let Some(region) = one.region_to_send_to() else { return ().into_any() };
    let form = format!("{}/address", path(w, token));
    let body = match &one.address {
        None => view! {
            <p>{w.address_section_lead()}</p>
            <div>
                <ButtonLink href=form>{w.address_enter()}</ButtonLink>
            </div>
        }
        .into_any(),
        Some(address) => {
            let lines = lines(w, address, region);
            view! {
                <address class="receipt__address">
                    {lines.into_iter().map(|line| view! { <span>{line}</span> }).collect_view()}
                </address>
                <p>
                    <a href=form>{w.address_change()}</a>
                </p>
            }
            .into_any()
        }
    };
    view! {
        <section class="stack receipt__confirm" aria-labelledby="delivery">
            <h2 id="delivery">{w.address_section()}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// An address as it stands on a parcel, line by line.
fn lines(w: Words, address: &PostalAddress, region: &str) -> Vec<String> {
    let country = if has_countries(region) { address.country.clone() } else { region_name(w, region) };
    vec![
        isolated(&address.name),
        address.street.clone(),
        format!("{} {}", address.postcode, address.town),
        country,
    ]
}

/// The page that asks where a reward goes.
pub(crate) async fn address_page(token: &str) -> AnyView {
    let w = words();
    for_holder(w, load_address(token.to_owned()).await, |page| {
        match page.receipt.region_to_send_to().map(str::to_owned) {
            Some(region) => ask(w, &page, &region, token),
            None => nothing(w, token),
        }
    })
}

fn ask(w: Words, page: &AddressPageView, region: &str, token: &str) -> AnyView {
    let title = w.address_title();
    entitle(if page.faults.is_empty() { title.to_owned() } else { w.checkout_error_title(title) }, None);
    let (one, address) = (&page.receipt, &page.address);
    let reward = one.reward.as_ref().map(|(title, _)| title.clone()).unwrap_or_default();
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    let lead = w.address_lead(&reward, &one.campaign_title);
    let lead = match lead.rsplit_once(&one.campaign_title) {
        Some((before, after)) => view! {
            {in_language(before, &reward, lang)}
            <span lang=lang>{one.campaign_title.clone()}</span>
            {after.to_owned()}
        }
        .into_any(),
        None => lead.into_any(),
    };
    let typed = [
        ("name", &address.name),
        ("street", &address.street),
        ("postcode", &address.postcode),
        ("town", &address.town),
        ("country", &address.country),
    ];
    let form = LinesView {
        kind: LinesKind::Address { region: region.to_owned() },
        title: title.to_owned(),
        action: format!("{}/address", path(w, token)),
        hidden: Vec::new(),
        typed: typed.into_iter().map(|(name, text)| (name.to_owned(), text.clone())).collect(),
        faults: page.faults.iter().map(|fault| address_fault(w, *fault)).collect(),
    };
    view! {
        <div class="page page-head receipt">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                <p class="lead">{lead}</p>
                <LinesForm view=form/>
                {to_receipt(w, token)}
            </div>
        </div>
    }
    .into_any()
}

fn to_receipt(w: Words, token: &str) -> AnyView {
    view! { <p><a href=path(w, token)>{w.address_back()}</a></p> }.into_any()
}

fn nothing(w: Words, token: &str) -> AnyView {
    entitle(w.address_nothing(), None);
    view! {
        <div class="page page-head receipt">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{w.address_nothing()}</h1>
                <Notice kind=NoticeKind::Info title=w.address_nothing_text()/>
                {to_receipt(w, token)}
            </div>
        </div>
    }
    .into_any()
}
