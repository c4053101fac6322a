//! A team's word that it can deliver with less than nine tenths of its goal: one question, one button.

use leptos::prelude::*;
use multitude_domain::money::Money;
use multitude_domain::view::StatementView;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, money};

use super::load::{StatementReader, load_statement};
use crate::acts::{Act, FormOf, posted};
use crate::answer::set_status;
use crate::i18n::{Texts, words};
use crate::kit::addresses::{campaign_path, sign_in_path};
use crate::kit::headed::titled;
use crate::kit::loaded::loaded_if_any;
use crate::kit::{Button, ButtonLink, Notice, NoticeKind};

/// The page.
pub(crate) async fn statement_page(slug: &str) -> AnyView {
    let w = words();
    loaded_if_any(load_statement(slug.to_owned()).await, |reader| match reader {
        StatementReader::Guest => signed_out(w, slug),
        StatementReader::Team(view) => statement(w, &view, slug),
    })
}

/// The same for every campaign, whether its team is asked or not.
fn signed_out(w: Words, slug: &str) -> AnyView {
    set_status(http::StatusCode::FORBIDDEN);
    let href = sign_in_path(w, Some(&format!("{}/deliver", campaign_path(w, slug))));
    let body = view! {
        <p class="lead">{w.deliver_signed_out_text()}</p>
        <div>
            <ButtonLink href=href>{w.account_sign_in()}</ButtonLink>
        </div>
    };
    titled(w.deliver_signed_out(), body.into_any())
}

fn statement(w: Words, view: &StatementView, slug: &str) -> AnyView {
    let to_campaign = view! { <p><a href=campaign_path(w, slug)>{w.deliver_to_campaign()}</a></p> };
    let title = view.title.as_str();
    if view.is_given {
        let body = view! { <Notice kind=NoticeKind::Good title=w.deliver_given_text(title)/> {to_campaign} };
        return titled(w.deliver_given(), body.into_any());
    }
    if !view.is_open {
        let body = view! { <Notice kind=NoticeKind::Warn title=w.deliver_over_text(title)/> {to_campaign} };
        return titled(w.deliver_over(), body.into_any());
    }
    let amount = |minor| money(w.locale, Money::new(minor, view.currency), Precision::Exact);
    let (collected, matched) = (amount(view.collected_minor), amount(view.matched_minor));
    let button = view! { <Button>{w.deliver_button()}</Button> };
    let body = view! {
        <p class="lead">{w.deliver_lead(title, collected, matched, amount(view.goal_minor))}</p>
        <p>{w.deliver_until(date_time(w.locale, view.due_at))}</p>
        {posted(FormOf::button(w, Act::StateDelivery, &[slug]), button.into_any())}
        {to_campaign}
    };
    titled(w.deliver_title(), body.into_any())
}
