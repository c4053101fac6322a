//! Where a reward goes: what the receipt says of it, and the form that asks.

use leptos::prelude::*;
use multitude_domain::pledge::{
    ADDRESS_LINE_CHARS_MAX, AddressFault, NAME_CHARS_MAX, POSTCODE_CHARS_MAX, PostalAddress, has_countries,
};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;

use super::unknown::for_holder;
use crate::answer::entitle;
use crate::campaign_words::region_name;
use crate::components::{
    Button, ButtonLink, ErrorSummary, FieldProblem, FieldView, Notice, NoticeKind, TextField,
};
use crate::i18n::{Texts, words};
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
        address.name.clone(),
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

fn fault_text(w: Words, fault: AddressFault) -> &'static str {
    match fault {
        AddressFault::Name => w.address_fault_name(),
        AddressFault::Street => w.address_fault_street(),
        AddressFault::Postcode => w.address_fault_postcode(),
        AddressFault::SwissPostcode => w.address_fault_swiss_postcode(),
        AddressFault::Town => w.address_fault_town(),
        AddressFault::Country => w.address_fault_country(),
    }
}

fn ask(w: Words, page: &AddressPageView, region: &str, token: &str) -> AnyView {
    let (one, address) = (&page.receipt, &page.address);
    let problems = page.faults.iter().map(|fault| FieldProblem {
        field_id: format!("field-{}", fault.field()),
        text: fault_text(w, *fault).to_owned(),
    });
    let field = |name: &'static str, label: &str, value: &str| FieldView {
        name,
        label: label.to_owned(),
        hint: None,
        error: page
            .faults
            .iter()
            .find(|fault| fault.field() == name)
            .map(|fault| fault_text(w, *fault).to_owned()),
        value: value.to_owned(),
    };
    let chars = |max: usize| u32::try_from(max).unwrap_or(u32::MAX);
    let (name_max, line_max) = (chars(NAME_CHARS_MAX), chars(ADDRESS_LINE_CHARS_MAX));
    let country = if has_countries(region) {
        let country = field("country", w.address_country(), &address.country);
        view! { <TextField view=country autocomplete="country-name" max_chars=name_max/> }.into_any()
    } else {
        view! { <p class="meta">{region_name(w, region)}</p> }.into_any()
    };
    let title = w.address_title();
    entitle(if page.faults.is_empty() { title.to_owned() } else { w.checkout_error_title(title) }, None);
    let reward = one.reward.as_ref().map(|(title, _)| title.clone()).unwrap_or_default();
    let action = format!("{}/address", path(w, token));
    view! {
        <div class="page page-head receipt">
            <div class="stack" data-gap="24">
                <h1 tabindex="-1">{title}</h1>
                <ErrorSummary title=w.checkout_problem() problems=problems.collect()/>
                <p class="lead">{w.address_lead(reward, &one.campaign_title)}</p>
                <form method="post" action=action novalidate class="stack">
                    <TextField view=field("name", w.address_name(), &address.name) autocomplete="name" max_chars=name_max/>
                    <TextField
                        view=field("street", w.address_street(), &address.street)
                        autocomplete="street-address"
                        max_chars=line_max
                    />
                    <TextField
                        view=field("postcode", w.address_postcode(), &address.postcode)
                        autocomplete="postal-code"
                        max_chars=chars(POSTCODE_CHARS_MAX)
                    />
                    <TextField
                        view=field("town", w.address_town(), &address.town)
                        autocomplete="address-level2"
                        max_chars=line_max
                    />
                    {country}
                    <div>
                        <Button>{w.address_save()}</Button>
                    </div>
                </form>
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
