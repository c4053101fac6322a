//! The transfer that a pledge waits for: on its receipt, to be scanned or copied, and on a page for paper.

use leptos::prelude::*;
use multitude_domain::transfer::{CodeKind, Party, bill_amount};
use multitude_domain::view::ReceiptView;
use multitude_words::Words;
use multitude_words::format::{Precision, day, money};

use super::unknown::for_holder;
use crate::i18n::{Texts, words};
use crate::kit::headed::titled;
use crate::kit::{CopyButton, Notice, NoticeKind, QrMark, in_language, qr_code};
use crate::page::Page;
use crate::pledges::load::{TransferView, load_receipt};

/// On the receipt: the code, and everything that a bank asks for.
pub(super) fn awaited(w: Words, transfer: &TransferView, token: &str) -> AnyView {
    let code = code(w, transfer);
    let lead = code.is_some().then(|| lead(w, transfer));
    let print = Page::Transfer { token }.path(w.locale);
    view! {
        <section class="stack" aria-labelledby="transfer">
            <h2 id="transfer">{w.transfer_title()}</h2>
            {sample(w, transfer)}
            {lead.map(|text| view! { <p>{text}</p> })}
            {code}
            {facts(w, transfer, Copying::Offered)}
            <p>
                <a href=print>{w.transfer_print()}</a>
            </p>
        </section>
    }
    .into_any()
}

/// The page for paper: a QR-bill with its receipt, or the other code with what a bank asks for.
pub(crate) async fn transfer_page(token: &str) -> AnyView {
    let w = words();
    for_holder(w, load_receipt(token.to_owned()).await, |page| match &page.transfer {
        None => {
            let body = view! {
                <p class="lead">{w.transfer_nothing_text()}</p>
                {to_receipt(w, token)}
            };
            titled(w.transfer_nothing(), body.into_any())
        }
        Some(transfer) => {
            let title = w.transfer_print_title(amount(w, transfer));
            titled(title, for_paper(w, &page.receipt, transfer, token))
        }
    })
}

fn for_paper(w: Words, one: &ReceiptView, transfer: &TransferView, token: &str) -> AnyView {
    let lang = (one.campaign_locale != w.locale).then(|| one.campaign_locale.code());
    let lead = in_language(&w.transfer_print_lead(&one.campaign_title), &one.campaign_title, lang);
    view! {
        <div class="stack transfer-page" data-gap="24">
            <p class="lead">{lead}</p>
            {sample(w, transfer)}
            {until(w, transfer).map(|day| view! { <p>{w.transfer_until_text(day)}</p> })}
            {to_receipt(w, token)}
            {on_paper(w, transfer)}
        </div>
    }
    .into_any()
}

fn to_receipt(w: Words, token: &str) -> AnyView {
    let receipt = Page::Receipt { token }.path(w.locale);
    view! { <p class="transfer-page__back"><a href=receipt>{w.transfer_back()}</a></p> }.into_any()
}

/// That the account is nobody's.
fn sample(w: Words, transfer: &TransferView) -> Option<AnyView> {
    let notice = || {
        view! {
            <Notice kind=NoticeKind::Warn title=w.transfer_sample()>
                <p>{w.transfer_sample_text()}</p>
            </Notice>
        }
        .into_any()
    };
    transfer.is_sample.then(notice)
}

fn lead(w: Words, transfer: &TransferView) -> &'static str {
    match transfer.code.as_ref().map(|code| code.kind) {
        Some(CodeKind::QrBill) => w.transfer_lead_bill(),
        Some(CodeKind::Epc) | None => w.transfer_lead_epc(),
    }
}

fn amount(w: Words, transfer: &TransferView) -> String {
    money(w.locale, transfer.amount, Precision::Exact)
}

fn until(w: Words, transfer: &TransferView) -> Option<String> {
    transfer.until.map(|until| day(w.locale, until))
}

/// The code as an image.
fn code(w: Words, transfer: &TransferView) -> Option<AnyView> {
    let code = transfer.code.as_ref()?;
    let (amount, holder) = (amount(w, transfer), &transfer.account.holder.name);
    match code.kind {
        CodeKind::QrBill => qr_code(&code.payload, QrMark::SwissCross, w.transfer_code_bill(amount, holder)),
        CodeKind::Epc => qr_code(&code.payload, QrMark::None, w.transfer_code_epc(amount, holder)),
    }
}

