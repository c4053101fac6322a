//! What signing in and one's own pages load.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use multitude_domain::view::{PledgeSummary, SessionView};
use serde::{Deserialize, Serialize};

/// What is wrong with what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInFault {
    /// It is no address.
    Email,
    /// Another code was mailed.
    WrongCode,
    /// Too many codes were tried.
    TooManyTries,
    /// Link or code have ended.
    Ended,
}

/// The form that asks, and the one that takes the code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignInView {
    /// The address that was asked for, or typed.
    pub email: String,
    /// What is to be put right.
    pub fault: Option<SignInFault>,
}

/// A person's own pledges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPledgesView {
    /// The account's address.
    pub email: String,
    /// The newest.
    pub pledges: Vec<PledgeSummary>,
}

/// Where a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    /// The account's address.
    pub email: String,
    /// Its sessions.
    pub sessions: Vec<SessionView>,
}

/// Loads the forms of signing in.
///
/// # Errors
/// None of its own.
#[server(endpoint = "pages/sign-in", input = GetUrl)]
pub async fn load_sign_in() -> Result<SignInView, ServerFnError> {
    Ok(super::account_doors::sign_in().await)
}

/// Loads the address that a mailed link signs in; nothing where the link has ended.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/sign-in-link", input = GetUrl)]
pub async fn load_sign_in_link(token: String) -> Result<Option<String>, ServerFnError> {
    super::account_doors::sign_in_link(token).await
}

/// Loads one's own pledges; nothing where nobody is signed in.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/own-pledges", input = GetUrl)]
pub async fn load_own_pledges() -> Result<Option<OwnPledgesView>, ServerFnError> {
    super::account_doors::own_pledges().await
}

/// Loads one's own sessions; nothing where nobody is signed in.
///
/// # Errors
/// [`ServerFnError`] where the database does not answer.
#[server(endpoint = "pages/security", input = GetUrl)]
pub async fn load_security() -> Result<Option<SecurityView>, ServerFnError> {
    super::account_doors::security().await
}
