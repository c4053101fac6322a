//! A pledge's receipt: where it stands, what it is, and what its backer may still do.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use multitude_domain::campaign::CampaignState;
use multitude_domain::matching::MatchLimit;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledge::{PaymentMethod, PledgeState, charge_window};
use multitude_domain::time::Timestamp;
use multitude_domain::view::ReceiptView;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money};

use super::checkout::faults::fault_text;
use super::{FailedPage, NotFoundPage, PageTitle};
use crate::api::{ReceiptPageView, load_receipt};
use crate::components::{
    Button, ButtonKind, Disclosure, ErrorSummary, FieldProblem, FieldView, MoneyInput, Notice, NoticeKind,
};
use crate::i18n::{Texts, words};

/// The first and the last day on which a pledge may be charged, in words.
pub(super) fn charge_days(w: Words, closes_at: Timestamp, currency: Currency) -> (String, String) {
    let (from, until) = charge_window(closes_at, currency);
    (day(w.locale, from), day(w.locale, until))
}

/// The page.
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let w = words();
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token")).unwrap_or_default());
    let found = Resource::new_blocking(move || token.get(), load_receipt);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(Some(page)) => receipt(w, &page, &token.get_untracked()),
                    Ok(None) => view! { <NotFoundPage/> }.into_any(),
                    Err(_) => view! { <FailedPage/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn receipt(w: Words, page: &ReceiptPageView, token: &str) -> AnyView {
    let one = &page.receipt;
    let amount = show(w, one, one.amount_minor);
    let (tone, state, text) = standing(w, one);
    let problems: Vec<FieldProblem> = page
        .faults
        .iter()
        .map(|fault| FieldProblem { field_id: "field-amount".to_owned(), text: fault_text(w, fault) })
        .collect();
    let awaits_review = one.awaits_review;
    view! {
        <PageTitle text=w.receipt_title(&amount)/>
        <div class="page page-head receipt">
            <div class="stack" data-gap="32">
                <div class="stack">
                    <h1 tabindex="-1">{w.receipt_title(amount)}</h1>
                    <p class="meta">{w.receipt_kept()}</p>
                </div>
                <ErrorSummary title=w.checkout_problem() problems=problems/>
                {page.is_too_late.then(|| view! { <Notice kind=NoticeKind::Bad title=w.receipt_too_late()/> })}
                <Notice kind=tone title=state>
                    <p>{text}</p>
                    {awaits_review.then(|| view! { <p>{w.receipt_awaits_review()}</p> })}
                </Notice>
                {bank_page(w, one, token)}
                {facts(w, one)}
                {history(w, one)}
                {actions(w, page, token)}
            </div>
        </div>
    }
    .into_any()
}

fn show(w: Words, one: &ReceiptView, minor: i64) -> String {
    money(w.locale, Money::new(minor, one.currency), Precision::Exact)
}

/// What the pledge's state means for its backer.
fn standing(w: Words, one: &ReceiptView) -> (NoticeKind, &'static str, String) {
    let amount = show(w, one, one.amount_minor);
    let plain = |kind, title, text: &str| (kind, title, text.to_owned());
    match one.state {
        PledgeState::Draft | PledgeState::AwaitingSetup => {
            plain(NoticeKind::Warn, w.receipt_state_awaiting_setup(), w.receipt_text_awaiting_setup())
        }
        PledgeState::AwaitingFunds => {
            let reference = format!("{}-{}", one.slug, one.created_at.as_micros() / 1_000_000);
            (
                NoticeKind::Warn,
                w.receipt_state_awaiting_funds(),
                w.receipt_text_awaiting_funds(amount, reference),
            )
        }
        PledgeState::NeedsReview => {
            plain(NoticeKind::Warn, w.receipt_state_needs_review(), w.receipt_text_needs_review())
        }
        PledgeState::Secured => {
            let (from, until) =
                one.closes_at.map(|end| charge_days(w, end, one.currency)).unwrap_or_default();
            (NoticeKind::Good, w.receipt_state_secured(), w.receipt_text_secured(amount, from, until))
        }
        PledgeState::Funded => plain(NoticeKind::Good, w.receipt_state_funded(), w.receipt_text_funded()),
        PledgeState::Charging => {
            plain(NoticeKind::Info, w.receipt_state_charging(), w.receipt_text_charging())
        }
        PledgeState::ActionRequired => {
            plain(NoticeKind::Warn, w.receipt_state_action_required(), w.receipt_text_action_required())
        }
        PledgeState::ChargeFailed => {
            plain(NoticeKind::Warn, w.receipt_state_charge_failed(), w.receipt_text_charge_failed())
        }
        PledgeState::Paid => (NoticeKind::Good, w.receipt_state_paid(), w.receipt_text_paid(amount)),
        PledgeState::Released => {
            plain(NoticeKind::Info, w.receipt_state_released(), w.receipt_text_released())
        }
        PledgeState::Dropped => plain(NoticeKind::Info, w.receipt_state_dropped(), w.receipt_text_dropped()),
        PledgeState::Expired => plain(NoticeKind::Info, w.receipt_state_expired(), w.receipt_text_expired()),
        PledgeState::Cancelled => {
            plain(NoticeKind::Info, w.receipt_state_cancelled(), w.receipt_text_cancelled())
        }
        PledgeState::RefundPending | PledgeState::RefundFailed | PledgeState::PartiallyRefunded => {
            plain(NoticeKind::Info, w.receipt_state_refund(), w.receipt_text_refund())
        }
        PledgeState::Refunded | PledgeState::ChargedBack => {
            plain(NoticeKind::Info, w.receipt_state_refunded(), w.receipt_text_refunded())
        }
        PledgeState::Disputed => {
            plain(NoticeKind::Warn, w.receipt_state_disputed(), w.receipt_text_disputed())
        }
    }
}

/// The short name of a state, as the history lists it.
fn state_name(w: Words, state: PledgeState, one: &ReceiptView) -> &'static str {
    standing(w, &ReceiptView { state, ..one.clone() }).1
}

