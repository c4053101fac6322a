//! Where a reward goes: what the receipt says of it, and the form that asks.

use leptos::prelude::*;
use multitude_domain::name::isolated;
use multitude_domain::pledges::{
    ADDRESS_LINE_CHARS_MAX, NAME_CHARS_MAX, POSTCODE_CHARS_MAX, PostalAddress, has_countries,
};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;

use super::unknown::for_holder;
use crate::acts::{Act, FormOf, Given, Reply, posted, titled_by};
use crate::answer::entitle;
use crate::campaigns::reward_words::region_name;
use crate::i18n::{Texts, words};
use crate::kit::{Button, ButtonLink, FieldView, Notice, NoticeKind, TextField, in_language};
use crate::page::Page;
use crate::pledges::load::{AddressPageView, load_address};

fn path(w: Words, token: &str) -> String {
    Page::Receipt { token }.path(w.locale)
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
pub(crate) async fn address_page(token: &str, reply: Option<Reply>) -> AnyView {
    let w = words();
    let reply = reply.as_ref();
    let typed = reply.map(|reply| PostalAddress::read(|name| reply.typed.text(name).to_owned()));
    for_holder(w, load_address(token.to_owned(), typed).await, |page| {
        match page.receipt.region_to_send_to().map(str::to_owned) {
            Some(region) => ask(w, &page, &region, token, reply),
            None => nothing(w, token),
        }
    })
}

fn ask(w: Words, page: &AddressPageView, region: &str, token: &str, reply: Option<&Reply>) -> AnyView {
    let title = w.address_title();
    entitle(titled_by(w, title, reply), None);
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
    let given = Given::Region(region.to_owned());
    let form = FormOf { given, ..FormOf::new(w, Act::GiveAddress, &[token], reply) };
    let line = |name, label: &str, value: &str, autocomplete: &'static str, chars_max: usize| {
        let field = FieldView {
            name,
            label: label.to_owned(),
            hint: None,
            error: form.fault_at(w, name),
            value: value.to_owned(),
        };
        view! { <TextField view=field autocomplete=autocomplete max_chars=chars_max/> }
    };
    let country = if has_countries(region) {
        line("country", w.address_country(), &address.country, "country-name", NAME_CHARS_MAX).into_any()
    } else {
        view! { <p class="meta">{region_name(w, region)}</p> }.into_any()
    };
    let fields = view! {
        {line("name", w.address_name(), &address.name, "name", NAME_CHARS_MAX)}
        {line("street", w.address_street(), &address.street, "street-address", ADDRESS_LINE_CHARS_MAX)}
        {line("postcode", w.address_postcode(), &address.postcode, "postal-code", POSTCODE_CHARS_MAX)}
        {line("town", w.address_town(), &address.town, "address-level2", ADDRESS_LINE_CHARS_MAX)}
        {country}
        <div>
            <Button>{w.address_save()}</Button>
        </div>
    }
    .into_any();
    view! {
        <div class="page page-head receipt">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                <p class="lead">{lead}</p>
                {posted(form, fields)}
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
