//! Signing in, and one's own pages.

use http::request::Parts;
use leptos::prelude::*;
use multitude_domain::view::{Listing, PledgeSummary, SessionView};
use multitude_platform::accounts::{find_sign_in, list_sessions};
use multitude_platform::db::Tx;
use multitude_platform::pledges::list_pledges_of;

use super::session::asking_of;
use crate::Services;
use crate::acts::Typed;
use crate::answer::{keep_address, keep_to_itself};
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};
use crate::lead_back::own_path;

/// As many pledges as one page lists.
const PLEDGES: i64 = 50;

/// The form that asks, and the one that takes the code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInView {
    /// The address that was asked for, or typed.
    pub email: String,
    /// Where to lead back to, as a form sent it or the browser kept it.
    pub back: Option<String>,
}

/// A person's own pledges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPledgesView {
    /// The account's address.
    pub email: String,
    /// The newest, or those from a cursor on.
    pub pledges: Listing<PledgeSummary>,
}

/// Where a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityView {
    /// The account's address.
    pub email: String,
    /// Its sessions.
    pub sessions: Vec<SessionView>,
}

/// Loads the forms of signing in, with what was typed into the first of them.
pub(crate) fn load_sign_in(typed: Option<&Typed>) -> SignInView {
    let own = whoever();
    let asked = use_context::<Parts>().and_then(|parts| asking_of(&parts.headers));
    let (kept, kept_back) = asked.map(|asked| (asked.email, asked.back)).unzip();
    let text = |name| typed.and_then(|typed| typed.find(name)).map(str::to_owned);
    let email = text("email").or(kept).or(own.map(|own| own.email));
    let back = text("back").filter(|back| own_path(back).is_some());
    SignInView { email: email.unwrap_or_default(), back: back.or(kept_back.flatten()) }
}

/// Loads the address that a mailed link signs in; nothing where the link has ended.
pub(crate) async fn load_sign_in_link(token: String) -> Result<Option<String>, Failed> {
    keep_to_itself();
    keep_address();
    let services = expect_context::<Services>();
    services.desk.db.read(async move |tx| find_sign_in(tx, &token).await).await.map_err(failed)
}

/// Loads one's own pledges; nothing where nobody is signed in.
pub(crate) async fn load_own_pledges(cursor: String) -> Result<Option<OwnPledgesView>, Failed> {
    let services = expect_context::<Services>();
    let Some(own) = whoever() else { return Ok(None) };
    let keys = services.desk.keys.clone();
    let list =
        async move |tx: &mut Tx| list_pledges_of(tx, &keys, own.user, Some(cursor.as_str()), PLEDGES).await;
    let pledges = services.desk.db.read(list);
    Ok(Some(OwnPledgesView { pledges: pledges.await.map_err(failed)?, email: own.email }))
}

/// Loads one's own sessions; nothing where nobody is signed in.
pub(crate) async fn load_security() -> Result<Option<SecurityView>, Failed> {
    let services = expect_context::<Services>();
    let Some(own) = whoever() else { return Ok(None) };
    let email = own.email.clone();
    let sessions = services.desk.db.read(async move |tx| list_sessions(tx, &own).await);
    Ok(Some(SecurityView { sessions: sessions.await.map_err(failed)?, email }))
}
