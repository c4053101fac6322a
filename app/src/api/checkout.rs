//! What the screens of a pledge and its receipt show. Reads only, by GET; the forms post to their own addresses.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use multitude_domain::pledge::PledgeFault;
use multitude_domain::view::{CheckoutView, ReceiptView};
use serde::{Deserialize, Serialize};

/// A receipt, and what was wrong with the form that was sent from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPageView {
    /// The pledge.
    pub receipt: ReceiptView,
    /// The amount as it was typed.
    pub typed: Option<String>,
    /// What is to be put right.
    pub faults: Vec<PledgeFault>,
    /// Why what was asked for was not done.
    pub fault: Option<ReceiptFault>,
}

/// Why something on a receipt was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptFault {
    /// The deadline came first.
    TooLate,
    /// Another code was mailed.
    WrongCode,
    /// Too many codes were tried.
    TooManyCodes,
    /// The mail was sent often enough for today.
    SentOften,
    /// The other card was declined.
    Declined,
    /// As many other cards as anybody needs in a day.
    TooManyCards,
}

/// Loads a screen of the checkout; nothing where there is no such campaign.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/checkout", input = GetUrl)]
pub async fn load_checkout(slug: String) -> Result<Option<CheckoutView>, ServerFnError> {
    super::checkout_doors::checkout(slug).await
}

/// Loads the address that a mailed link would confirm; nothing where the link does not belong to the pledge.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/confirmation", input = GetUrl)]
pub async fn load_confirmation(token: String, proof: String) -> Result<Option<String>, ServerFnError> {
    super::checkout_doors::confirmation(token, proof).await
}

/// Loads the receipt with this token.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/receipt", input = GetUrl)]
pub async fn load_receipt(token: String) -> Result<Option<ReceiptPageView>, ServerFnError> {
    super::checkout_doors::receipt(token).await
}
