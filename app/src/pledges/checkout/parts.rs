//! What the three screens share: heading, steps, problems, the hold, the summary.

use leptos::prelude::*;
use multitude_domain::campaigns::FundingModel;
use multitude_domain::money::Money;
use multitude_domain::pledges::{PaymentMethod, PledgeWish};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::Step;
use crate::acts::{Act, FormOf, posted};
use crate::campaigns::reward_words::region_name;
use crate::campaigns::words::charge_days;
use crate::i18n::Texts;
use crate::kit::{
    Button, ButtonKind, CoverArt, CoverShape, StepState, StepView, Stepper, Topic, in_language,
};
use crate::page::Page;
use crate::pledges::island::{HoldShown, HoldWatch};

pub(crate) fn campaign_path(w: Words, view: &CheckoutView) -> String {
    Page::Campaign { slug: &view.campaign.summary.slug }.path(w.locale)
}

pub(crate) fn step_path(w: Words, view: &CheckoutView, step: Step) -> String {
    let slug = &view.campaign.summary.slug;
    let page = match step {
        Step::Support => Page::Support { slug },
        Step::You => Page::You { slug },
        Step::Pay => Page::Pay { slug },
    };
    page.path(w.locale)
}

/// The language of what the campaign's team wrote, where it is not the reader's.
pub(super) fn lang(w: Words, view: &CheckoutView) -> Option<&'static str> {
    let own = view.campaign.summary.locale;
    (own != w.locale).then(|| own.code())
}

/// The document's title.
pub(crate) fn page_title(w: Words, step: Step) -> String {
    match step {
        Step::Support => w.checkout_page_title(1, w.checkout_support()),
        Step::You => w.checkout_page_title(2, w.checkout_you()),
        Step::Pay => w.checkout_page_title(3, w.checkout_pay()),
    }
}

/// The heading of a screen and everything that stands before its form.
fn head(w: Words, step: Step, view: &CheckoutView) -> AnyView {
    let names = [w.checkout_support(), w.checkout_you(), w.checkout_pay()];
    let (nth, name) = match step {
        Step::Support => (1, w.checkout_support()),
        Step::You => (2, w.checkout_you()),
        Step::Pay => (3, w.checkout_pay()),
    };
    let steps = [Step::Support, Step::You, Step::Pay].into_iter().zip(names).zip(1..);
    let steps = steps.map(|((one, name), place)| StepView {
        label: name.to_owned(),
        state: match place {
            place if place < nth => StepState::Done,
            place if place > nth => StepState::Next,
            _ => StepState::Now,
        },
        href: (place < nth).then(|| step_path(w, view, one)),
    });
    let summary = &view.campaign.summary;
    let back = in_language(&w.checkout_for_campaign(&summary.title), &summary.title, lang(w, view));
    view! {
        <p class="meta">
            <a href=campaign_path(w, view)>{back}</a>
        </p>
        <h1 tabindex="-1">{name}</h1>
        <Stepper label=w.checkout_steps() steps=steps.collect()/>
        {hold(w, step, view)}
    }
    .into_any()
}

fn hold(w: Words, step: Step, view: &CheckoutView) -> AnyView {
    let Some(hold) = view.hold.clone().filter(|_| step != Step::Support) else { return ().into_any() };
    let back = step_path(w, view, step);
    let keep = if hold.can_extend {
        let slug = view.campaign.summary.slug.as_str();
        let button = view! {
            <input type="hidden" name="back" value=back/>
            <Button kind=ButtonKind::Secondary>{w.checkout_keep_it()}</Button>
        };
        posted(FormOf::button(w, Act::KeepHold, &[slug]), button.into_any())
    } else {
        // What was sent so far stays in the draft.
        let href = format!("{}?back={back}", Page::SignIn.path(w.locale));
        view! { <p><a href=href>{w.checkout_keep_sign_in()}</a></p> }.into_any()
    };
    let shown = HoldShown { hold, now: view.campaign.now, lang: lang(w, view).map(str::to_owned) };
    view! { <HoldWatch shown=shown>{keep}</HoldWatch> }.into_any()
}

pub(crate) fn show(w: Words, amount: Money) -> String {
    money(w.locale, amount, Precision::Exact)
}

/// A screen: what it asks, and beside it what was chosen so far.
pub(super) fn with_summary(
    w: Words,
    step: Step,
    view: &CheckoutView,
    wish: Option<&PledgeWish>,
    asks: AnyView,
) -> AnyView {
    view! {
        <div class="page page-head checkout checkout-screen">
            <div class="checkout-screen__head stack" data-gap="32">{head(w, step, view)}</div>
            <aside class="checkout-screen__beside" aria-label=w.checkout_your_pledge()>
                {beside(w, step, view, wish)}
            </aside>
            <div class="checkout-screen__asks stack" data-gap="32">{asks}</div>
        </div>
    }
    .into_any()
}