/// The sandbox stands in for the backer's bank, which asks on a page of its own.
fn bank_page(w: Words, one: &ReceiptView, token: &str) -> AnyView {
    if one.waiting_attempt.is_none() {
        return ().into_any();
    }
    let action = format!("/{}/p/{token}", w.locale);
    view! {
        <section class="stack receipt__bank" aria-labelledby="bank-page">
            <h2 id="bank-page">{w.receipt_bank_page()}</h2>
            <form method="post" action=action class="cluster">
                <Button name="do" value="bank_yes">{w.receipt_bank_yes()}</Button>
                <Button kind=ButtonKind::Secondary name="do" value="bank_no">{w.receipt_bank_no()}</Button>
            </form>
        </section>
    }
    .into_any()
}

fn facts(w: Words, one: &ReceiptView) -> AnyView {
    let method = match one.method {
        PaymentMethod::Card => w.checkout_card(),
        PaymentMethod::Twint => w.checkout_twint(),
        PaymentMethod::Bank => w.checkout_bank(),
    };
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    let shown = one.show_as.shown(&one.name).unwrap_or_else(|| w.checkout_show_anonymous().to_owned());
    let limit = one.match_limit.map(|limit| match limit {
        MatchLimit::TeamMember => w.receipt_limit_team_member(),
        MatchLimit::SamePayer => w.receipt_limit_same_payer(),
        MatchLimit::CampaignCap => w.receipt_limit_campaign_cap(),
        MatchLimit::PoolUsedUp => w.receipt_limit_pool_used_up(),
        MatchLimit::NeedsReview => w.receipt_limit_needs_review(),
    });
    let reward = one.reward.as_ref().map(
        |(title, qty)| {
            if *qty > 1 { w.receipt_times(title, *qty) } else { title.clone() }
        },
    );
    let add_ons = one.add_ons.iter().map(|(title, qty)| {
        view! { <dt>{w.receipt_add_on()}</dt><dd lang=lang>{w.receipt_times(title, *qty)}</dd> }
    });
    let fact = |term: &'static str, text: String| view! { <dt>{term}</dt><dd>{text}</dd> };
    let matched = (one.matched_minor > 0).then(|| show(w, one, one.matched_minor));
    view! {
        <dl class="facts">
            <dt>{w.receipt_campaign()}</dt>
            <dd lang=lang>
                <a href=format!("/{}/c/{}", w.locale, one.slug)>{one.campaign_title.clone()}</a>
            </dd>
            {fact(w.receipt_amount(), show(w, one, one.amount_minor))}
            {matched.map(|text| fact(w.receipt_matched(), text))}
            {reward.map(|text| view! { <dt>{w.receipt_reward()}</dt><dd lang=lang>{text}</dd> })}
            {one.region.clone().map(|text| fact(w.receipt_region(), text))}
            {add_ons.collect_view()}
            {fact(w.receipt_method(), method.to_owned())}
            {fact(w.receipt_name(), one.name.clone())}
            {fact(w.receipt_shown(), shown)}
            {one.email.clone().map(|text| fact(w.receipt_email(), text))}
            {fact(w.receipt_placed_on(), date_time(w.locale, one.created_at))}
        </dl>
        {limit.map(|text| view! { <p>{text}</p> })}
        {(!one.is_email_confirmed).then(|| view! { <p>{w.receipt_unconfirmed()}</p> })}
    }
    .into_any()
}

