//! The first screen: a reward or none, and an amount.

use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::money::Money;
use multitude_domain::view::{CheckoutView, RegionView, RewardView};
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::{Step, parts};
use crate::acts::{Act, FormOf, Reply};
use crate::campaigns::reward_words::{region_name, reward_card};
use crate::i18n::Texts;
use crate::kit::addresses::asked;
use crate::kit::{
    Button, ButtonSize, Disclosure, FieldView, MoneyInput, Notice, NoticeKind, Quantity, QuantitySteps,
    RewardCard, RewardState, in_language,
};
use crate::pledges::draft::draft_of;
use crate::pledges::island::{ChoiceForm, pays};

/// Whether this browser keeps a draft: the answer that led here gave it one.
fn is_kept(slug: &str) -> bool {
    use_context::<Parts>().is_some_and(|parts| draft_of(&parts.headers, slug).is_some())
}

pub(super) fn screen(w: Words, view: &CheckoutView, reply: Option<&Reply>) -> AnyView {
    let slug = view.campaign.summary.slug.as_str();
    let form = FormOf::new(w, Act::Support, &[slug], reply);
    let fields = view! {
        {fields(w, view, &form)}
        <div>
            <Button size=ButtonSize::Large>{w.checkout_continue()}</Button>
        </div>
    };
    let has_lost = asked("cookies").is_some() && !is_kept(slug);
    let asks = view! {
        {has_lost.then(|| view! { <Notice kind=NoticeKind::Bad title=w.checkout_cookies()/> })}
        {choosing(view, &form, fields.into_any())}
    };
    let wish = view.draft.wish(&view.campaign.offer()).ok();
    parts::with_summary(w, Step::Support, view, wish.as_ref(), asks.into_any())
}

/// The form of what is chosen, around its fields.
pub(in crate::pledges) fn choosing(view: &CheckoutView, form: &FormOf<'_>, fields: AnyView) -> AnyView {
    let action = form.action.clone();
    let refused = form.reply.and_then(|reply| reply.refused(form.act)).cloned();
    view! {
        <ChoiceForm
            act=form.act
            offer=Box::new(view.campaign.offer())
            matching=view.campaign.matching.clone().map(Box::new)
            refused=refused
        >
            <form method="post" action=action novalidate class="stack" data-gap="32">
                {fields}
            </form>
        </ChoiceForm>
    }
    .into_any()
}

/// What is wanted, and how much is paid for it.
pub(in crate::pledges) fn fields(w: Words, view: &CheckoutView, form: &FormOf<'_>) -> AnyView {
    let currency = view.campaign.summary.currency;
    let amount = FieldView {
        name: "amount",
        label: w.checkout_amount(currency.code()),
        hint: None,
        error: form.fault_at(w, "amount"),
        value: view.draft.amount.clone(),
    };
    view! {
        {rewards(w, view, form)}
        <div class="stack" data-gap="8">
            <MoneyInput view=amount currency=currency.code()/>
            <p class="checkout__pays" role="status">{pays(w, currency, view.campaign.matching.as_ref(), &view.draft.amount)}</p>
            <input type="hidden" name="filled" value=view.draft.filled.clone()/>
        </div>
        {more(w, view, form)}
    }
    .into_any()
}

fn rewards(w: Words, view: &CheckoutView, form: &FormOf<'_>) -> AnyView {
    let group = FieldView {
        name: "reward",
        label: w.checkout_reward().to_owned(),
        error: form.fault_at(w, "reward"),
        ..FieldView::default()
    };
    let cards = view.campaign.rewards.iter().flat_map(|reward| options(w, view, reward));
    let none_state = if view.draft.reward.is_empty() { RewardState::Chosen } else { RewardState::Available };
    let none = crate::kit::RewardCardView {
        id: String::new(),
        price: String::new(),
        title: w.checkout_no_reward().to_owned(),
        title_in: None,
        text: String::new(),
        lang: None,
        limit: None,
        facts: Vec::new(),
        state: none_state,
    };
    view! {
        <fieldset class="choice-group checkout__rewards" id=group.id() tabindex="-1" aria-describedby=group.described_by() aria-invalid=group.invalid()>
            <legend>{group.label.clone()}</legend>
            {group.notes()}
            {cards.collect_view()}
            <RewardCard view=none field="reward"/>
        </fieldset>
    }
    .into_any()
}

