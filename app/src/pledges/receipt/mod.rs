//! A pledge's receipt: where it stands, what it is, and what its backer may still do.

mod actions;
mod address;
mod change;
mod confirm;
mod next;
mod standing;
mod transfer;
mod unknown;

use leptos::prelude::*;
use multitude_domain::email::shown_email;
use multitude_domain::matching::MatchLimit;
use multitude_domain::money::Money;
use multitude_domain::name::isolated;
use multitude_domain::pledges::{PaymentMethod, PledgeState};
use multitude_domain::time::Span;
use multitude_domain::view::{PledgeDeed, ReceiptView};
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, money};

use crate::acts::{Reply, refusal_text, titled_by};
use crate::answer::entitle;
use crate::campaigns::reward_words::region_name;
use crate::campaigns::share;
use crate::campaigns::words::card_money;
use crate::i18n::{Texts, words};
use crate::kit::addresses::{asked, campaign_path};
use crate::kit::{CardMoney, MeterBar, Notice, NoticeKind, in_language};
use crate::page::Page;
use crate::pledges::load::{ReceiptPageView, load_receipt};
use actions::{actions, bank_page, consents, other_method};
pub(crate) use address::address_page;
use address::delivery;
pub(crate) use change::{ChangeStep, change_page};
pub(crate) use confirm::confirm_page;
use confirm::confirmation;
pub(crate) use standing::state_title;
use standing::{standing, standing_title};
use transfer::awaited;
pub(crate) use transfer::transfer_page;
use unknown::for_holder;

/// A pledge is new for so long: its backer has just come from the checkout.
const NEW_FOR: Span = Span::seconds(30);

/// The page.
pub(crate) async fn receipt_page(token: &str, reply: Option<Reply>) -> AnyView {
    let w = words();
    for_holder(w, load_receipt(token.to_owned()).await, |page| {
        receipt(w, &page, token, done(w, &page.receipt), reply.as_ref())
    })
}

/// What a form did that comes back here. The address stays as it is: a pledge that has ended since is not
/// said to be saved.
fn done(w: Words, one: &ReceiptView) -> Option<&'static str> {
    if !one.counts() {
        return None;
    }
    let deeds =
        [("saved", w.receipt_saved()), ("confirmed", w.receipt_confirmed()), ("sent", w.receipt_sent())];
    deeds.into_iter().find_map(|(name, text)| asked(name).map(|_| text))
}

fn receipt(
    w: Words,
    page: &ReceiptPageView,
    token: &str,
    done: Option<&'static str>,
    reply: Option<&Reply>,
) -> AnyView {
    let one = &page.receipt;
    let amount = show(w, one, one.amount_minor);
    let (tone, text) = standing(w, one);
    let state = standing_title(w, one);
    let awaits_review = one.awaits_review;
    let is_waiting = one.state == PledgeState::AwaitingSetup;
    let is_unpaid = matches!(one.state, PledgeState::ChargeFailed | PledgeState::ActionRequired);
    // Where the account is shown it says so itself.
    let awaits_transfer = one.state == PledgeState::AwaitingFunds && page.transfer.is_none();
    let here = Page::Receipt { token }.path(w.locale);
    let title = w.receipt_title(&amount);
    entitle(titled_by(w, &title, reply), None);
    view! {
        <div class="page page-head receipt">
            <p class="visually-hidden" role="status" data-says=""></p>
            <div class="stack" data-gap="32" data-part="" data-standing=fingerprint(page)>
                <div class="stack">
                    <h1 tabindex="-1">{w.receipt_title(amount)}</h1>
                    {thanks(w, one)}
                    <p class="meta">{w.receipt_kept()}</p>
                </div>
                {bad_news(w, reply)}
                {done.map(|text| view! { <Notice kind=NoticeKind::Good title=text/> })}
                <div
                    data-shows=one.slug.clone()
                    data-follows=one.slug.clone()
                    data-returns=""
                    data-totals=page.campaign.as_ref().map(|campaign| campaign.totals().mark())
                >
                <Notice kind=tone title=state>
                    <p>{text}</p>
                    {awaits_transfer.then(|| view! { <p>{w.receipt_sandbox_account()}</p> })}
                    {is_waiting
                        .then(|| view! { <p><a href=here rel="external">{w.receipt_check_again()}</a></p> })}
                    {awaits_review.then(|| view! { <p>{w.receipt_awaits_review()}</p> })}
                </Notice>
                </div>
                {page.transfer.as_ref().map(|transfer| awaited(w, transfer, token))}
                {bank_page(w, one, token)}
                {meter(w, page)}
                {is_unpaid.then(|| other_method(w, one, token))}
                {confirmation(w, page, token, reply)}
                {next::next(w, one)}
                {delivery(w, one, token)}
                {facts(w, one)}
                {onward(w, one)}
                {history(w, one)}
                {consents(w, one, token)}
                {actions(w, one, token)}
            </div>
        </div>
    }
    .into_any()
}

/// What of a receipt makes it another page: where it has changed meanwhile, the page is shown anew.
fn fingerprint(page: &ReceiptPageView) -> String {
    let one = &page.receipt;
    let campaign = page.campaign.as_ref().map_or("", |campaign| campaign.state.name());
    let before = one.is_before_deadline();
    let (matched, is_confirmed) = (one.matched_minor, one.is_email_confirmed);
    format!("{}/{}/{campaign}/{before}/{matched}/{is_confirmed}", one.state.name(), one.history.len())
}

