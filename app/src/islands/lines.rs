//! Forms of a few lines: an address, a code, where a parcel goes. The browser reads them by the rules that the server uses before
//! they are sent, and the server asks again in any case.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use multitude_domain::email::{EmailFault, read_email};
use multitude_domain::pledge::{
    ADDRESS_LINE_CHARS_MAX, AddressFault, NAME_CHARS_MAX, POSTCODE_CHARS_MAX, has_countries,
};
use multitude_words::Words;
use serde::{Deserialize, Serialize};

use crate::campaign_words::region_name;
use crate::components::{Button, ButtonKind, ErrorSummary, FieldKind, FieldProblem, FieldView, TextField};
use crate::i18n::{Texts, words};

/// The longest address (RFC 5321, section 4.5.3.1.3).
const EMAIL_CHARS_MAX: usize = 254;
/// A code's digits, with room for blanks.
const CODE_CHARS_MAX: usize = 12;

/// Which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinesKind {
    /// Asks for the mail to sign in with.
    SignIn,
    /// Takes its code.
    SignInCode,
    /// Asks to hear when a campaign opens.
    Notify,
    /// Takes the code that proves the address of a pledge.
    ReceiptCode,
    /// Takes where a reward goes.
    Address {
        /// The region it is sent to.
        region: String,
    },
}

/// What a form shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesView {
    /// Which one.
    pub kind: LinesKind,
    /// The page's title, without what is wrong.
    pub title: String,
    /// Where it is sent.
    pub action: String,
    /// What is sent along unseen.
    pub hidden: Vec<(String, String)>,
    /// What was typed, by field.
    pub typed: Vec<(String, String)>,
    /// What is to be put right, by field.
    pub faults: Vec<(String, String)>,
}

/// A line to type.
struct Line {
    name: &'static str,
    label: String,
    kind: FieldKind,
    autocomplete: &'static str,
    chars_max: usize,
}

impl LinesKind {
    fn lines(&self, w: Words) -> Vec<Line> {
        let line = |name, label: &str, kind, autocomplete, chars_max| Line {
            name,
            label: label.to_owned(),
            kind,
            autocomplete,
            chars_max,
        };
        let text = |name, label, autocomplete, chars_max| {
            line(name, label, FieldKind::Text, autocomplete, chars_max)
        };
        match self {
            Self::SignIn | Self::Notify => {
                vec![line("email", w.account_email(), FieldKind::Email, "email", EMAIL_CHARS_MAX)]
            }
            Self::SignInCode => {
                vec![line("code", w.account_code(), FieldKind::Digits, "one-time-code", CODE_CHARS_MAX)]
            }
            Self::ReceiptCode => {
                let label = w.receipt_confirm_code();
                vec![line("code", label, FieldKind::Digits, "one-time-code", CODE_CHARS_MAX)]
            }
            Self::Address { region } => {
                let mut lines = vec![
                    text("name", w.address_name(), "name", NAME_CHARS_MAX),
                    text("street", w.address_street(), "street-address", ADDRESS_LINE_CHARS_MAX),
                    text("postcode", w.address_postcode(), "postal-code", POSTCODE_CHARS_MAX),
                    text("town", w.address_town(), "address-level2", ADDRESS_LINE_CHARS_MAX),
                ];
                if has_countries(region) {
                    lines.push(text("country", w.address_country(), "country-name", NAME_CHARS_MAX));
                }
                lines
            }
        }
    }

    fn buttons(&self, w: Words) -> AnyView {
        match self {
            Self::SignIn => view! { <div><Button>{w.account_send()}</Button></div> }.into_any(),
            Self::SignInCode => view! { <div><Button>{w.account_sign_in()}</Button></div> }.into_any(),
            Self::Notify => view! { <div><Button>{w.notify_button()}</Button></div> }.into_any(),
            Self::Address { .. } => view! { <div><Button>{w.address_save()}</Button></div> }.into_any(),
            Self::ReceiptCode => view! {
                <div class="cluster">
                    <Button kind=ButtonKind::Secondary name="do" value="code">{w.receipt_confirm_button()}</Button>
                    <Button kind=ButtonKind::Quiet name="do" value=ANOTHER>{w.receipt_confirm_resend()}</Button>
                </div>
            }
            .into_any(),
        }
    }
}

/// The button that asks for another code, whatever stands in the field.
const ANOTHER: &str = "resend";

/// The form, and above it what is to be put right.
#[island]
pub fn LinesForm(
    /// What it shows.
    view: LinesView,
) -> impl IntoView {
    let w = words();
    // Whether the browser itself refused what was last typed.
    let (shown, is_refused_here) = (RwSignal::new(view), RwSignal::new(false));
    move || shown.with(|view| form(w, view, shown, is_refused_here))
}