fn history(w: Words, one: &ReceiptView) -> AnyView {
    let lines = one.history.iter().map(|(state, at)| {
        let name = state_name(w, *state, one);
        view! {
            <li>
                <time datetime=at.to_string()>{date_time(w.locale, *at)}</time>
                ": "
                {name}
            </li>
        }
    });
    view! {
        <section class="stack" data-gap="8">
            <h2>{w.receipt_history()}</h2>
            <ol class="receipt__history">{lines.collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// What the backer may still do: change and cancel until the deadline, pledge again afterwards.
fn actions(w: Words, page: &ReceiptPageView, token: &str) -> AnyView {
    let one = &page.receipt;
    let is_open = matches!(one.campaign_state, CampaignState::Live | CampaignState::Suspended)
        && one.closes_at.is_some_and(|end| one.now < end);
    if !is_open {
        return ().into_any();
    }
    let action = format!("/{}/p/{token}", w.locale);
    let again = format!("/{}/c/{}/pledge", w.locale, one.slug);
    match one.state {
        PledgeState::Secured => view! { {change(w, page, &action)} {cancel(w, &action)} }.into_any(),
        PledgeState::AwaitingSetup | PledgeState::AwaitingFunds => cancel(w, &action),
        PledgeState::Cancelled | PledgeState::Expired => {
            view! { <p><a href=again>{w.receipt_again()}</a></p> }.into_any()
        }
        _ => ().into_any(),
    }
}

fn change(w: Words, page: &ReceiptPageView, action: &str) -> AnyView {
    let one = &page.receipt;
    let per_major = one.currency.minor_per_major();
    let value = page.typed.clone().unwrap_or_else(|| {
        let (major, rest) = (one.amount_minor / per_major, one.amount_minor % per_major);
        if rest == 0 { major.to_string() } else { format!("{major}.{rest:02}") }
    });
    let field = FieldView {
        name: "amount",
        label: w.checkout_amount(one.currency.code()),
        hint: None,
        error: page.faults.first().map(|fault| fault_text(w, fault)),
        value,
    };
    let is_open = !page.faults.is_empty();
    let currency = one.currency.code();
    let action = action.to_owned();
    view! {
        <Disclosure summary=w.receipt_change() is_open=is_open>
            <form method="post" action=action novalidate class="stack">
                <MoneyInput view=field currency=currency/>
                <div>
                    <Button kind=ButtonKind::Secondary name="do" value="amount">{w.receipt_change_button()}</Button>
                </div>
            </form>
        </Disclosure>
    }
    .into_any()
}

fn cancel(w: Words, action: &str) -> AnyView {
    let action = action.to_owned();
    view! {
        <Disclosure summary=w.receipt_cancel()>
            <form method="post" action=action class="stack">
                <p>{w.receipt_cancel_text()}</p>
                <div>
                    <Button kind=ButtonKind::Danger name="do" value="cancel">{w.receipt_cancel_button()}</Button>
                </div>
            </form>
        </Disclosure>
    }
    .into_any()
}