/// Whether values have buttons that copy them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copying {
    Offered,
    OnPaper,
}

/// What a bank asks for.
fn facts(w: Words, transfer: &TransferView, copying: Copying) -> AnyView {
    let (iban, holder) = (&transfer.account.iban, &transfer.account.holder.name);
    let reference = &transfer.reference;
    // What is copied is what a bank's form takes: without blanks, and without the currency.
    let rows = [
        (w.transfer_iban(), iban.to_string(), iban.as_str().to_owned(), w.transfer_copy_iban()),
        (w.transfer_holder(), holder.clone(), holder.clone(), w.transfer_copy_holder()),
        (
            w.transfer_reference(),
            reference.to_string(),
            reference.as_str().to_owned(),
            w.transfer_copy_reference(),
        ),
        (w.transfer_amount(), amount(w, transfer), transfer.amount.typed(), w.transfer_copy_amount()),
    ];
    let rows = rows.map(|(term, shown, copied, label)| {
        let button =
            (copying == Copying::Offered).then(|| view! { <CopyButton text=copied label=label.to_owned()/> });
        view! {
            <dt>{term}</dt>
            <dd class="transfer__value">
                <span>{shown}</span>
                {button}
            </dd>
        }
    });
    let until = until(w, transfer).map(|day| view! { <dt>{w.transfer_until()}</dt><dd>{day}</dd> });
    view! {
        <dl class="facts">
            {rows.into_iter().collect_view()}
            {until}
        </dl>
    }
    .into_any()
}

fn on_paper(w: Words, transfer: &TransferView) -> AnyView {
    match transfer.code.as_ref().map(|code| code.kind) {
        Some(CodeKind::QrBill) => bill(w, transfer),
        Some(CodeKind::Epc) | None => view! {
            {code(w, transfer)}
            {facts(w, transfer, Copying::OnPaper)}
        }
        .into_any(),
    }
}

/// A QR-bill as SIX lays it out (Style Guide QR-bill): the receipt, and the payment part beside it.
fn bill(w: Words, transfer: &TransferView) -> AnyView {
    view! {
        <section class="bill" aria-label=w.transfer_bill()>
            <p class="bill__separate">{w.transfer_bill_separate()}</p>
            <div class="bill__receipt">
                <h2 class="bill__title">{w.transfer_bill_receipt()}</h2>
                {payment(w, transfer)}
                {sum(w, transfer)}
                <p class="bill__point">{w.transfer_bill_point()}</p>
            </div>
            <div class="bill__payment">
                <h2 class="bill__title">{w.transfer_bill_payment()}</h2>
                <div class="bill__code">{code(w, transfer)}</div>
                {sum(w, transfer)}
                {payment(w, transfer)}
            </div>
        </section>
    }
    .into_any()
}

fn sum(w: Words, transfer: &TransferView) -> AnyView {
    view! {
        <dl class="bill__sum">
            <div>
                <dt>{w.transfer_bill_currency()}</dt>
                <dd>{transfer.amount.currency().code()}</dd>
            </div>
            <div>
                <dt>{w.transfer_amount()}</dt>
                <dd>{bill_amount(transfer.amount)}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// To whom, what for, and by whom: room for the payer's name and address, which a pledge does not know.
fn payment(w: Words, transfer: &TransferView) -> AnyView {
    let lines = lines(&transfer.account.holder).into_iter().map(|line| view! { <span>{line}</span> });
    view! {
        <dl class="bill__facts">
            <dt>{w.transfer_bill_account()}</dt>
            <dd>
                <span>{transfer.account.iban.to_string()}</span>
                {lines.collect_view()}
            </dd>
            <dt>{w.transfer_reference()}</dt>
            <dd>
                <span>{transfer.reference.to_string()}</span>
            </dd>
            <dt>{w.transfer_bill_payer()}</dt>
            <dd>
                <svg class="bill__corners" viewBox="0 0 520 200" aria-hidden="true" focusable="false">
                    <path d="M2 32V2H32M488 2H518V32M518 168V198H488M32 198H2V168"></path>
                </svg>
            </dd>
        </dl>
    }
    .into_any()
}

/// Name and address, line by line.
fn lines(holder: &Party) -> Vec<String> {
    let street = format!("{} {}", holder.street, holder.building).trim().to_owned();
    let town = format!("{} {}", holder.postcode, holder.town);
    [holder.name.clone(), street, town].into_iter().filter(|line| !line.is_empty()).collect()
}