fn form(w: Words, view: &LinesView, shown: RwSignal<LinesView>, is_refused_here: RwSignal<bool>) -> AnyView {
    let problems = view
        .faults
        .iter()
        .map(|(field, text)| FieldProblem { field_id: format!("field-{field}"), text: text.clone() });
    let find = |of: &[(String, String)], name: &str| {
        of.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone())
    };
    let fields = view.kind.lines(w).into_iter().map(|line| {
        let field = FieldView {
            name: line.name,
            label: line.label,
            hint: None,
            error: find(&view.faults, line.name),
            value: find(&view.typed, line.name).unwrap_or_default(),
        };
        let chars_max = u32::try_from(line.chars_max).unwrap_or(u32::MAX);
        view! { <TextField view=field kind=line.kind autocomplete=line.autocomplete max_chars=chars_max/> }
    });
    let hidden = view.hidden.iter().cloned();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let region = match &view.kind {
        LinesKind::Address { region } if !has_countries(region) => Some(region_name(w, region)),
        _ => None,
    };
    view! {
        <div class="stack" data-gap="24">
            <ErrorSummary
                title=w.checkout_problem()
                problems=problems.collect()
                is_focused_by_script=is_refused_here.get_untracked()
            />
            <form method="post" action=view.action.clone() novalidate class="stack" on:submit=move |event| check(&event, w, shown, is_refused_here)>
                {hidden.collect_view()}
                {fields.collect_view()}
                {region.map(|region| view! { <p class="meta">{region}</p> })}
                {view.kind.buttons(w)}
            </form>
        </div>
    }
    .into_any()
}

/// What is wrong with an e-mail address, in words: those given, unless not every mail server carries it.
pub(crate) fn email_fault(w: Words, typed: &str, none: &'static str) -> &'static str {
    match read_email(typed) {
        Err(EmailFault::LocalPart) => w.checkout_fault_email_local(),
        Err(EmailFault::NotOne) | Ok(_) => none,
    }
}

/// What is wrong with an address that a parcel goes to, in words.
pub(crate) fn address_fault(w: Words, fault: AddressFault) -> (String, String) {
    let text = match fault {
        AddressFault::Name => w.address_fault_name(),
        AddressFault::Street => w.address_fault_street(),
        AddressFault::Postcode => w.address_fault_postcode(),
        AddressFault::SwissPostcode => w.address_fault_swiss_postcode(),
        AddressFault::Town => w.address_fault_town(),
        AddressFault::Country => w.address_fault_country(),
    };
    (fault.field().to_owned(), text.to_owned())
}

/// Keeps a form here that the server would refuse, and says why.
#[cfg(feature = "hydrate")]
fn check(event: &SubmitEvent, w: Words, shown: RwSignal<LinesView>, is_refused_here: RwSignal<bool>) {
    use super::form::{form, lead_to_summary, text};
    use crate::i18n::whole_title;

    if event.submitter().and_then(|button| button.get_attribute("value")).as_deref() == Some(ANOTHER) {
        return;
    }
    let Some(data) = form(event) else { return };
    let kind = shown.with_untracked(|view| view.kind.clone());
    let typed: Vec<(String, String)> =
        kind.lines(w).iter().map(|line| (line.name.to_owned(), text(&data, line.name))).collect();
    let faults = faults(w, &kind, &typed);
    if faults.is_empty() {
        return;
    }
    event.prevent_default();
    is_refused_here.set(true);
    document()
        .set_title(&whole_title(&w.checkout_error_title(shown.with_untracked(|view| view.title.clone()))));
    shown.update(|view| (view.typed, view.faults) = (typed, faults));
    lead_to_summary();
}

/// Nothing is submitted on the server.
#[cfg(not(feature = "hydrate"))]
const fn check(_: &SubmitEvent, _: Words, _: RwSignal<LinesView>, _: RwSignal<bool>) {}

/// What is wrong with what was typed, by field.
#[cfg(feature = "hydrate")]
fn faults(w: Words, kind: &LinesKind, typed: &[(String, String)]) -> Vec<(String, String)> {
    use multitude_domain::code::read_code;
    use multitude_domain::pledge::PostalAddress;

    let of = |name: &str| {
        typed.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let one = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
    match kind {
        LinesKind::SignIn if read_email(&of("email")).is_err() => {
            one("email", email_fault(w, &of("email"), w.account_email_fault()))
        }
        LinesKind::Notify if read_email(&of("email")).is_err() => {
            one("email", email_fault(w, &of("email"), w.notify_fault_email()))
        }
        LinesKind::SignInCode | LinesKind::ReceiptCode if read_code(&of("code")).is_none() => {
            one("code", w.account_code_digits())
        }
        LinesKind::Address { region } => {
            let address = PostalAddress {
                name: of("name"),
                street: of("street"),
                postcode: of("postcode"),
                town: of("town"),
                country: of("country"),
            };
            let faults = address.checked(region).err().unwrap_or_default();
            faults.into_iter().map(|fault| address_fault(w, fault)).collect()
        }
        LinesKind::SignIn | LinesKind::Notify | LinesKind::SignInCode | LinesKind::ReceiptCode => Vec::new(),
    }
}