/// A reward is one choice, or one for each region it is sent to.
fn options(w: Words, view: &CheckoutView, reward: &RewardView) -> Vec<AnyView> {
    if reward.regions.is_empty() {
        return vec![option(w, view, reward, None)];
    }
    reward.regions.iter().map(|region| option(w, view, reward, Some(region))).collect()
}

fn option(w: Words, view: &CheckoutView, reward: &RewardView, region: Option<&RegionView>) -> AnyView {
    let summary = &view.campaign.summary;
    let minor = reward.price_minor.saturating_add(region.map_or(0, |one| one.shipping_minor));
    let price = money(w.locale, Money::new(minor, summary.currency), Precision::Card);
    let mut card = reward_card(w, parts::lang(w, view), reward, &price, view.campaign.now);
    card.price = price;
    if let Some(region) = region {
        card.id = format!("{}:{}", reward.id, region.region);
        card.title_in = Some(w.checkout_option_sent(&reward.title, region_name(w, &region.region)));
        // The region is in the title already.
        card.facts.pop();
    }
    card.state = match card.state {
        // This browser's own hold does not stand in its own way.
        RewardState::Gone => RewardState::Gone,
        _ if card.id == view.draft.reward => RewardState::Chosen,
        state => state,
    };
    view! { <RewardCard view=card field="reward"/> }.into_any()
}

/// What is not among the six fields: how many, and add-ons.
fn more(w: Words, view: &CheckoutView, form: &FormOf<'_>) -> AnyView {
    if view.campaign.rewards.is_empty() && view.campaign.add_ons.is_empty() {
        return ().into_any();
    }
    let qty = FieldView {
        name: "qty",
        label: w.checkout_qty().to_owned(),
        hint: None,
        error: form.fault_at(w, "qty"),
        value: if view.draft.qty.is_empty() { "1".to_owned() } else { view.draft.qty.clone() },
    };
    // What is wrong with add-ons stands above them all, not at the reward's quantity.
    let of_add_ons =
        FieldView { name: "add_ons", error: form.fault_at(w, "add_ons"), ..FieldView::default() };
    let add_ons = view.campaign.add_ons.iter().map(|add_on| {
        let price = money(w.locale, view.campaign.summary.money(add_on.price_minor), Precision::Card);
        let id = add_on.id.to_string();
        let typed = view.draft.add_ons.iter().find(|(one, _)| *one == id).map(|(_, qty)| qty.clone());
        let label = w.checkout_add_on(&add_on.title, price);
        let shown = in_language(&label, &add_on.title, parts::lang(w, view)).into_any();
        let steps = QuantitySteps::of(w.checkout_one_less(&add_on.title), w.checkout_one_more(&add_on.title));
        view! {
            <Quantity
                id=format!("add-on-{id}")
                name=format!("add_on_{id}")
                label=shown
                value=typed.unwrap_or_default()
                least=0
                described_by=of_add_ons.described_by()
                steps=steps
            />
        }
    });
    let add_ons = add_ons.collect_view();
    // What was chosen is not hidden from who comes back.
    let is_chosen = qty.value.trim() != "1" || !view.draft.add_ons.is_empty();
    let is_open = is_chosen || qty.error.is_some() || of_add_ons.error.is_some();
    view! {
        <Disclosure summary=w.checkout_more() is_open=is_open>
            <div class="stack" data-gap="24">
                <div class="field" data-error=qty.invalid()>
                    {qty.notes()}
                    <Quantity
                        id=qty.id()
                        name="qty"
                        label=w.checkout_qty().into_any()
                        value=qty.value.clone()
                        least=1
                        described_by=qty.described_by()
                        is_invalid=qty.error.is_some()
                        steps=QuantitySteps::of(w.checkout_one_less(w.checkout_qty()), w.checkout_one_more(w.checkout_qty()))
                    />
                </div>
                <div class="stack" data-gap="24" id=of_add_ons.id() tabindex="-1" data-error=of_add_ons.invalid()>
                    {of_add_ons.notes()}
                    {add_ons}
                </div>
            </div>
        </Disclosure>
    }
    .into_any()
}