/// What was chosen so far; on narrow screens folded away behind its total. What `data-total` and `data-chosen`
/// mark follows the form as it is filled in.
fn beside(w: Words, step: Step, view: &CheckoutView, wish: Option<&PledgeWish>) -> AnyView {
    let one = &view.campaign.summary;
    let total = wish.map_or_else(|| "–".to_owned(), |wish| show(w, wish.amount));
    let lang = lang(w, view);
    let chosen = wish.map(|wish| match wish.reward {
        Some((id, qty)) => {
            let title = view.campaign.rewards.iter().find(|one| one.id == id).map(|one| one.title.as_str());
            let title = title.unwrap_or_default();
            let text = if qty > 1 { w.receipt_times(title, i64::from(qty)) } else { title.to_owned() };
            in_language(&text, title, lang)
        }
        None => w.checkout_no_reward().into_any(),
    });
    let region = wish.and_then(|wish| wish.region.as_deref()).filter(|_| step != Step::Support);
    let add_ons = wish.map(|wish| wish.add_ons.as_slice()).unwrap_or_default();
    let add_ons = add_ons.iter().filter(|_| step != Step::Support).filter_map(|choice| {
        let add_on = view.campaign.add_ons.iter().find(|one| one.id == choice.id)?;
        let text = w.receipt_times(&add_on.title, i64::from(choice.qty));
        Some(view! { <dt>{w.receipt_add_on()}</dt><dd lang=lang>{text}</dd> })
    });
    let back = (step != Step::Support).then(|| {
        view! { <p><a href=step_path(w, view, Step::Support)>{w.checkout_change()}</a></p> }
    });
    view! {
        <p class="checkout-screen__unfold">
            <input type="checkbox" id="unfold"/>
            <label for="unfold">
                {w.checkout_your_pledge()} " " <strong class="amount" data-total="">{total.clone()}</strong>
            </label>
        </p>
        <div class="checkout-screen__summary stack" data-gap="16">
            <CoverArt
                slug=one.slug.clone()
                topic=Topic::from_slug(&one.topic)
                shape=CoverShape::Wide
            />
            <div>
                <p lang=lang><strong>{one.title.clone()}</strong></p>
                <p class="meta"><bdi>{one.team_name.clone()}</bdi></p>
            </div>
            <dl class="facts">
                <dt>{w.receipt_reward()}</dt>
                <dd data-chosen="">{chosen.unwrap_or_else(|| "–".into_any())}</dd>
                {region.map(|code| view! { <dt>{w.receipt_region()}</dt><dd>{region_name(w, code)}</dd> })}
                {add_ons.collect_view()}
                <dt>{w.receipt_amount()}</dt>
                <dd><strong class="amount" data-total="">{total}</strong></dd>
            </dl>
            <p class="meta">{when_charged(w, step, view)}</p>
            {back}
        </div>
    }
    .into_any()
}

/// When the money goes; before a method is chosen, as with most of them.
fn when_charged(w: Words, step: Step, view: &CheckoutView) -> String {
    let summary = &view.campaign.summary;
    let is_flexible = summary.model == FundingModel::Flexible;
    let is_bank = step == Step::Pay && view.draft.payment_method() == PaymentMethod::Bank;
    match summary.closes_at.map(|end| charge_days(w, end, summary.currency)) {
        _ if is_bank && is_flexible => w.checkout_bank_hint_flexible().to_owned(),
        _ if is_bank => w.checkout_bank_hint().to_owned(),
        Some((from, until)) if is_flexible => w.checkout_when_charged_flexible(from, until),
        Some((from, until)) => w.checkout_when_charged(from, until),
        None => String::new(),
    }
}

/// What was chosen so far, with the way `back` to it.
pub(crate) fn summary(w: Words, view: &CheckoutView, wish: &PledgeWish, back: String) -> AnyView {
    let reward = wish.reward.and_then(|(id, qty)| {
        let reward = view.campaign.rewards.iter().find(|one| one.id == id)?;
        Some(if qty > 1 { w.receipt_times(&reward.title, i64::from(qty)) } else { reward.title.clone() })
    });
    let lang = lang(w, view);
    let add_ons = wish.add_ons.iter().filter_map(|choice| {
        let add_on = view.campaign.add_ons.iter().find(|one| one.id == choice.id)?;
        let text = w.receipt_times(&add_on.title, i64::from(choice.qty));
        Some(view! { <dt>{w.receipt_add_on()}</dt><dd lang=lang>{text}</dd> })
    });
    view! {
        <section class="stack checkout__summary" data-gap="8" aria-labelledby="your-pledge">
            <h2 id="your-pledge">{w.checkout_your_pledge()}</h2>
            <dl class="facts">
                <dt>{w.receipt_amount()}</dt>
                <dd><strong>{show(w, wish.amount)}</strong></dd>
                {reward.map(|title| view! { <dt>{w.receipt_reward()}</dt><dd lang=lang>{title}</dd> })}
                {wish.region.as_deref().map(|code| region_name(w, code)).map(|region| view! { <dt>{w.receipt_region()}</dt><dd>{region}</dd> })}
                {add_ons.collect_view()}
            </dl>
            <p><a href=back>{w.checkout_change()}</a></p>
        </section>
    }
    .into_any()
}
