//! What the three screens share: heading, steps, problems, the hold, the summary.

use leptos::prelude::*;
use multitude_domain::money::Money;
use multitude_domain::pledge::{PaymentMethod, PledgeWish};
use multitude_domain::view::{CheckoutRefusal, CheckoutView};
use multitude_words::Words;
use multitude_words::format::{Precision, money};

use super::Step;
use super::faults::problems;
use super::hold::{HoldShown, HoldWatch, notice};
use crate::campaign_words::region_name;
use crate::components::{ErrorSummary, Notice, NoticeKind, StepState, StepView, Stepper, in_language};
use crate::i18n::Texts;

pub(crate) fn campaign_path(w: Words, view: &CheckoutView) -> String {
    format!("/{}/c/{}", w.locale, view.campaign.summary.slug)
}

pub(crate) fn step_path(w: Words, view: &CheckoutView, step: Step) -> String {
    let rest = match step {
        Step::Support => "",
        Step::You => "/you",
        Step::Pay => "/pay",
    };
    format!("{}/pledge{rest}", campaign_path(w, view))
}

/// The language of what the campaign's team wrote, where it is not the reader's.
pub(super) fn lang(w: Words, view: &CheckoutView) -> Option<&'static str> {
    let own = view.campaign.summary.locale;
    (own != w.locale).then(|| own.code())
}

/// The document's title.
pub(crate) fn page_title(w: Words, step: Step, has_problem: bool) -> String {
    let title = match step {
        Step::Support => w.checkout_page_title(1, w.checkout_support()),
        Step::You => w.checkout_page_title(2, w.checkout_you()),
        Step::Pay => w.checkout_page_title(3, w.checkout_pay()),
    };
    if has_problem { w.checkout_error_title(&title) } else { title }
}

/// The heading of a screen and everything that stands before its form.
pub(crate) fn head(w: Words, step: Step, view: &CheckoutView, is_refused_here: bool) -> AnyView {
    let names = [w.checkout_support(), w.checkout_you(), w.checkout_pay()];
    let (nth, name) = match step {
        Step::Support => (1, w.checkout_support()),
        Step::You => (2, w.checkout_you()),
        Step::Pay => (3, w.checkout_pay()),
    };
    let has_problem = !view.faults.is_empty();
    let steps = [Step::Support, Step::You, Step::Pay].into_iter().zip(names).zip(1..);
    let steps = steps.map(|((one, name), place)| StepView {
        label: name.to_owned(),
        state: match place {
            place if place < nth => StepState::Done,
            place if place > nth => StepState::Next,
            _ if has_problem => StepState::Error,
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
        {wrong(w, view, is_refused_here, &step_path(w, view, Step::Support))}
        {hold(w, step, view)}
    }
    .into_any()
}

/// What is to be put right, and why it was not done; `again` is where to choose again.
pub(super) fn wrong(w: Words, view: &CheckoutView, is_refused_here: bool, again: &str) -> AnyView {
    view! {
        <ErrorSummary
            title=w.checkout_problem()
            problems=problems(w, view)
            is_focused_by_script=is_refused_here
        />
        {refusal(w, view, again.to_owned())}
    }
    .into_any()
}

fn refusal(w: Words, view: &CheckoutView, again: String) -> AnyView {
    let Some(refusal) = &view.refusal else { return ().into_any() };
    let other = step_path(w, view, Step::You);
    let foreign = match refusal {
        CheckoutRefusal::SoldOut { title } | CheckoutRefusal::UnconfirmedFull { title } => {
            lang(w, view).map(|lang| (title.clone(), lang.to_owned()))
        }
        CheckoutRefusal::AddOnSoldOut
        | CheckoutRefusal::Declined
        | CheckoutRefusal::Changed
        | CheckoutRefusal::Overtaken { .. }
        | CheckoutRefusal::Placed { .. } => None,
    };
    let declined = match view.draft.payment_method() {
        PaymentMethod::Card => w.checkout_declined_card(),
        PaymentMethod::Twint | PaymentMethod::Bank => w.checkout_declined(),
    };
    let (text, href, link) = match refusal {
        CheckoutRefusal::SoldOut { title } => (w.checkout_sold_out(title), again, w.checkout_choose_again()),
        CheckoutRefusal::UnconfirmedFull { title } => {
            (w.checkout_unconfirmed_full(title), other, w.receipt_pay_other())
        }
        CheckoutRefusal::AddOnSoldOut => {
            (w.checkout_add_on_sold_out().to_owned(), again, w.checkout_choose_again())
        }
        CheckoutRefusal::Changed => (w.checkout_changed().to_owned(), again, w.checkout_choose_again()),
        CheckoutRefusal::Overtaken { amount } => {
            (w.checkout_overtaken(show(w, *amount)), again, w.checkout_choose_again())
        }
        CheckoutRefusal::Declined => (declined.to_owned(), other, w.receipt_pay_other()),
        CheckoutRefusal::Placed { receipt } => {
            (w.checkout_placed().to_owned(), format!("/{}/p/{receipt}", w.locale), w.checkout_placed_link())
        }
    };
    let is_receipt = matches!(refusal, CheckoutRefusal::Placed { .. });
    view! {
        <Notice kind=NoticeKind::Bad title=text foreign=foreign>
            <p>
                <a href=href rel=is_receipt.then_some("external")>{link}</a>
            </p>
        </Notice>
    }
    .into_any()
}

fn hold(w: Words, step: Step, view: &CheckoutView) -> AnyView {
    let Some(hold) = view.hold.clone().filter(|_| step != Step::Support) else { return ().into_any() };
    let shown = HoldShown {
        hold,
        now: view.campaign.now,
        lang: lang(w, view).map(str::to_owned),
        action: format!("{}/hold", step_path(w, view, Step::Support)),
        back: step_path(w, view, step),
    };
    match step {
        Step::Pay => view! { <HoldWatch shown=shown/> }.into_any(),
        // These screens are islands already.
        Step::Support | Step::You => notice(w, shown),
    }
}

pub(crate) fn show(w: Words, amount: Money) -> String {
    money(w.locale, amount, Precision::Exact)
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
