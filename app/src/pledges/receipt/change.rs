//! The pages that change a pledge: what it pays for and how its backer is shown, and what they agree to where
//! it costs more.

use leptos::prelude::*;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::pledges::{PledgeState, PledgeWish};
use multitude_domain::view::CheckoutView;
use multitude_words::Words;
use multitude_words::format::date_time;

use super::state_title;
use super::unknown::for_holder;
use crate::acts::{Act, FormOf, Reply, posted, titled_by};
use crate::answer::entitle;
use crate::i18n::{Texts, words};
use crate::kit::addresses::escaped;
use crate::kit::{Button, ButtonSize, FieldView, Notice, NoticeKind, RadioGroup};
use crate::page::Page;
use crate::pledges::checkout::parts::{show, summary};
use crate::pledges::checkout::pay::consent;
use crate::pledges::checkout::support::{choosing as choosing_form, fields};
use crate::pledges::checkout::you::show_options;
use crate::pledges::load::{ChangePageView, load_change};

/// Which of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeStep {
    /// What it is to be.
    Choose,
    /// What that allows, where it costs more.
    Agree,
}

/// Where a pledge's pages are.
struct Addresses<'a> {
    token: &'a str,
    receipt: String,
    change: String,
}

/// One of the pages.
pub(crate) async fn change_page(token: &str, step: ChangeStep, reply: Option<Reply>) -> AnyView {
    let w = words();
    let receipt = Page::Receipt { token }.path(w.locale);
    let place = Addresses { token, change: Page::Change { token }.path(w.locale), receipt };
    let reply = reply.as_ref();
    for_holder(w, load_change(token.to_owned(), reply).await, |page| screen(w, &page, &place, step, reply))
}

fn screen(
    w: Words,
    page: &ChangePageView,
    place: &Addresses<'_>,
    step: ChangeStep,
    reply: Option<&Reply>,
) -> AnyView {
    let one = &page.receipt;
    if !one.is_before_deadline() {
        return over(w, place, w.receipt_too_late());
    }
    if one.campaign_state == CampaignState::Suspended {
        return over(w, place, w.campaign_outcome_suspended());
    }
    match one.state {
        PledgeState::Secured => choosing(w, page, place, step, reply),
        PledgeState::AwaitingSetup => shown_only(w, page, place, Some(w.receipt_change_shown_setup())),
        PledgeState::AwaitingFunds | PledgeState::Funded => {
            shown_only(w, page, place, Some(w.receipt_change_shown_transfer()))
        }
        PledgeState::NeedsReview => shown_only(w, page, place, None),
        state => over(w, place, state_title(w, state)),
    }
}

fn choosing(
    w: Words,
    page: &ChangePageView,
    place: &Addresses<'_>,
    step: ChangeStep,
    reply: Option<&Reply>,
) -> AnyView {
    let wish = page.form.draft.wish(&page.form.campaign.offer());
    match (step, wish) {
        (ChangeStep::Agree, Ok(wish)) if reply.is_none() => agree(w, page, place, &wish),
        // The way to agreeing leads over the form.
        (ChangeStep::Choose | ChangeStep::Agree, _) => choose(w, &page.form, place, reply),
    }
}

/// The first screen's fields with what is chosen now, and how its backer is shown.
fn choose(w: Words, view: &CheckoutView, place: &Addresses<'_>, reply: Option<&Reply>) -> AnyView {
    entitle(titled_by(w, w.receipt_change(), reply), None);
    // What was agreed to and refused is chosen once more.
    let reply = reply.map(|reply| Reply { act: Act::ChangePledge, ..reply.clone() });
    let form = FormOf::new(w, Act::ChangePledge, &[place.token], reply.as_ref());
    let show_as = FieldView {
        name: "show_as",
        label: w.checkout_show_as().to_owned(),
        value: view.draft.show_as.clone(),
        ..FieldView::default()
    };
    let fields = view! {
        <input type="hidden" name="stands" value=view.terms.clone()/>
        {fields(w, view, &form)}
        <RadioGroup view=show_as options=show_options(w)/>
        <div>
            <Button size=ButtonSize::Large>{w.receipt_change_button()}</Button>
        </div>
    };
    let until = view.campaign.summary.closes_at.map(|end| date_time(w.locale, end));
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                {back_link(w, place)}
                <div class="stack">
                    <h1 tabindex="-1">{w.receipt_change()}</h1>
                    {until.map(|until| view! { <p class="lead">{w.receipt_change_lead(until)}</p> })}
                </div>
                {choosing_form(view, &form, fields.into_any())}
            </div>
        </div>
    }
    .into_any()
}

/// What a larger amount allows, in the words of the one before.
fn agree(w: Words, page: &ChangePageView, place: &Addresses<'_>, wish: &PledgeWish) -> AnyView {
    let form_view = &page.form;
    let pairs = form_view.draft.pairs();
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let back = format!("{}?{}", place.change, query.join("&"));
    let fields =
        pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let amount = show(w, wish.amount);
    let form = FormOf { gap: Some("32"), ..FormOf::new(w, Act::AgreeToChange, &[place.token], None) };
    let fields = view! {
        <input type="hidden" name="stands" value=form_view.terms.clone()/>
        {fields.collect_view()}
        <p class="checkout__consent">{consent(w, form_view, &amount)}</p>
        <div>
            <Button size=ButtonSize::Large>{w.receipt_change_agree(amount)}</Button>
        </div>
    };
    entitle(w.receipt_change(), None);
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                {back_link(w, place)}
                <h1 tabindex="-1">{w.receipt_change()}</h1>
                {summary(w, form_view, wish, back)}
                {posted(form, fields.into_any())}
            </div>
        </div>
    }
    .into_any()
}

/// How the backer is shown, where nothing else can be changed, and why.
fn shown_only(w: Words, page: &ChangePageView, place: &Addresses<'_>, why: Option<&'static str>) -> AnyView {
    let field = FieldView {
        name: "show_as",
        label: w.checkout_show_as().to_owned(),
        value: page.form.draft.show_as.clone(),
        ..FieldView::default()
    };
    let form = FormOf { gap: Some("32"), ..FormOf::new(w, Act::ChangePledge, &[place.token], None) };
    let fields = view! {
        <input type="hidden" name="only" value="show_as"/>
        <RadioGroup view=field options=show_options(w)/>
        <div>
            <Button size=ButtonSize::Large>{w.receipt_change_button()}</Button>
        </div>
    };
    entitle(w.receipt_change_shown(), None);
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                {back_link(w, place)}
                <h1 tabindex="-1">{w.receipt_change_shown()}</h1>
                {why.map(|why| view! { <p class="lead">{why}</p> })}
                {posted(form, fields.into_any())}
            </div>
        </div>
    }
    .into_any()
}

/// Nothing can be changed, and why.
fn over(w: Words, place: &Addresses<'_>, why: &'static str) -> AnyView {
    entitle(w.receipt_change(), None);
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                <h1 tabindex="-1">{w.receipt_change()}</h1>
                <Notice kind=NoticeKind::Warn title=why/>
                {back_link(w, place)}
            </div>
        </div>
    }
    .into_any()
}

fn back_link(w: Words, place: &Addresses<'_>) -> AnyView {
    view! {
        <p class="meta">
            <a href=place.receipt.clone()>{w.receipt_change_back()}</a>
        </p>
    }
    .into_any()
}