/// A word to whoever stands behind the campaign.
fn thanks(w: Words, one: &ReceiptView) -> Option<AnyView> {
    if !one.counts() {
        return None;
    }
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    let title = one.campaign_title.as_str();
    let text = match one.name.as_str() {
        "" => w.next_thanks_nameless(title),
        name => w.next_thanks(isolated(name), title),
    };
    Some(view! { <p class="lead">{in_language(&text, title, lang)}</p> }.into_any())
}

/// What else somebody may do for the campaign.
fn onward(w: Words, one: &ReceiptView) -> Option<AnyView> {
    if !one.counts() {
        return None;
    }
    let campaign = campaign_path(w, &one.slug);
    let calendar = one.is_before_deadline().then(|| {
        let href = format!("{campaign}/deadline.ics");
        view! { <a href=href rel="external" download>{w.next_calendar()}</a> }
    });
    let view = view! {
        <section class="stack" data-gap="8" aria-labelledby="onward">
            <h2 id="onward">{w.next_share()}</h2>
            {share(w, &one.slug, &one.campaign_title)}
            <div class="cluster">
                {calendar}
                <a href=format!("{campaign}/updates")>{w.next_follow()}</a>
            </div>
        </section>
    };
    Some(view.into_any())
}

/// Where the campaign stands with it; it grows as the pledge is new.
fn meter(w: Words, page: &ReceiptPageView) -> Option<AnyView> {
    let one = &page.receipt;
    let campaign = page.campaign.as_ref().filter(|_| one.counts())?;
    let CardMoney { sum, meter, .. } = card_money(w, campaign);
    let grows = one.now.since(one.created_at) <= NEW_FOR;
    Some(
        view! {
            <section
                class="stack"
                data-gap="8"
                aria-label=w.receipt_meter()
                data-shows=one.slug.clone()
            >
                <p>
                    <strong>{sum}</strong>
                </p>
                <MeterBar view=meter id="receipt" grows=grows/>
            </section>
        }
        .into_any(),
    )
}

fn show(w: Words, one: &ReceiptView, minor: i64) -> String {
    money(w.locale, Money::new(minor, one.currency), Precision::Exact)
}

/// Why something was not done: on top, since its own form may stand in a fold.
fn bad_news(w: Words, reply: Option<&Reply>) -> Option<AnyView> {
    let said = reply?.refused.as_ref()?.refusal.as_ref()?;
    Some(view! { <Notice kind=NoticeKind::Bad title=refusal_text(w, said)/> }.into_any())
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
    let name = |term: &'static str, text: String| view! { <dt>{term}</dt><dd><bdi>{text}</bdi></dd> };
    let matched = (one.matched_minor > 0).then(|| show(w, one, one.matched_minor));
    view! {
        <dl class="facts">
            <dt>{w.receipt_campaign()}</dt>
            <dd lang=lang>
                <a href=campaign_path(w, &one.slug)>{one.campaign_title.clone()}</a>
            </dd>
            {fact(w.receipt_amount(), show(w, one, one.amount_minor))}
            {matched.map(|text| fact(w.receipt_matched(), text))}
            {reward.map(|text| view! { <dt>{w.receipt_reward()}</dt><dd lang=lang>{text}</dd> })}
            {one.region.as_deref().map(|code| region_name(w, code)).map(|text| fact(w.receipt_region(), text))}
            {add_ons.collect_view()}
            {fact(w.receipt_method(), method.to_owned())}
            {(!one.name.is_empty()).then(|| name(w.receipt_name(), one.name.clone()))}
            {name(w.receipt_shown(), shown)}
            {one.email.as_deref().map(|email| fact(w.receipt_email(), shown_email(email)))}
            {fact(w.receipt_placed_on(), date_time(w.locale, one.created_at))}
        </dl>
        {limit.map(|text| view! { <p>{text}</p> })}
    }
    .into_any()
}

/// What its backer made of it.
fn changed(w: Words, one: &ReceiptView, amount_minor: i64, chosen: Option<&str>) -> AnyView {
    let amount = show(w, one, amount_minor);
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    match chosen {
        None => w.receipt_changed_to(amount).into_any(),
        Some("") => w.receipt_changed_without(amount).into_any(),
        Some(title) => in_language(&w.receipt_changed_with(amount, title), title, lang),
    }
}

fn history(w: Words, one: &ReceiptView) -> AnyView {
    let lines = one.history.iter().map(|(deed, at)| {
        let text = match deed {
            PledgeDeed::Moved(state) => state_title(w, *state).into_any(),
            PledgeDeed::Changed { amount_minor, chosen } => changed(w, one, *amount_minor, chosen.as_deref()),
            PledgeDeed::Reviewed => w.receipt_reviewed().into_any(),
            PledgeDeed::Replaced => w.receipt_replaced().into_any(),
            PledgeDeed::Withdrawn => w.receipt_withdrawn().into_any(),
        };
        view! {
            <li>
                <time datetime=at.to_string()>{w.common_labelled(date_time(w.locale, *at))}</time>
                " "
                {text}
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
