//! The pages that change a pledge: what it pays for and how its backer is shown, and what they agree to where it costs more.

use leptos::prelude::*;
use multitude_domain::campaign::CampaignState;
use multitude_domain::pledge::{PledgeState, PledgeWish};
use multitude_words::Words;

use super::state_title;
use super::unknown::for_holder;
use crate::answer::entitle;
use crate::components::{Button, ButtonSize, FieldView, Notice, NoticeKind, RadioGroup};
use crate::i18n::{Texts, words};
use crate::islands::checkout::{ChangeScreen, show, show_options, summary};
use crate::load::{ChangePageView, load_change};
use crate::pages::addresses::escaped;
use crate::pages::checkout::pay::consent;

/// Which of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeStep {
    /// What it is to be.
    Choose,
    /// What that allows, where it costs more.
    Agree,
}

/// Where a pledge's pages are.
struct Place {
    receipt: String,
    change: String,
}

/// One of the pages.
pub(crate) async fn change_page(token: &str, step: ChangeStep) -> AnyView {
    let w = words();
    let receipt = format!("/{}/p/{token}", w.locale);
    let place = Place { change: format!("{receipt}/change"), receipt };
    for_holder(w, load_change(token.to_owned()).await, |page| screen(w, page, &place, step))
}

fn screen(w: Words, page: ChangePageView, place: &Place, step: ChangeStep) -> AnyView {
    let one = &page.receipt;
    if !one.is_before_deadline() {
        return over(w, place, w.receipt_too_late());
    }
    if one.campaign_state == CampaignState::Suspended {
        return over(w, place, w.campaign_outcome_suspended());
    }
    match one.state {
        PledgeState::Secured => choosing(w, page, place, step),
        PledgeState::AwaitingSetup => shown_only(w, &page, place, Some(w.receipt_change_shown_setup())),
        PledgeState::AwaitingFunds | PledgeState::Funded => {
            shown_only(w, &page, place, Some(w.receipt_change_shown_transfer()))
        }
        PledgeState::NeedsReview => shown_only(w, &page, place, None),
        state => over(w, place, state_title(w, state)),
    }
}

fn choosing(w: Words, page: ChangePageView, place: &Place, step: ChangeStep) -> AnyView {
    let wish = page.form.draft.wish(&page.form.campaign.offer());
    match (step, wish) {
        (ChangeStep::Agree, Ok(wish)) if !page.was_sent => agree(w, &page, place, &wish),
        // The way to agreeing leads over the form.
        (ChangeStep::Choose | ChangeStep::Agree, _) => {
            entitle_change(
                w,
                w.receipt_change(),
                !page.form.faults.is_empty() || page.form.refusal.is_some(),
            );
            let (here, receipt) = (place.change.clone(), place.receipt.clone());
            view! { <ChangeScreen view=page.form here=here receipt=receipt/> }.into_any()
        }
    }
}

fn entitle_change(w: Words, title: &str, has_problem: bool) {
    entitle(if has_problem { w.checkout_error_title(title) } else { title.to_owned() }, None);
}

/// What a larger amount allows, in the words of the one before.
fn agree(w: Words, page: &ChangePageView, place: &Place, wish: &PledgeWish) -> AnyView {
    let form = &page.form;
    let pairs = form.draft.pairs();
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let back = format!("{}?{}", place.change, query.join("&"));
    let fields =
        pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let amount = show(w, wish.amount);
    entitle_change(w, w.receipt_change(), false);
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                {back_link(w, place)}
                <h1 tabindex="-1">{w.receipt_change()}</h1>
                {summary(w, form, wish, back)}
                <form method="post" action=format!("{}/agree", place.change) class="stack" data-gap="32">
                    <input type="hidden" name="stands" value=form.terms.clone()/>
                    {fields.collect_view()}
                    <p class="checkout__consent">{consent(w, form, &amount)}</p>
                    <div>
                        <Button size=ButtonSize::Large>{w.receipt_change_agree(amount)}</Button>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// How the backer is shown, where nothing else can be changed, and why.
fn shown_only(w: Words, page: &ChangePageView, place: &Place, why: Option<&'static str>) -> AnyView {
    let field = FieldView {
        name: "show_as",
        label: w.checkout_show_as().to_owned(),
        value: page.form.draft.show_as.clone(),
        ..FieldView::default()
    };
    entitle_change(w, w.receipt_change_shown(), false);
    view! {
        <div class="page page-head checkout">
            <div class="stack" data-gap="32">
                {back_link(w, place)}
                <h1 tabindex="-1">{w.receipt_change_shown()}</h1>
                {why.map(|why| view! { <p class="lead">{why}</p> })}
                <form method="post" action=place.change.clone() class="stack" data-gap="32">
                    <input type="hidden" name="only" value="show_as"/>
                    <RadioGroup view=field options=show_options(w)/>
                    <div>
                        <Button size=ButtonSize::Large>{w.receipt_change_button()}</Button>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// Nothing can be changed, and why.
fn over(w: Words, place: &Place, why: &'static str) -> AnyView {
    entitle_change(w, w.receipt_change(), false);
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

fn back_link(w: Words, place: &Place) -> AnyView {
    view! {
        <p class="meta">
            <a href=place.receipt.clone() rel="external">{w.receipt_change_back()}</a>
        </p>
    }
    .into_any()
}
